/** What pages ask for, as query options: one key and one call each. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { quote, term } from "@/lib/filter";
import { reached } from "@/lib/share";
import { readApart } from "./apart";
import { answer, api } from "./client";
import type { ChartQuestion, Export, Me, SpanDetail } from "./types";

export interface ListQuestion {
  start: number;
  end: number;
  filter: string;
  order: string;
}

const PAGE = 100;
/** Spans of one trace: so many at first, so that they are quickly there, then in large pages. */
const TRACE_FIRST = 500;
const TRACE_REST = 10_000;
/** Characters of a body that are fetched at first. */
export const FIRST_BODY = 100_000;
/** More than this is read beside the page. */
const LARGE_BODY = 1_000_000;
/** More than this the server does not give at once. */
export const MOST_BODY = 20_000_000;

const first = null as string | null;
const next = (page: { next_cursor: string | null }) => page.next_cursor;
const list = (question: ListQuestion, cursor: string | null) => ({
  start: question.start,
  end: question.end,
  filter: question.filter || undefined,
  order: question.order || undefined,
  limit: PAGE,
  cursor: cursor ?? undefined,
});

/** A list in pages. What was there stays until what is asked for is there. */
const paged = <Page extends { next_cursor: string | null }>(queryKey: readonly unknown[], read: (cursor: string | null, signal: AbortSignal) => Promise<Page>) =>
  infiniteQueryOptions({
    queryKey,
    initialPageParam: first,
    getNextPageParam: next,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) => read(pageParam, signal),
  });

export const me = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => answer(api.GET("/api/pilothouse/me", { signal })),
  staleTime: 60_000,
});

/** Somebody who need not be anybody: who follows a link. */
export const nobody = queryOptions({
  queryKey: ["nobody"],
  queryFn: (): Me => ({ id: "", email: "", name: "", has_password: false, organisations: [], version: "" }),
  staleTime: Infinity,
});

export const traces = (project_id: string, question: ListQuestion) =>
  paged([project_id, "traces", question], (cursor, signal) =>
    answer(api.GET("/api/pilothouse/projects/{project_id}/traces", { params: { path: { project_id }, query: list(question, cursor) }, signal })),
  );

export const spans = (project_id: string, question: ListQuestion) =>
  paged([project_id, "spans", question], (cursor, signal) =>
    answer(api.GET("/api/pilothouse/projects/{project_id}/spans", { params: { path: { project_id }, query: list(question, cursor) }, signal })),
  );

export const sessions = (project_id: string, { bookmarked, ...question }: ListQuestion & { bookmarked: boolean }) =>
  paged([project_id, "sessions", question, bookmarked], (cursor, signal) =>
    answer(api.GET("/api/pilothouse/projects/{project_id}/sessions", { params: { path: { project_id }, query: { ...list(question, cursor), bookmarked: bookmarked || undefined } }, signal })),
  );

export const users = (project_id: string, question: ListQuestion) =>
  paged([project_id, "users", question], (cursor, signal) =>
    answer(api.GET("/api/pilothouse/projects/{project_id}/users", { params: { path: { project_id }, query: list(question, cursor) }, signal })),
  );

/** The first page of a list as it is now, kept nowhere. */
export const newestTraces = (project_id: string, start: number, end: number, filter: string) =>
  answer(
    api.GET("/api/pilothouse/projects/{project_id}/traces", {
      params: { path: { project_id }, query: list({ start, end, filter, order: "" }, null) },
    }),
  );

export const newestSpans = (project_id: string, start: number, end: number, filter: string) =>
  answer(
    api.GET("/api/pilothouse/projects/{project_id}/spans", {
      params: { path: { project_id }, query: list({ start, end, filter, order: "" }, null) },
    }),
  );

export const trace = (project_id: string, trace_id: string) =>
  infiniteQueryOptions({
    queryKey: [project_id, "trace", trace_id],
    initialPageParam: first,
    getNextPageParam: next,
    // Comparing every span again with each page would cost more than drawing them.
    structuralSharing: false,
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/pilothouse/projects/{project_id}/traces/{trace_id}", {
          params: { path: { project_id, trace_id }, query: { limit: pageParam === null ? TRACE_FIRST : TRACE_REST, cursor: pageParam ?? undefined } },
          signal,
        }),
      ),
  });

