/** Experiments that the server runs, and rules that look at live traffic. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { isLive } from "@/lib/runs";
import { answer, api } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];

export type RunTold = Schemas["RunTold"];
export type EvaluatorStanding = Schemas["EvaluatorStanding"];
export type Rule = Schemas["RuleRow"];
export type RuleWritten = Schemas["RuleWritten"];
export type Keeper = Schemas["DatasetRuleRow"];
export type KeeperWritten = Schemas["DatasetRuleWritten"];
export type EvaluatorRow = Schemas["EvaluatorRow"];
export type EvaluationTold = Schemas["EvaluationTold"];
export type PlanEstimate = Schemas["PlanEstimate"];

const inProject = (project_id: string) => ({ path: { project_id } });
const inExperiment = (project_id: string, experiment_id: string) => ({ path: { project_id, experiment_id } });
const inRule = (project_id: string, rule_id: string) => ({ path: { project_id, rule_id } });
const LIVE = 1_500;

type Planned = Record<string, unknown>;

export const estimate = (project_id: string, body: Planned | null) =>
  queryOptions({
    queryKey: [project_id, "estimate", body],
    enabled: body !== null,
    staleTime: 60_000,
    gcTime: 60_000,
    retry: false,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => answer(api.POST("/api/pilothouse/projects/{project_id}/experiments/estimate", { params: inProject(project_id), body: body as unknown as Schemas["ExperimentAsked"], signal })),
  });

export const begin = (project_id: string, body: Planned) =>
  answer(api.POST("/api/pilothouse/projects/{project_id}/experiments", { params: inProject(project_id), body: body as unknown as Schemas["ExperimentAsked"] }));

/** How far an experiment is; asked again as long as anything of it goes on. */
export const run = (project_id: string, experiment_id: string) =>
  queryOptions<RunTold>({
    queryKey: [project_id, "experiments", experiment_id, "run"],
    refetchInterval: ({ state }) => (isLive(state.data) ? LIVE : false),
    queryFn: ({ signal }) => answer(api.GET("/api/pilothouse/projects/{project_id}/experiments/{experiment_id}/run", { params: inExperiment(project_id, experiment_id), signal })),
  });

export const cancel = (project_id: string, experiment_id: string) =>
  answer(api.POST("/api/pilothouse/projects/{project_id}/experiments/{experiment_id}/cancel", { params: inExperiment(project_id, experiment_id) }));

export const resume = (project_id: string, experiment_id: string, failed: boolean) =>
  answer(api.POST("/api/pilothouse/projects/{project_id}/experiments/{experiment_id}/resume", { params: inExperiment(project_id, experiment_id), body: { failed } }));

export const evaluate = (project_id: string, experiment_id: string, evaluators: Schemas["ChosenEvaluator"][]) =>
  answer(api.POST("/api/pilothouse/projects/{project_id}/experiments/{experiment_id}/evaluate", { params: inExperiment(project_id, experiment_id), body: { evaluators } }));

export const failedEvaluations = (project_id: string, experiment_id: string) =>
  queryOptions({
    queryKey: [project_id, "experiments", experiment_id, "failed"],
    queryFn: async ({ signal }) =>
      (await answer(api.GET("/api/pilothouse/projects/{project_id}/experiments/{experiment_id}/evaluations", { params: { ...inExperiment(project_id, experiment_id), query: { status: "failed", limit: 20 } }, signal }))).items,
  });

export const trend = (project_id: string, dataset_id: string) =>
  queryOptions({
    queryKey: [project_id, "experiments", "trend", dataset_id],
    queryFn: async ({ signal }) => (await answer(api.GET("/api/pilothouse/projects/{project_id}/experiments/trend", { params: { ...inProject(project_id), query: { dataset_id } }, signal }))).points,
  });

/** Evaluators that are not archived, by name. */
export const evaluatorsToChoose = (project_id: string) =>
  queryOptions({
    queryKey: [project_id, "evaluators", "to-choose"],
    staleTime: 10_000,
    queryFn: async ({ signal }) => (await answer(api.GET("/api/pilothouse/projects/{project_id}/evaluators", { params: inProject(project_id), signal }))).items,
  });

// -- rules ----------------------------------------------------------------------------------------

export const rules = (project_id: string) =>
  queryOptions({
    queryKey: [project_id, "rules"],
    refetchInterval: 10_000,
    queryFn: async ({ signal }) => (await answer(api.GET("/api/pilothouse/projects/{project_id}/rules", { params: inProject(project_id), signal }))).items,
  });

export const saveRule = (project_id: string, rule_id: string | null, body: RuleWritten) =>
  rule_id === null
    ? answer(api.POST("/api/pilothouse/projects/{project_id}/rules", { params: inProject(project_id), body }))
    : answer(api.PUT("/api/pilothouse/projects/{project_id}/rules/{rule_id}", { params: inRule(project_id, rule_id), body }));

export const deleteRule = (project_id: string, rule_id: string) =>
  answer(api.DELETE("/api/pilothouse/projects/{project_id}/rules/{rule_id}", { params: inRule(project_id, rule_id), keepalive: true }));

export const backfillEstimate = (project_id: string, rule_id: string, start: number, end: number) =>
  queryOptions({
    queryKey: [project_id, "rules", rule_id, "estimate", start, end],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => answer(api.POST("/api/pilothouse/projects/{project_id}/rules/{rule_id}/estimate", { params: inRule(project_id, rule_id), body: { start, end }, signal })),
  });

export const backfill = (project_id: string, rule_id: string, start: number, end: number) =>
  answer(api.POST("/api/pilothouse/projects/{project_id}/rules/{rule_id}/backfill", { params: inRule(project_id, rule_id), body: { start, end } }));

export const ruleEvaluations = (project_id: string, rule_id: string) =>
  queryOptions({
    queryKey: [project_id, "rules", rule_id, "evaluations"],
    refetchInterval: 5_000,
    queryFn: async ({ signal }) => (await answer(api.GET("/api/pilothouse/projects/{project_id}/rules/{rule_id}/evaluations", { params: { ...inRule(project_id, rule_id), query: { limit: 30 } }, signal }))).items,
  });

// -- rules that keep traffic as items ---------------------------------------------------------------

export const keepers = (project_id: string) =>
  queryOptions({
    queryKey: [project_id, "keepers"],
    refetchInterval: 10_000,
    queryFn: async ({ signal }) => (await answer(api.GET("/api/pilothouse/projects/{project_id}/dataset-rules", { params: inProject(project_id), signal }))).items,
  });

export const saveKeeper = (project_id: string, rule_id: string | null, body: KeeperWritten) =>
  rule_id === null
    ? answer(api.POST("/api/pilothouse/projects/{project_id}/dataset-rules", { params: inProject(project_id), body }))
    : answer(api.PUT("/api/pilothouse/projects/{project_id}/dataset-rules/{rule_id}", { params: inRule(project_id, rule_id), body }));

export const deleteKeeper = (project_id: string, rule_id: string) =>
  answer(api.DELETE("/api/pilothouse/projects/{project_id}/dataset-rules/{rule_id}", { params: inRule(project_id, rule_id), keepalive: true }));
