import { useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import * as ask from "@/api/queries";
import type { Me } from "@/api/types";
import { projectsOf } from "./projects";

/** Who is signed in. Pages of a project are drawn only after this is known. */
export const useMe = (): Me => useSuspenseQuery(ask.me).data;

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