/** Where the bytes of media are. */
export const mediaAddress = (project_id: string, media_id: string) =>
  reached(`/api/pilothouse/projects/${encodeURIComponent(project_id)}/media/${encodeURIComponent(media_id)}`);

export const media = (project_id: string, media_id: string) =>
  queryOptions({
    queryKey: [project_id, "media", media_id],
    staleTime: Infinity,
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/pilothouse/projects/{project_id}/media/{media_id}/facts", { params: { path: { project_id, media_id } }, signal }),
      ),
  });

export const transcript = (project_id: string, trace_id: string) =>
  infiniteQueryOptions({
    queryKey: [project_id, "transcript", trace_id],
    initialPageParam: first,
    getNextPageParam: next,
    structuralSharing: false,
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/pilothouse/projects/{project_id}/traces/{trace_id}/transcript", {
          params: { path: { project_id, trace_id }, query: { limit: 100, cursor: pageParam ?? undefined } },
          signal,
        }),
      ),
  });

/** What an id belongs to, in this project or in another that the person reaches. */
export const found = (project_id: string, id: string) =>
  queryOptions({
    queryKey: ["find", project_id, id],
    staleTime: 10_000,
    queryFn: async ({ signal }) =>
      (await answer(api.GET("/api/pilothouse/find", { params: { query: { id, project_id } }, signal }))).item,
  });

/** The latest traces with a text in their names. */
export const tracesNamed = (project_id: string, text: string, { start, end }: { start: number; end: number }) =>
  queryOptions({
    queryKey: [project_id, "traces-named", text, start, end],
    staleTime: 30_000,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const query = { start, end, filter: `name:*${quote(text)}*`, limit: 5 };
      return (await answer(api.GET("/api/pilothouse/projects/{project_id}/traces", { params: { path: { project_id }, query }, signal }))).items;
    },
  });

/** How far from a trace the others of its name are looked for, in microseconds. */
const NEAR = 30 * 24 * 3600 * 1e6;

/** The latest traces of a name around a moment. */
export const tracesLike = (project_id: string, name: string, moment: number) =>
  queryOptions({
    queryKey: [project_id, "traces-like", name, moment],
    queryFn: async ({ signal }) => {
      const query = { start: moment - NEAR, end: moment + NEAR, filter: term("trace_name", name), limit: 12 };
      const page = await answer(
        api.GET("/api/pilothouse/projects/{project_id}/traces", { params: { path: { project_id }, query }, signal }),
      );
      return page.items;
    },
  });

/** Ids of the spans of a trace in whose whole input or output a text stands. */
export const spansWith = (project_id: string, trace_id: string, start: number, end: number, text: string) =>
  queryOptions({
    queryKey: [project_id, "spans-with", trace_id, start, end, text],
    staleTime: 30_000,
    enabled: text.length > 2,
    queryFn: async ({ signal }): Promise<ReadonlySet<string>> => {
      const filter = `${term("trace", trace_id)} ${term("text", text)}`;
      const page = await answer(
        api.GET("/api/pilothouse/projects/{project_id}/spans", {
          params: { path: { project_id }, query: { start, end, filter, limit: 1000 } },
          signal,
        }),
      );
      return new Set(page.items.map((one) => one.span_id));
    },
  });

const bodyPath = ({ project_id, trace_id, span_id }: Record<"project_id" | "trace_id" | "span_id", string>) =>
  `/api/pilothouse/projects/${encodeURIComponent(project_id)}/traces/${encodeURIComponent(trace_id)}/spans/${encodeURIComponent(span_id)}`;

export const span = (project_id: string, trace_id: string, span_id: string, limit_chars: number) =>
  queryOptions({
    queryKey: [project_id, "span", trace_id, span_id, limit_chars],
    staleTime: 30_000,
    // More of the same span keeps what is already on the page; another span does not.
    placeholderData: (old: SpanDetail | undefined, query) => (query?.queryKey[3] === span_id ? old : undefined),
    queryFn: ({ signal }): Promise<SpanDetail> => {
      // The head of a trace can have no id of its own.
      const path = { project_id, trace_id, span_id: span_id || "-" };
      if (limit_chars > LARGE_BODY) return readApart(bodyPath(path), { limit_chars: String(limit_chars) }, signal);
      return answer(
        api.GET("/api/pilothouse/projects/{project_id}/traces/{trace_id}/spans/{span_id}", { params: { path, query: { limit_chars } }, signal }),
      );
    },
  });

