/** Data sets, experiments over them, and comparisons: what pages ask and change. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { type ItemsWhere, whereOf } from "@/lib/datasets";
import { answer, api } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];

export type DatasetRow = Schemas["DatasetRow"];
export type DatasetDetail = Schemas["DatasetDetail"];
export type DatasetItem = Schemas["DatasetItem"];
export type ItemWritten = Schemas["ItemWritten"];
export type ItemDifference = Schemas["ItemDifference"];
export type DuplicateGroup = Schemas["DuplicateGroup"];
export type FilePreview = Schemas["FilePreview"];
export type FileBrought = Schemas["FileBrought"];
export type ItemsEdited = Schemas["ItemsEdited"];
export type FromList = Schemas["FromList"];
export type ExportFormat = Schemas["ExportFormat"];
export type ExperimentRow = Schemas["ExperimentRow"];
export type Against = Schemas["AgainstBaseline"];
export type MetricTold = Schemas["MetricTold"];
export type MetricMean = Schemas["MetricMean"];
export type ComparedItem = Schemas["ComparedItem"];
export type Attempt = Schemas["Attempt"];
export type ComparisonAsked = Schemas["ComparisonAsked"];
export type ItemsAsked = Schemas["ItemsAsked"];

const PAGE = 50;
const ROWS = 25;
const inProject = (project_id: string) => ({ path: { project_id } });
const inDataset = (project_id: string, dataset_id: string) => ({ path: { project_id, dataset_id } });
const next = (page: { items: readonly unknown[]; total: number }, offset: number, length: number) =>
  page.items.length > 0 && offset + page.items.length < page.total ? offset + length : null;

/** Everywhere, or in a folder: empty is the outermost. */
export const datasets = (project_id: string, words: string, folder?: string) =>
  infiniteQueryOptions({
    queryKey: [project_id, "datasets", words, folder],
    initialPageParam: 0,
    getNextPageParam: (page: Schemas["DatasetPage"], _, offset: number) => next(page, offset, PAGE),
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      answer(api.GET("/api/pilothouse/projects/{project_id}/datasets", { params: { ...inProject(project_id), query: { words, folder, limit: PAGE, offset: pageParam } }, signal })),
  });

export const dataset = (project_id: string, dataset_id: string) =>
  queryOptions({
    queryKey: [project_id, "dataset", dataset_id],
    queryFn: ({ signal }) => answer(api.GET("/api/pilothouse/projects/{project_id}/datasets/{dataset_id}", { params: { path: { project_id, dataset_id } }, signal })),
  });

/** As they are, or as they were at a time. */
export const datasetItems = (project_id: string, dataset_id: string, where: ItemsWhere, at?: number) =>
  infiniteQueryOptions({
    queryKey: [project_id, "dataset", dataset_id, "items", where, at],
    initialPageParam: 0,
    getNextPageParam: (page: Schemas["DatasetItemPage"], _, offset: number) => next(page, offset, PAGE),
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/pilothouse/projects/{project_id}/datasets/{dataset_id}/items", {
          params: { path: { project_id, dataset_id }, query: { ...whereOf(where), at, limit: PAGE, offset: pageParam } },
          signal,
        }),
      ),
  });

export const itemVersions = (project_id: string, dataset_id: string, item_id: string) =>
  queryOptions({
    queryKey: [project_id, "dataset", dataset_id, "versions", item_id],
    queryFn: async ({ signal }) =>
      (
        await answer(
          api.GET("/api/pilothouse/projects/{project_id}/datasets/{dataset_id}/items/versions", { params: { path: { project_id, dataset_id }, query: { item_id } }, signal }),
        )
      ).items,
  });

export const datasetHistory = (project_id: string, dataset_id: string) =>
  queryOptions({
    queryKey: [project_id, "dataset", dataset_id, "history"],
    queryFn: async ({ signal }) => (await answer(api.GET("/api/pilothouse/projects/{project_id}/datasets/{dataset_id}/history", { params: inDataset(project_id, dataset_id), signal }))).items,
  });

