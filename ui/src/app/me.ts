import { useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import * as ask from "@/api/queries";
import type { Me } from "@/api/types";
import { projectsOf } from "./projects";

/** Who is signed in; nobody, where a page is shared by link. Pages of a project are drawn only after this is known. */
export function useMe(): Me {
  const { token } = useParams({ strict: false });
  return useSuspenseQuery(token === undefined ? ask.me : ask.nobody).data;
}

/** What the signed-in person may do in a project. */
export function useRights(projectId: string): { manage: boolean; edit: boolean; annotate: boolean } {
  const role = projectsOf(useMe()).find((one) => one.id === projectId)?.role;
  const manage = role === "owner" || role === "admin";
  const edit = manage || role === "member";
  return { manage, edit, annotate: edit || role === "annotator" };
}

export function useOpenProject(): (projectId: string) => void {
  const navigate = useNavigate();
  return (projectId) => void navigate({ to: "/project/$projectId", params: { projectId } });
}