/** Turns of a session that are fetched at once. */
export const TURNS = 25;
/** How often a session that goes on is asked again, in milliseconds. */
const GOES_ON = 5_000;
const runs = (turns: readonly { trace: { end_time: number } }[] | undefined) => turns?.some((one) => !one.trace.end_time) ?? false;

/** A session with a part of its turns; the first part is 0. */
export const session = (project_id: string, session_id: string, part: number) =>
  queryOptions({
    queryKey: [project_id, "session", session_id, part],
    staleTime: 60_000,
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/pilothouse/projects/{project_id}/sessions/{session_id}", {
          params: { path: { project_id, session_id }, query: { limit: TURNS, offset: part * TURNS } },
          signal,
        }),
      ),
    refetchInterval: (query) => (runs(query.state.data?.turns) ? GOES_ON : false),
  });

/** The traces of a session in their order, with no more than what lists show of them. */
export const turns = (project_id: string, session_id: string, { start, end }: { start: number; end: number }) =>
  infiniteQueryOptions({
    queryKey: [project_id, "turns", session_id, start, end],
    initialPageParam: first,
    getNextPageParam: next,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/pilothouse/projects/{project_id}/traces", {
          params: {
            path: { project_id },
            query: { start, end, filter: term("session", session_id), order: "start_time", limit: 1000, cursor: pageParam ?? undefined },
          },
          signal,
        }),
      ),
    refetchInterval: (query) => (query.state.data?.pages.some((page) => page.items.some((one) => !one.end_time)) ? GOES_ON : false),
  });

export const facets = (
  project_id: string,
  question: { start: number; end: number; filter: string; view: "traces" | "spans"; fields: string },
) =>
  queryOptions({
    queryKey: [project_id, "facets", question],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/pilothouse/projects/{project_id}/facets", {
          params: { path: { project_id }, query: { ...question, filter: question.filter || undefined } },
          signal,
        }),
      ),
  });

export const completion = (
  project_id: string,
  question: { text: string; position: number; start: number; end: number },
) =>
  queryOptions({
    queryKey: [project_id, "complete", question],
    staleTime: 60_000,
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/pilothouse/projects/{project_id}/filter/complete", {
          params: { path: { project_id }, query: question },
          signal,
        }),
      ),
  });

/** Names of the scores that were given, the most frequent first. */
export const scoreNames = (project_id: string, { start, end }: { start: number; end: number }) =>
  queryOptions({
    queryKey: [project_id, "score-names", start, end],
    staleTime: 60_000,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const query = { text: "score.", position: 6, start, end };
      const found = await answer(
        api.GET("/api/pilothouse/projects/{project_id}/filter/complete", { params: { path: { project_id }, query }, signal }),
      );
      // A key as the filter language has it: `quality:`, or `"good answer":`.
      return found.items.filter((one) => one.kind === "key").map((one) => one.text.replace(/:$/, "").replace(/^"(.*)"$/, (_, inner: string) => inner.replace(/\\(.)/g, "$1")));
    },
  });

export const chart = (project_id: string, question: ChartQuestion) =>
  queryOptions({
    queryKey: [project_id, "chart", question],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      answer(
        api.POST("/api/pilothouse/projects/{project_id}/charts", {
          params: { path: { project_id } },
          body: question,
          signal,
        }),
      ),
  });

export const releases = (project_id: string, { start, end }: { start: number; end: number }) =>
  queryOptions({
    queryKey: [project_id, "releases", start, end],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/pilothouse/projects/{project_id}/releases", {
          params: { path: { project_id }, query: { start, end } },
          signal,
        }),
      ),
  });

export const measures = (project_id: string) =>
  queryOptions({
    queryKey: ["measures", project_id],
    staleTime: Infinity,
    queryFn: async ({ signal }) =>
      (await answer(api.GET("/api/pilothouse/projects/{project_id}/charts/measures", { params: { path: { project_id } }, signal }))).measures,
  });

