/** The projects of the one who is signed in, and which of them was open last. */
import type { Me, ProjectRef } from "@/api/types";
import { remember, remembered } from "@/lib/memory";

export const projectsOf = (me: Me): ProjectRef[] => me.organisations.flatMap((one) => one.projects);

export function firstProject(me: Me): string | null {
  const all = projectsOf(me);
  const last = remembered("project");
  return (all.find((one) => one.id === last) ?? all[0])?.id ?? null;
}

export const rememberProject = (id: string): boolean => remember("project", id);
