/** Annotation queues, the work on them, agreement, and the calibration of judges: what pages ask and change. */
import { type QueryClient, infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api } from "./client";
import type { components } from "./schema";
import type { ChartQuestion } from "./types";

type Schemas = components["schemas"];

export type QueueRow = Schemas["QueueRow"];
export type QueueDetail = Schemas["QueueDetail"];
export type QueueWritten = Schemas["QueueWritten"];
export type QueueItem = Schemas["QueueItemRow"];
export type ItemSubject = Schemas["ItemSubject"];
export type Served = Schemas["Served"];
export type SaidScore = Schemas["SaidScore"];
export type ReviewWritten = Schemas["ReviewWritten"];
export type ConfigAgreement = Schemas["ConfigAgreement"];
export type Disagreement = Schemas["Disagreement"];
export type Disputed = Schemas["Disputed"];
export type SaidBy = Schemas["SaidBy"];
export type CardAsked = Schemas["CardAsked"];
export type CalibrationCard = Schemas["CalibrationCard"];
export type NextAsked = Schemas["NextAsked"];
export type FreedRate = Schemas["FreedRate"];
export type FreedMean = Schemas["FreedMean"];
export type FreedChartRow = Schemas["FreedChartRow"];

const PAGE = 50;
const AT_ONCE = 500;
const ofQueue = (project_id: string, queue_id: string) => ({ path: { project_id, queue_id } });
const ofItem = (project_id: string, queue_id: string, item_id: string) => ({ path: { project_id, queue_id, item_id } });
const next = (page: { items: readonly unknown[]; total: number }, offset: number) =>
  page.items.length > 0 && offset + page.items.length < page.total ? offset + page.items.length : null;

export const queues = (project_id: string) =>
  queryOptions({
    queryKey: [project_id, "queues"],
    queryFn: async ({ signal }) =>
      (await answer(api.GET("/api/pilothouse/projects/{project_id}/annotation-queues", { params: { path: { project_id } }, signal }))).items,
  });

export const queue = (project_id: string, queue_id: string) =>
  queryOptions({
    queryKey: [project_id, "queue", queue_id],
    queryFn: ({ signal }) => answer(api.GET("/api/pilothouse/projects/{project_id}/annotation-queues/{queue_id}", { params: ofQueue(project_id, queue_id), signal })),
  });

export const addQueue = (project_id: string, body: QueueWritten) =>
  answer(api.POST("/api/pilothouse/projects/{project_id}/annotation-queues", { params: { path: { project_id } }, body }));

export const changeQueue = (project_id: string, queue_id: string, body: QueueWritten) =>
  answer(api.PUT("/api/pilothouse/projects/{project_id}/annotation-queues/{queue_id}", { params: ofQueue(project_id, queue_id), body }));

/** Ends also when the page goes away meanwhile. */
export const deleteQueue = (project_id: string, queue_id: string) =>
  answer(api.DELETE("/api/pilothouse/projects/{project_id}/annotation-queues/{queue_id}", { params: ofQueue(project_id, queue_id), keepalive: true }));

/** What queues show changes with every item that is added, taken or finished. */
export const refreshQueues = (client: QueryClient, project_id: string) =>
  client.invalidateQueries({ predicate: ({ queryKey: [project, kind] }) => project === project_id && (kind === "queue" || kind === "queues") });

// -- items --------------------------------------------------------------------------------------

export const queueItems = (project_id: string, queue_id: string, status: "pending" | "completed" | undefined) =>
  infiniteQueryOptions({
    queryKey: [project_id, "queue", queue_id, "items", status ?? "all"],
    initialPageParam: 0,
    getNextPageParam: (page: Schemas["QueueItemPage"], _, offset: number) => next(page, offset),
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/pilothouse/projects/{project_id}/annotation-queues/{queue_id}/items", {
          params: { ...ofQueue(project_id, queue_id), query: { status, limit: PAGE, offset: pageParam } },
          signal,
        }),
      ),
  });

