/** Scores: what pages ask of them, and how they are given and taken back. */
import { type InfiniteData, type QueryClient, infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api } from "./client";
import * as ask from "./queries";
import type { components } from "./schema";
import type { ScoreRow, SessionDetail, SpanDetail, TraceDetail } from "./types";

type Schemas = components["schemas"];

export type ScoreConfig = Schemas["ScoreConfig"];
export type NewScoreConfig = Schemas["NewScoreConfig"];
export type ScoreConfigChange = Schemas["ScoreConfigChange"];
export type ScoreChange = Schemas["ScoreChange"];
export type ScoreKind = Schemas["ScoreKind"];
export type SeenScoreKind = Schemas["SeenScoreKind"];
export type ScoreQuestion = Schemas["ScoreQuestion"];
export type ScoreSummary = Schemas["ScoreSummary"];
export type ScoreAgreement = Schemas["ScoreAgreement"];
export type ScoreBin = Schemas["ScoreBin"];
export type Estimate = Schemas["Estimate"];
export type ListedScore = Schemas["ListedScore"];

/** What a list of scores is narrowed to. */
export interface ScoresQuestion {
  start: number;
  end: number;
  name?: string[];
  source?: string[];
  data_type?: string[];
  author?: string[];
  label?: string[];
  value_min?: number;
  value_max?: number;
  target?: "trace" | "span" | "session" | "experiment";
  trace?: string;
  session?: string;
  comment?: "yes";
  order?: string;
}

const PAGE = 100;

export const scores = (project_id: string, question: ScoresQuestion) =>
  infiniteQueryOptions({
    queryKey: [project_id, "scores", question],
    initialPageParam: null as string | null,
    getNextPageParam: (page: Schemas["ScorePage"]) => page.next_cursor,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/pilothouse/projects/{project_id}/scores", {
          params: { path: { project_id }, query: { ...question, limit: PAGE, cursor: pageParam ?? undefined } },
          signal,
        }),
      ),
  });

/** Names, types and sources of what was given in a range. */
export const scoreKinds = (project_id: string, { start, end }: { start: number; end: number }) =>
  queryOptions({
    queryKey: [project_id, "score-kinds", start, end],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) =>
      (await answer(api.GET("/api/pilothouse/projects/{project_id}/scores/kinds", { params: { path: { project_id }, query: { start, end } }, signal }))).items,
  });

export const scoreAnalysis = (project_id: string, question: ScoreQuestion) =>
  queryOptions({
    queryKey: [project_id, "score-analysis", question],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      answer(api.POST("/api/pilothouse/projects/{project_id}/scores/analytics", { params: { path: { project_id } }, body: question, signal })),
  });

export const scoreConfigs = (project_id: string) =>
  queryOptions({
    queryKey: [project_id, "score-configs"],
    staleTime: 60_000,
    queryFn: async ({ signal }) =>
      (await answer(api.GET("/api/pilothouse/projects/{project_id}/score-configs", { params: { path: { project_id } }, signal }))).items,
  });

export const addScoreConfig = (project_id: string, body: NewScoreConfig) =>
  answer(api.POST("/api/pilothouse/projects/{project_id}/score-configs", { params: { path: { project_id } }, body }));

export const changeScoreConfig = (project_id: string, config_id: string, body: ScoreConfigChange) =>
  answer(api.PUT("/api/pilothouse/projects/{project_id}/score-configs/{config_id}", { params: { path: { project_id, config_id } }, body }));

/** Gives a score, or changes it. */
export const putScore = (project_id: string, score_id: string, body: ScoreChange) =>
  answer(api.PUT("/api/pilothouse/projects/{project_id}/scores/{score_id}", { params: { path: { project_id, score_id } }, body }));

/** Ends also when the page goes away meanwhile. */
export const deleteScore = (project_id: string, score_id: string) =>
  answer(
    api.DELETE("/api/pilothouse/projects/{project_id}/scores/{score_id}", { params: { path: { project_id, score_id } }, keepalive: true }),
  );

export const deleteScores = (project_id: string, score_ids: string[]) =>
  answer(
    api.POST("/api/pilothouse/projects/{project_id}/scores/delete", { params: { path: { project_id } }, body: { score_ids }, keepalive: true }),
  );

/** Kinds of questions whose answers scores are part of, and that are quickly asked again. */
const LISTS = new Set(["scores", "score-kinds", "score-analysis", "traces", "sessions", "session", "turns"]);

type Change = (scores: ScoreRow[]) => ScoreRow[];

/** Puts a score where pages show it: asking for a long trace again would take seconds. */
export async function showScore(client: QueryClient, project_id: string, score: ScoreRow): Promise<void> {
  change(client, project_id, score, (old) =>
    old.some((one) => one.score_id === score.score_id) ? old.map((one) => (one.score_id === score.score_id ? score : one)) : [...old, score],
  );
  await refresh(client, project_id);
}

export async function hideScores(client: QueryClient, project_id: string, scores: readonly ScoreRow[]): Promise<void> {
  for (const score of scores) change(client, project_id, score, (old) => old.filter((one) => one.score_id !== score.score_id));
  await refresh(client, project_id);
}

function change(client: QueryClient, project_id: string, score: ScoreRow, next: Change): void {
  const changed = <T extends { scores: ScoreRow[] }>(page: T): T => ({ ...page, scores: next(page.scores) });
  if (score.trace_id) {
    const { queryKey } = ask.trace(project_id, score.trace_id);
    client.setQueryData<InfiniteData<TraceDetail>>([...queryKey], (old) => old && { ...old, pages: old.pages.map(changed) });
    client.setQueriesData<SpanDetail>(
      { queryKey: [project_id, "span", score.trace_id], predicate: ({ queryKey: key }) => key[3] === score.span_id },
      (old) => old && changed(old),
    );
  }
  if (score.session_id) client.setQueriesData<SessionDetail>({ queryKey: [project_id, "session", score.session_id] }, (old) => old && changed(old));
}

const refresh = (client: QueryClient, project_id: string) =>
  client.invalidateQueries({ predicate: ({ queryKey: [project, kind] }) => project === project_id && LISTS.has(String(kind)) });
