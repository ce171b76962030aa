/** What people add to traces and sessions: comments, bookmarks, corrections, shared links. */
import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "./client";
import type { NewComment } from "./types";

/** A trace with its spans, or a session. */
export type Subject = { trace_id: string } | { session_id: string };

/** What people comment on. */
export type Commented = Subject | { prompt_version_id: string };

export const comments = (project_id: string, subject: Commented) =>
  queryOptions({
    queryKey: [project_id, "comments", subject],
    queryFn: ({ signal }) =>
      answer(api.GET("/api/pilothouse/projects/{project_id}/comments", { params: { path: { project_id }, query: subject }, signal })),
  });

export const addComment = (project_id: string, body: NewComment) =>
  answer(api.POST("/api/pilothouse/projects/{project_id}/comments", { params: { path: { project_id } }, body }));

export const changeComment = (project_id: string, comment_id: string, content: string) =>
  answer(
    api.PATCH("/api/pilothouse/projects/{project_id}/comments/{comment_id}", { params: { path: { project_id, comment_id } }, body: { content } }),
  );

export const deleteComment = (project_id: string, comment_id: string) =>
  answer(
    api.DELETE("/api/pilothouse/projects/{project_id}/comments/{comment_id}", { params: { path: { project_id, comment_id } }, keepalive: true }),
  );

/** Comments that mention who is signed in, in all their projects. */
export const mentions = queryOptions({
  queryKey: ["mentions"],
  queryFn: ({ signal }) => answer(api.GET("/api/pilothouse/me/mentions", { signal })),
  staleTime: 30_000,
  refetchInterval: 60_000,
  refetchOnWindowFocus: true,
});

/** Null: all of them. */
export const seeMentions = (comment_ids: string[] | null) => answer(api.POST("/api/pilothouse/me/mentions/seen", { body: { comment_ids } }));

export const bookmark = (project_id: string, subject: Subject, on: boolean) => {
  if ("trace_id" in subject) {
    const params = { path: { project_id, trace_id: subject.trace_id } };
    const route = "/api/pilothouse/projects/{project_id}/bookmarks/traces/{trace_id}";
    return answer(on ? api.PUT(route, { params, keepalive: true }) : api.DELETE(route, { params, keepalive: true }));
  }
  const params = { path: { project_id, session_id: subject.session_id } };
  const route = "/api/pilothouse/projects/{project_id}/bookmarks/sessions/{session_id}";
  return answer(on ? api.PUT(route, { params, keepalive: true }) : api.DELETE(route, { params, keepalive: true }));
};

export const correction = (project_id: string, trace_id: string, span_id: string) =>
  queryOptions({
    queryKey: [project_id, "correction", trace_id, span_id],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/pilothouse/projects/{project_id}/traces/{trace_id}/correction", { params: { path: { project_id, trace_id }, query: { span_id } }, signal }),
      ),
  });

export const putCorrection = (project_id: string, trace_id: string, span_id: string, text: string) =>
  answer(
    api.PUT("/api/pilothouse/projects/{project_id}/traces/{trace_id}/correction", { params: { path: { project_id, trace_id }, query: { span_id } }, body: { text } }),
  );

export const deleteCorrection = (project_id: string, trace_id: string, span_id: string) =>
  answer(
    api.DELETE("/api/pilothouse/projects/{project_id}/traces/{trace_id}/correction", {
      params: { path: { project_id, trace_id }, query: { span_id } },
      keepalive: true,
    }),
  );

export const sharing = (project_id: string, subject: Subject) =>
  queryOptions({
    queryKey: [project_id, "sharing", subject],
    queryFn: ({ signal }) =>
      "trace_id" in subject
        ? answer(api.GET("/api/pilothouse/projects/{project_id}/sharing/traces/{trace_id}", { params: { path: { project_id, trace_id: subject.trace_id } }, signal }))
        : answer(
            api.GET("/api/pilothouse/projects/{project_id}/sharing/sessions/{session_id}", { params: { path: { project_id, session_id: subject.session_id } }, signal }),
          ),
  });

export const share = (project_id: string, subject: Subject, shared: boolean) =>
  "trace_id" in subject
    ? answer(api.PUT("/api/pilothouse/projects/{project_id}/sharing/traces/{trace_id}", { params: { path: { project_id, trace_id: subject.trace_id } }, body: { shared } }))
    : answer(
        api.PUT("/api/pilothouse/projects/{project_id}/sharing/sessions/{session_id}", { params: { path: { project_id, session_id: subject.session_id } }, body: { shared } }),
      );

/** What a link leads to. */
export const sharedThing = (token: string) =>
  queryOptions({
    queryKey: ["shared", token],
    queryFn: ({ signal }) => answer(api.GET("/api/pilothouse/shared/{token}", { params: { path: { token } }, signal })),
  });

/** The link of a trace that is public; throws when it is not. */
export const findShared = (project_id: string, trace_id: string) =>
  answer(api.GET("/api/pilothouse/shared", { params: { query: { project_id, trace_id } } }));