export const differences = (project_id: string, dataset_id: string, asked: { before: number; after: number; kind: "added" | "removed" | "changed" }) =>
  infiniteQueryOptions({
    queryKey: [project_id, "dataset", dataset_id, "differences", asked],
    initialPageParam: 0,
    getNextPageParam: (page: Schemas["DatasetDifferences"], _, offset: number) => (offset + page.items.length < page[asked.kind] && page.items.length > 0 ? offset + ROWS : null),
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/pilothouse/projects/{project_id}/datasets/{dataset_id}/differences", {
          params: { ...inDataset(project_id, dataset_id), query: { ...asked, limit: ROWS, offset: pageParam } },
          signal,
        }),
      ),
  });

export const duplicates = (project_id: string, dataset_id: string, near: number | undefined) =>
  infiniteQueryOptions({
    queryKey: [project_id, "dataset", dataset_id, "duplicates", near],
    initialPageParam: 0,
    getNextPageParam: (page: Schemas["Duplicates"], _, offset: number) => (page.items.length > 0 && offset + page.items.length < page.groups ? offset + ROWS : null),
    staleTime: 30_000,
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/pilothouse/projects/{project_id}/datasets/{dataset_id}/duplicates", {
          params: { ...inDataset(project_id, dataset_id), query: { near, limit: ROWS, offset: pageParam } },
          signal,
        }),
      ),
  });

export const exportFit = (project_id: string, dataset_id: string, format: ExportFormat, where: ItemsWhere, at?: number) =>
  queryOptions({
    queryKey: [project_id, "dataset", dataset_id, "export", format, where, at],
    queryFn: ({ signal }) =>
      answer(api.GET("/api/pilothouse/projects/{project_id}/datasets/{dataset_id}/export/fit", { params: { ...inDataset(project_id, dataset_id), query: { format, ...whereOf(where), at } }, signal })),
  });

/** Where the browser fetches the file. */
export function exportUrl(project_id: string, dataset_id: string, format: ExportFormat, where: ItemsWhere, at?: number): string {
  const query = new URLSearchParams({ format, ...whereOf(where), ...(at === undefined ? {} : { at: String(at) }) });
  return `/api/pilothouse/projects/${encodeURIComponent(project_id)}/datasets/${encodeURIComponent(dataset_id)}/export?${query}`;
}

export const experiments = (project_id: string, asked: { dataset_id?: string; words?: string }) =>
  infiniteQueryOptions({
    queryKey: [project_id, "experiments", asked],
    initialPageParam: 0,
    getNextPageParam: (page: Schemas["ExperimentPage"], _, offset: number) => next(page, offset, PAGE),
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      answer(api.GET("/api/pilothouse/projects/{project_id}/experiments", { params: { ...inProject(project_id), query: { ...asked, limit: PAGE, offset: pageParam } }, signal })),
  });

/** How often what still runs is read again. */
const LIVE = 5_000;

export const experiment = (project_id: string, experiment_id: string) =>
  queryOptions({
    queryKey: [project_id, "experiment", experiment_id],
    queryFn: ({ signal }) => answer(api.GET("/api/pilothouse/projects/{project_id}/experiments/{experiment_id}", { params: { path: { project_id, experiment_id } }, signal })),
    refetchInterval: ({ state }) => (state.data?.run?.status === "waiting" || state.data?.run?.status === "running" ? LIVE : false),
  });

export const comparison = (project_id: string, body: ComparisonAsked) =>
  queryOptions({
    queryKey: [project_id, "comparison", body],
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    queryFn: ({ signal }) => answer(api.POST("/api/pilothouse/projects/{project_id}/experiments/compare", { params: inProject(project_id), body, signal })),
  });

export const comparedItems = (project_id: string, asked: ItemsAsked) =>
  infiniteQueryOptions({
    queryKey: [project_id, "compared-items", asked],
    initialPageParam: 0,
    getNextPageParam: (page: Schemas["ComparedItems"], _, offset: number) => next(page, offset, ROWS),
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.POST("/api/pilothouse/projects/{project_id}/experiments/compare/items", {
          params: inProject(project_id),
          body: { ...asked, limit: ROWS, offset: pageParam },
          signal,
        }),
      ),
  });