export async function addToQueue(project_id: string, queue_id: string, subjects: readonly ItemSubject[]): Promise<Schemas["ItemsAdded"]> {
  const sum = { added: 0, known: 0 };
  for (let at = 0; at < subjects.length; at += AT_ONCE) {
    const body = { subjects: subjects.slice(at, at + AT_ONCE), chosen: "" as const };
    const told = await answer(api.POST("/api/pilothouse/projects/{project_id}/annotation-queues/{queue_id}/items", { params: ofQueue(project_id, queue_id), body }));
    sum.added += told.added;
    sum.known += told.known;
  }
  return sum;
}

export const removeItems = (project_id: string, queue_id: string, item_ids: string[]) =>
  answer(
    api.POST("/api/pilothouse/projects/{project_id}/annotation-queues/{queue_id}/items/delete", {
      params: ofQueue(project_id, queue_id),
      body: { item_ids },
      keepalive: true,
    }),
  );

// -- working ------------------------------------------------------------------------------------

export const takeItem = (project_id: string, queue_id: string, item_id: string) =>
  answer(api.POST("/api/pilothouse/projects/{project_id}/annotation-queues/{queue_id}/take", { params: ofQueue(project_id, queue_id), body: { item_id } }));

export const takeSkipped = (project_id: string, queue_id: string) =>
  answer(api.POST("/api/pilothouse/projects/{project_id}/annotation-queues/{queue_id}/skipped", { params: ofQueue(project_id, queue_id) }));

export const renewItem = (project_id: string, queue_id: string, item_id: string) =>
  answer(api.POST("/api/pilothouse/projects/{project_id}/annotation-queues/{queue_id}/items/{item_id}/renew", { params: ofItem(project_id, queue_id, item_id) }));

export const putReview = (project_id: string, queue_id: string, item_id: string, body: ReviewWritten) =>
  answer(api.PUT("/api/pilothouse/projects/{project_id}/annotation-queues/{queue_id}/items/{item_id}/review", { params: ofItem(project_id, queue_id, item_id), body }));

export const putDecision = (project_id: string, queue_id: string, item_id: string, scores: SaidScore[]) =>
  answer(
    api.PUT("/api/pilothouse/projects/{project_id}/annotation-queues/{queue_id}/items/{item_id}/decision", {
      params: ofItem(project_id, queue_id, item_id),
      body: { scores },
    }),
  );

// -- agreement ----------------------------------------------------------------------------------

export const agreement = (project_id: string, queue_id: string) =>
  queryOptions({
    queryKey: [project_id, "queue", queue_id, "agreement"],
    queryFn: async ({ signal }) =>
      (await answer(api.GET("/api/pilothouse/projects/{project_id}/annotation-queues/{queue_id}/agreement", { params: ofQueue(project_id, queue_id), signal }))).configs,
  });

export const disagreements = (project_id: string, queue_id: string, open_only: boolean) =>
  infiniteQueryOptions({
    queryKey: [project_id, "queue", queue_id, "disagreements", open_only],
    initialPageParam: 0,
    getNextPageParam: (page: Schemas["Disagreements"], _, offset: number) => next(page, offset),
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/pilothouse/projects/{project_id}/annotation-queues/{queue_id}/disagreements", {
          params: { ...ofQueue(project_id, queue_id), query: { open_only, offset: pageParam } },
          signal,
        }),
      ),
  });

// -- calibration --------------------------------------------------------------------------------

export const calibration = (project_id: string, asked: CardAsked) =>
  queryOptions({
    queryKey: [project_id, "calibration", asked],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => answer(api.POST("/api/pilothouse/projects/{project_id}/calibration", { params: { path: { project_id } }, body: asked, signal })),
  });

/** What labels make of the judges' means in a chart. */
export const freedChart = (project_id: string, question: ChartQuestion) =>
  queryOptions({
    queryKey: [project_id, "chart", "freed", question],
    queryFn: async ({ signal }) => (await answer(api.POST("/api/pilothouse/projects/{project_id}/charts/freed", { params: { path: { project_id } }, body: question, signal }))).rows,
  });

export const addNext = (project_id: string, queue_id: string, asked: NextAsked) =>
  answer(
    api.POST("/api/pilothouse/projects/{project_id}/annotation-queues/{queue_id}/items/from-judge", { params: ofQueue(project_id, queue_id), body: asked }),
  );