export const filterFields = (project_id: string) =>
  queryOptions({
    queryKey: ["fields", project_id],
    staleTime: Infinity,
    queryFn: async ({ signal }) =>
      (await answer(api.GET("/api/pilothouse/projects/{project_id}/filter/fields", { params: { path: { project_id } }, signal }))).fields,
  });

// Not below the project's own key: a refresh of the data is no reason to lay out anew.
export const dashboards = (project_id: string) =>
  queryOptions({
    queryKey: ["dashboards", project_id],
    queryFn: async ({ signal }) =>
      (await answer(api.GET("/api/pilothouse/projects/{project_id}/dashboards", { params: { path: { project_id } }, signal }))).items,
  });

export const dashboard = (project_id: string, dashboard_id: string) =>
  queryOptions({
    queryKey: ["dashboard", project_id, dashboard_id],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/pilothouse/projects/{project_id}/dashboards/{dashboard_id}", {
          params: { path: { project_id, dashboard_id } },
          signal,
        }),
      ),
  });

export const ingestHealth = (project_id: string, range: { start: number; end: number }) =>
  queryOptions({
    queryKey: [project_id, "ingest-health", range],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/pilothouse/projects/{project_id}/ingest-health", {
          params: { path: { project_id }, query: range },
          signal,
        }),
      ),
  });

const inProject = (project_id: string) => ({ params: { path: { project_id } } });

export const keys = (project_id: string) =>
  queryOptions({
    queryKey: [project_id, "keys"],
    queryFn: ({ signal }) =>
      answer(api.GET("/api/pilothouse/projects/{project_id}/keys", { ...inProject(project_id), signal })),
  });

export const organisationKeys = (organisation_id: string) =>
  queryOptions({
    queryKey: ["organisation", organisation_id, "keys"],
    queryFn: ({ signal }) =>
      answer(api.GET("/api/pilothouse/organisations/{organisation_id}/keys", { params: { path: { organisation_id } }, signal })),
    retry: false,
  });

export const prices = (project_id: string, search: string, source: "" | "override") =>
  queryOptions({
    queryKey: [project_id, "prices", search, source],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/pilothouse/projects/{project_id}/prices", {
          params: { path: { project_id }, query: { search: search || undefined, source: source || undefined } },
          signal,
        }),
      ),
  });

export const models = (project_id: string, range: { start: number; end: number }) =>
  queryOptions({
    queryKey: [project_id, "models", range],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/pilothouse/projects/{project_id}/models", {
          params: { path: { project_id }, query: range },
          signal,
        }),
      ),
  });

export const members = (project_id: string) =>
  queryOptions({
    queryKey: [project_id, "members"],
    queryFn: ({ signal }) =>
      answer(api.GET("/api/pilothouse/projects/{project_id}/members", { ...inProject(project_id), signal })),
  });

export const settings = (project_id: string) =>
  queryOptions({
    queryKey: [project_id, "settings"],
    queryFn: ({ signal }) =>
      answer(api.GET("/api/pilothouse/projects/{project_id}/settings", { ...inProject(project_id), signal })),
  });

export const onboarding = (project_id: string) =>
  queryOptions({
    queryKey: [project_id, "onboarding"],
    queryFn: ({ signal }) =>
      answer(api.GET("/api/pilothouse/projects/{project_id}/onboarding", { ...inProject(project_id), signal })),
  });

export const views = (project_id: string) =>
  queryOptions({
    queryKey: [project_id, "views"],
    staleTime: 60_000,
    queryFn: ({ signal }) =>
      answer(api.GET("/api/pilothouse/projects/{project_id}/views", { ...inProject(project_id), signal })),
  });

const isOpen = (one: Export) => one.status === "waiting" || one.status === "running";

/** Asked again while one of them is being written. */
export const exports = (project_id: string) =>
  queryOptions({
    queryKey: [project_id, "exports"],
    queryFn: ({ signal }) =>
      answer(api.GET("/api/pilothouse/projects/{project_id}/exports", { ...inProject(project_id), signal })),
    refetchInterval: (query) => (query.state.data?.items.some(isOpen) ? 1000 : false),
  });