export const addDataset = (project_id: string, body: Schemas["NewDataset"]) =>
  answer(api.POST("/api/pilothouse/projects/{project_id}/datasets", { params: inProject(project_id), body }));

export const deleteDataset = (project_id: string, dataset_id: string) =>
  answer(api.DELETE("/api/pilothouse/projects/{project_id}/datasets/{dataset_id}", { params: { path: { project_id, dataset_id } } }));

export const putItems = (project_id: string, dataset_id: string, items: ItemWritten[]) =>
  answer(api.POST("/api/pilothouse/projects/{project_id}/datasets/{dataset_id}/items", { params: { path: { project_id, dataset_id } }, body: { items } }));

export const deleteItem = (project_id: string, dataset_id: string, item_id: string) =>
  answer(api.DELETE("/api/pilothouse/projects/{project_id}/datasets/{dataset_id}/items", { params: { path: { project_id, dataset_id }, query: { item_id } } }));

export const addFromSpans = (project_id: string, dataset_id: string, sources: Schemas["Source"][]) =>
  answer(api.POST("/api/pilothouse/projects/{project_id}/datasets/{dataset_id}/items/from-spans", { params: { path: { project_id, dataset_id } }, body: { sources } }));

export const deleteExperiment = (project_id: string, experiment_id: string) =>
  answer(api.DELETE("/api/pilothouse/projects/{project_id}/experiments/{experiment_id}", { params: { path: { project_id, experiment_id } } }));

export const changeDataset = (project_id: string, dataset_id: string, body: Schemas["DatasetChange"]) =>
  answer(api.PATCH("/api/pilothouse/projects/{project_id}/datasets/{dataset_id}", { params: inDataset(project_id, dataset_id), body }));

export const editItems = (project_id: string, dataset_id: string, body: Partial<ItemsEdited>) =>
  answer(
    api.POST("/api/pilothouse/projects/{project_id}/datasets/{dataset_id}/items/edit", {
      params: inDataset(project_id, dataset_id),
      body: { add_tags: [], remove_tags: [], delete: false, ...body },
    }),
  );

export const dealItems = (project_id: string, dataset_id: string, body: Schemas["ItemsDealt"]) =>
  answer(api.POST("/api/pilothouse/projects/{project_id}/datasets/{dataset_id}/items/deal", { params: inDataset(project_id, dataset_id), body }));

export const archiveDuplicates = (project_id: string, dataset_id: string, near: number | undefined) =>
  answer(api.POST("/api/pilothouse/projects/{project_id}/datasets/{dataset_id}/duplicates/archive", { params: inDataset(project_id, dataset_id), body: { near } }));

export const addFromList = (project_id: string, dataset_id: string, body: FromList) =>
  answer(api.POST("/api/pilothouse/projects/{project_id}/datasets/{dataset_id}/items/from-list", { params: inDataset(project_id, dataset_id), body }));

/** What adding would do. */
export const tryFromList = (project_id: string, dataset_id: string, asked: Pick<FromList, "view" | "filter" | "start" | "end" | "limit" | "sampling">) =>
  queryOptions({
    queryKey: [project_id, "dataset", dataset_id, "from-list", asked],
    queryFn: () => addFromList(project_id, dataset_id, { ...asked, split: "", tags: [], try_only: true }),
  });

/** The body of a request is the file as it is. */
const raw = (file: File) => ({ body: file as unknown as string, bodySerializer: (body: unknown) => body as BodyInit, headers: { "content-type": "application/octet-stream" } });

export const previewFile = (project_id: string, dataset_id: string, file: File, encoding: string) =>
  answer(
    api.POST("/api/pilothouse/projects/{project_id}/datasets/{dataset_id}/import/preview", {
      params: { ...inDataset(project_id, dataset_id), query: { name: file.name, encoding } },
      ...raw(file),
    }),
  );

export const importFile = (project_id: string, dataset_id: string, file: File, asked: { encoding: string; columns: string; bad_rows: "skip" | "refuse" }) =>
  answer(
    api.POST("/api/pilothouse/projects/{project_id}/datasets/{dataset_id}/import", {
      params: { ...inDataset(project_id, dataset_id), query: { name: file.name, ...asked } },
      ...raw(file),
    }),
  );
