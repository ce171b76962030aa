/** Data sets, experiments over them, and comparisons: what pages ask and change. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];

export type DatasetRow = Schemas["DatasetRow"];
export type DatasetDetail = Schemas["DatasetDetail"];
export type DatasetItem = Schemas["DatasetItem"];
export type ItemWritten = Schemas["ItemWritten"];
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
const next = (page: { items: readonly unknown[]; total: number }, offset: number, length: number) =>
  page.items.length > 0 && offset + page.items.length < page.total ? offset + length : null;

export const datasets = (project_id: string, words: string) =>
  infiniteQueryOptions({
    queryKey: [project_id, "datasets", words],
    initialPageParam: 0,
    getNextPageParam: (page: Schemas["DatasetPage"], _, offset: number) => next(page, offset, PAGE),
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      answer(api.GET("/api/pilothouse/projects/{project_id}/datasets", { params: { ...inProject(project_id), query: { words, limit: PAGE, offset: pageParam } }, signal })),
  });

export const dataset = (project_id: string, dataset_id: string) =>
  queryOptions({
    queryKey: [project_id, "dataset", dataset_id],
    queryFn: ({ signal }) => answer(api.GET("/api/pilothouse/projects/{project_id}/datasets/{dataset_id}", { params: { path: { project_id, dataset_id } }, signal })),
  });

export const datasetItems = (project_id: string, dataset_id: string, archived: boolean) =>
  infiniteQueryOptions({
    queryKey: [project_id, "dataset", dataset_id, "items", archived],
    initialPageParam: 0,
    getNextPageParam: (page: Schemas["DatasetItemPage"], _, offset: number) => next(page, offset, PAGE),
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/pilothouse/projects/{project_id}/datasets/{dataset_id}/items", {
          params: { path: { project_id, dataset_id }, query: { archived, limit: PAGE, offset: pageParam } },
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

export const experiments = (project_id: string, asked: { dataset_id?: string; words?: string }) =>
  infiniteQueryOptions({
    queryKey: [project_id, "experiments", asked],
    initialPageParam: 0,
    getNextPageParam: (page: Schemas["ExperimentPage"], _, offset: number) => next(page, offset, PAGE),
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      answer(api.GET("/api/pilothouse/projects/{project_id}/experiments", { params: { ...inProject(project_id), query: { ...asked, limit: PAGE, offset: pageParam } }, signal })),
  });

export const experiment = (project_id: string, experiment_id: string) =>
  queryOptions({
    queryKey: [project_id, "experiment", experiment_id],
    queryFn: ({ signal }) => answer(api.GET("/api/pilothouse/projects/{project_id}/experiments/{experiment_id}", { params: { path: { project_id, experiment_id } }, signal })),
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
