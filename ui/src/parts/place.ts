/** The project that a page looks into. */
import { useParams } from "@tanstack/react-router";

export function useProjectId(): string {
  const { projectId } = useParams({ strict: false });
  return projectId ?? "";
}
