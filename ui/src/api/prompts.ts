/** Prompts under versions: what pages ask of them, and how they are changed. */
import { type QueryClient, infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];

export type PromptRow = Schemas["PromptRow"];
export type PromptDetail = Schemas["PromptDetail"];
export type PromptVersionRow = Schemas["PromptVersionRow"];
export type PromptVersion = Schemas["PromptVersionDetail"];
export type PromptChecked = Schemas["PromptChecked"];
export type PromptProblem = Schemas["PromptProblem"];
export type PromptDraft = Schemas["PromptDraft"];
export type NewPromptVersion = Schemas["NewPromptVersion"];
export type LabelChange = Schemas["LabelChange"];
export type PromptFigures = Schemas["PromptFigures"];
export type PromptMoved = Schemas["PromptMoved"];
export type PromptProduction = Schemas["PromptProduction"];
export type PromptDifference = Schemas["PromptDifference"];
export type LabelMove = Schemas["PromptLabelMove"];

const PAGE = 50;
const MOST_MOVES = 1_000;
const inProject = (project_id: string) => ({ path: { project_id } });

export interface ListAsked {
  folder?: string;
  words?: string;
  tag?: string;
  label?: string;
}

export const prompts = (project_id: string, asked: ListAsked) =>
  infiniteQueryOptions({
    queryKey: [project_id, "prompts", asked],
    initialPageParam: 0,
    getNextPageParam: (page: Schemas["PromptPage"], _, offset: number) => (offset + page.items.length < page.total ? offset + PAGE : null),
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      answer(api.GET("/api/pilothouse/projects/{project_id}/prompts", { params: { ...inProject(project_id), query: { ...asked, limit: PAGE, offset: pageParam } }, signal })),
  });

/** Names with a text in them, for the palette. */
export const promptsNamed = (project_id: string, words: string) =>
  queryOptions({
    queryKey: [project_id, "prompts", "named", words],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) =>
      (await answer(api.GET("/api/pilothouse/projects/{project_id}/prompts", { params: { ...inProject(project_id), query: { words, limit: 5 } }, signal }))).items,
  });

export const prompt = (project_id: string, name: string) =>
  queryOptions({
    queryKey: [project_id, "prompt", name],
    queryFn: ({ signal }) => answer(api.GET("/api/pilothouse/projects/{project_id}/prompts/one", { params: { ...inProject(project_id), query: { name } }, signal })),
  });

export const promptVersion = (project_id: string, name: string, version: number) =>
  queryOptions({
    queryKey: [project_id, "prompt", name, "version", version],
    queryFn: ({ signal }) => answer(api.GET("/api/pilothouse/projects/{project_id}/prompts/version", { params: { ...inProject(project_id), query: { name, version } }, signal })),
  });

export const checked = (project_id: string, draft: PromptDraft) =>
  queryOptions({
    queryKey: [project_id, "prompt-check", draft],
    placeholderData: keepPreviousData,
    gcTime: 60_000,
    queryFn: ({ signal }) => answer(api.POST("/api/pilothouse/projects/{project_id}/prompts/check", { params: inProject(project_id), body: draft, signal })),
  });

/** Of one prompt, or, without a name, of all in a range. */
export const labelMoves = (project_id: string, asked: { name?: string; start?: number; end?: number }) =>
  queryOptions({
    queryKey: [project_id, "prompt-moves", asked],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) =>
      (await answer(api.GET("/api/pilothouse/projects/{project_id}/prompts/moves", { params: { ...inProject(project_id), query: asked }, signal }))).items,
  });

/** All of one prompt, the newest first. The server tells a thousand at a time. */
export const labelHistory = (project_id: string, name: string) =>
  infiniteQueryOptions({
    queryKey: [project_id, "prompt-moves", "all", name],
    initialPageParam: 0,
    getNextPageParam: (page: readonly LabelMove[]) => (page.length < MOST_MOVES ? null : page.at(-1)!.moved_at + 1),
    queryFn: async ({ pageParam, signal }) =>
      (await answer(api.GET("/api/pilothouse/projects/{project_id}/prompts/moves", { params: { ...inProject(project_id), query: { name, end: pageParam } }, signal }))).items,
  });

/** What each version did in a range. */
export const production = (project_id: string, asked: { name: string; start: number; end: number; filter: string }) =>
  queryOptions({
    queryKey: [project_id, "prompt-figures", asked],
    queryFn: ({ signal }) => answer(api.GET("/api/pilothouse/projects/{project_id}/prompts/production", { params: { ...inProject(project_id), query: asked }, signal })),
  });

/** After anything about prompts has changed. */
export async function promptsChanged(client: QueryClient, project_id: string): Promise<void> {
  await Promise.all(["prompts", "prompt", "prompt-moves", "prompt-check", "prompt-figures"].map((key) => client.invalidateQueries({ queryKey: [project_id, key] })));
}

export const addVersion = (project_id: string, body: NewPromptVersion) =>
  answer(api.POST("/api/pilothouse/projects/{project_id}/prompts/versions", { params: inProject(project_id), body }));

export const moveLabel = (project_id: string, body: LabelChange) =>
  answer(api.PUT("/api/pilothouse/projects/{project_id}/prompts/labels", { params: inProject(project_id), body }));

export const setPromptTags = (project_id: string, name: string, tags: string[]) =>
  answer(api.PUT("/api/pilothouse/projects/{project_id}/prompts/tags", { params: inProject(project_id), body: { name, tags } }));

/** Begins another name with one version, or with all of them when it is 0. */
export const duplicatePrompt = (project_id: string, body: { name: string; to: string; version: number }) =>
  answer(api.POST("/api/pilothouse/projects/{project_id}/prompts/duplicate", { params: inProject(project_id), body }));

export const deletePromptVersion = (project_id: string, name: string, version: number) =>
  answer(api.DELETE("/api/pilothouse/projects/{project_id}/prompts/version", { params: { ...inProject(project_id), query: { name, version } }, keepalive: true }));

export const deletePrompt = (project_id: string, name: string) =>
  answer(api.DELETE("/api/pilothouse/projects/{project_id}/prompts/one", { params: { ...inProject(project_id), query: { name } }, keepalive: true }));

export const EXPORTS = ["json", "prompty", "langchain"] as const;
export type ExportFormat = (typeof EXPORTS)[number];

/** A prompt as a file: its name and text. JSON holds every version. */
export async function exportPrompt(project_id: string, name: string, version: number, format: ExportFormat): Promise<{ filename: string; text: string }> {
  let filename = name;
  const text = await answer(
    api
      .GET("/api/pilothouse/projects/{project_id}/prompts/export", { params: { ...inProject(project_id), query: { name, format, version: format === "json" ? 0 : version } }, parseAs: "text" })
      .then((result) => {
        const told = /filename\*=UTF-8''(.+)$/.exec(result.response.headers.get("content-disposition") ?? "");
        if (told) filename = decodeURIComponent(told[1]!);
        return { ...result, error: readable(result.error) };
      }),
  );
  return { filename, text: String(text) };
}

/** Refusals are JSON, whatever was asked for. */
function readable(error: unknown): unknown {
  if (typeof error !== "string") return error;
  try {
    return JSON.parse(error);
  } catch {
    return error;
  }
}

export const importPrompt = (project_id: string, body: { text: string; filename: string; name: string }) =>
  answer(api.POST("/api/pilothouse/projects/{project_id}/prompts/import", { params: inProject(project_id), body }));
