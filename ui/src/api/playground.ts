/** Connections to model providers, and runs of the playground. */
import { queryOptions } from "@tanstack/react-query";
import type { RunEvent, State } from "@/lib/playground";
import { ApiError, answer, api } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Connection = Schemas["Connection"];
export type ConnectionDraft = Schemas["ConnectionDraft"];
export type Provider = Schemas["ProviderRow"];
export type ModelFailure = Schemas["Failure"];

const inProject = (project_id: string) => ({ path: { project_id } });

export const connections = (project_id: string) =>
  queryOptions({
    queryKey: [project_id, "connections"],
    staleTime: 30_000,
    queryFn: ({ signal }) => answer(api.GET("/api/pilothouse/projects/{project_id}/connections", { params: inProject(project_id), signal })),
  });

export const saveConnection = (project_id: string, connection_id: string | null, body: ConnectionDraft) =>
  connection_id === null
    ? answer(api.POST("/api/pilothouse/projects/{project_id}/connections", { params: inProject(project_id), body }))
    : answer(api.PUT("/api/pilothouse/projects/{project_id}/connections/{connection_id}", { params: { path: { project_id, connection_id } }, body }));

export const deleteConnection = (project_id: string, connection_id: string) =>
  answer(api.DELETE("/api/pilothouse/projects/{project_id}/connections/{connection_id}", { params: { path: { project_id, connection_id } }, keepalive: true }));

export const testConnection = (project_id: string, body: Schemas["ConnectionTest"]) =>
  answer(api.POST("/api/pilothouse/projects/{project_id}/connections/test", { params: inProject(project_id), body }));

/** What the provider says can be called. */
export const callable = (project_id: string, connection_id: string) =>
  queryOptions({
    queryKey: [project_id, "connections", connection_id, "models"],
    staleTime: 300_000,
    enabled: connection_id !== "",
    queryFn: ({ signal }) => answer(api.GET("/api/pilothouse/projects/{project_id}/connections/{connection_id}/models", { params: { path: { project_id, connection_id } }, signal })),
  });

export const budget = (project_id: string) =>
  queryOptions({
    queryKey: [project_id, "model-budget"],
    queryFn: ({ signal }) => answer(api.GET("/api/pilothouse/projects/{project_id}/model-budget", { params: inProject(project_id), signal })),
  });

export const setBudget = (project_id: string, daily: number | null) =>
  answer(api.PUT("/api/pilothouse/projects/{project_id}/model-budget", { params: inProject(project_id), body: { daily } }));

export const mcpTools = (project_id: string, body: Schemas["McpServer"]) =>
  answer(api.POST("/api/pilothouse/projects/{project_id}/playground/mcp-tools", { params: inProject(project_id), body }));

export const rendered = (project_id: string, body: Schemas["Rendering"]) =>
  queryOptions({
    queryKey: [project_id, "rendered", body],
    staleTime: Infinity,
    gcTime: 60_000,
    queryFn: ({ signal }) => answer(api.POST("/api/pilothouse/projects/{project_id}/playground/render", { params: inProject(project_id), body, signal })),
  });

export const playgrounds = (project_id: string) =>
  queryOptions({
    queryKey: [project_id, "playgrounds"],
    queryFn: async ({ signal }) => (await answer(api.GET("/api/pilothouse/projects/{project_id}/playgrounds", { params: inProject(project_id), signal }))).items,
  });

export const playground = (project_id: string, playground_id: string) =>
  answer(api.GET("/api/pilothouse/projects/{project_id}/playgrounds/{playground_id}", { params: { path: { project_id, playground_id } } }));

/** The input that an item of a data set has now. */
export async function itemInput(project_id: string, dataset_id: string, item_id: string): Promise<unknown> {
  const path = { project_id, dataset_id };
  const { items } = await answer(api.GET("/api/pilothouse/projects/{project_id}/datasets/{dataset_id}/items/versions", { params: { path, query: { item_id } } }));
  const now = items.find((one) => one.valid_to === 0);
  if (!now) throw new ApiError(404, "not_found", item_id);
  return now.input;
}

export const savePlayground = (project_id: string, playground_id: string | null, name: string, state: State) => {
  const body = { name, state: state as unknown as Record<string, unknown> };
  return playground_id === null
    ? answer(api.POST("/api/pilothouse/projects/{project_id}/playgrounds", { params: inProject(project_id), body }))
    : answer(api.PUT("/api/pilothouse/projects/{project_id}/playgrounds/{playground_id}", { params: { path: { project_id, playground_id } }, body }));
};

export const deletePlayground = (project_id: string, playground_id: string) =>
  answer(api.DELETE("/api/pilothouse/projects/{project_id}/playgrounds/{playground_id}", { params: { path: { project_id, playground_id } }, keepalive: true }));

/** Runs one variant; tells each event as it comes. Throws an `ApiError` where it does not begin, or breaks. */
export async function run(project_id: string, body: Record<string, unknown>, signal: AbortSignal, onEvent: (event: RunEvent) => void): Promise<void> {
  const { data } = await api
    .POST("/api/pilothouse/projects/{project_id}/playground/run", {
      params: inProject(project_id),
      body: body as unknown as Schemas["RunRequest"],
      parseAs: "stream",
      signal,
    })
    .then(async ({ data, error, response }) => ({ data: await answer(Promise.resolve({ data, error, response })) }));
  const stream = data as unknown as ReadableStream<Uint8Array> | null;
  if (!stream) throw new ApiError(0, "offline", "");
  const reader = stream.pipeThrough(new TextDecoderStream() as unknown as ReadableWritablePair<string, Uint8Array>).getReader();
  let waiting = "";
  let ended = false;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    const pieces = (waiting + value).split("\n\n");
    waiting = pieces.pop()!;
    for (const piece of pieces) {
      if (!piece.startsWith("data: ")) continue;
      const event = JSON.parse(piece.slice(6)) as RunEvent;
      ended ||= event.type === "done";
      onEvent(event);
    }
  }
  if (!ended) throw new ApiError(0, "cut_off", "");
}
