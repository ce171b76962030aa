/** Pages of single things that were open last, by project. */
import { forget, remember, rememberedJson } from "./memory";

export const VISITED = ["trace", "session", "user", "dashboard"] as const;

export interface Visit {
  kind: (typeof VISITED)[number];
  id: string;
  title: string;
}

const MOST = 8;
const name = (projectId: string) => `recent.${projectId}`;

const isVisits = (value: unknown): value is Visit[] =>
  Array.isArray(value) &&
  value.every((one: Partial<Visit> | null) => one && VISITED.includes(one.kind as Visit["kind"]) && typeof one.id === "string" && typeof one.title === "string");

/** The last one first. */
export const recent = (projectId: string): Visit[] => rememberedJson(name(projectId), isVisits) ?? [];

/** Of every project: who signs in next need not know. */
export const forgetRecent = (): void => forget("recent.");

export function visited(projectId: string, visit: Visit): void {
  const others = recent(projectId).filter((one) => one.kind !== visit.kind || one.id !== visit.id);
  remember(name(projectId), JSON.stringify([visit, ...others].slice(0, MOST)));
}
