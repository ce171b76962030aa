/** The project that a page looks into, or the link that stands in for it. */
import { useParams } from "@tanstack/react-router";
import { placeOf } from "@/lib/share";

export function useProjectId(): string {
  const { projectId, token } = useParams({ strict: false });
  return projectId ?? (token === undefined ? "" : placeOf(token));
}
