/** Evaluators: what their pages ask for, and how they are made and tried. */
import { type QueryClient, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];

export type EvaluatorRow = Schemas["EvaluatorRow"];
export type Evaluator = Schemas["Evaluator"];
export type EvaluatorVersion = Schemas["EvaluatorVersion"];
export type LibraryJudge = Schemas["LibraryJudge"];
export type TrialSubject = Schemas["TrialSubject"];
export type Trial = Schemas["Trial"];
export type EvaluatorSettings = Schemas["EvaluatorSettings"];

const inProject = (project_id: string) => ({ path: { project_id } });
const one = (project_id: string, evaluator_id: string) => ({ path: { project_id, evaluator_id } });

export const evaluators = (project_id: string, archived: boolean) =>
  queryOptions({
    queryKey: [project_id, "evaluators", archived],
    queryFn: ({ signal }) => answer(api.GET("/api/pilothouse/projects/{project_id}/evaluators", { params: { ...inProject(project_id), query: { archived } }, signal })),
  });

export const evaluator = (project_id: string, evaluator_id: string) =>
  queryOptions({
    queryKey: [project_id, "evaluators", "one", evaluator_id],
    queryFn: ({ signal }) => answer(api.GET("/api/pilothouse/projects/{project_id}/evaluators/{evaluator_id}", { params: one(project_id, evaluator_id), signal })),
  });

export const library = (project_id: string) =>
  queryOptions({
    queryKey: [project_id, "evaluators", "library"],
    staleTime: Infinity,
    queryFn: ({ signal }) => answer(api.GET("/api/pilothouse/projects/{project_id}/evaluators/library", { params: inProject(project_id), signal })),
  });

/** Whether settings could be kept. */
export const checkedEvaluator = (project_id: string, body: EvaluatorSettings, enabled: boolean) =>
  queryOptions({
    queryKey: [project_id, "evaluators", "check", body],
    staleTime: Infinity,
    gcTime: 60_000,
    enabled,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => answer(api.POST("/api/pilothouse/projects/{project_id}/evaluators/check", { params: inProject(project_id), body, signal })),
  });

/** What an evaluator would see of these. */
export const trialCases = (project_id: string, subjects: TrialSubject[]) =>
  queryOptions({
    queryKey: [project_id, "evaluators", "cases", subjects],
    staleTime: 60_000,
    enabled: subjects.length > 0,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => answer(api.POST("/api/pilothouse/projects/{project_id}/evaluators/cases", { params: inProject(project_id), body: { subjects }, signal })),
  });

/** Answers of an experiment, the newest first. */
export const answeredItems = (project_id: string, experiment_id: string) =>
  queryOptions({
    queryKey: [project_id, "experiments", experiment_id, "answered"],
    enabled: experiment_id !== "",
    queryFn: ({ signal }) => answer(api.GET("/api/pilothouse/projects/{project_id}/experiments/{experiment_id}/items", { params: { path: { project_id, experiment_id }, query: { limit: 20 } }, signal })),
  });

export const tryEvaluator = (project_id: string, body: Schemas["Trying"], signal: AbortSignal) =>
  answer(api.POST("/api/pilothouse/projects/{project_id}/evaluators/try", { params: inProject(project_id), body, signal }));

export const addEvaluator = (project_id: string, body: Schemas["EvaluatorDraft"]) =>
  answer(api.POST("/api/pilothouse/projects/{project_id}/evaluators", { params: inProject(project_id), body }));

export const addEvaluatorVersion = (project_id: string, evaluator_id: string, body: Schemas["VersionDraft"]) =>
  answer(api.POST("/api/pilothouse/projects/{project_id}/evaluators/{evaluator_id}/versions", { params: one(project_id, evaluator_id), body }));

export const changeEvaluator = (project_id: string, evaluator_id: string, body: Schemas["EvaluatorChange"]) =>
  answer(api.PATCH("/api/pilothouse/projects/{project_id}/evaluators/{evaluator_id}", { params: one(project_id, evaluator_id), body }));

export const deleteEvaluator = (project_id: string, evaluator_id: string) =>
  answer(api.DELETE("/api/pilothouse/projects/{project_id}/evaluators/{evaluator_id}", { params: one(project_id, evaluator_id), keepalive: true }));

export const evaluatorsChanged = (client: QueryClient, project_id: string) => client.invalidateQueries({ queryKey: [project_id, "evaluators"] });
