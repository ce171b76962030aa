/** What pages change. Each call throws an `ApiError` when the server refuses. */
import { answer, api } from "./client";
import type { NewApiKey, PriceOverride } from "./types";

const inProject = (project_id: string) => ({ path: { project_id } });

export const signIn = (email: string, password: string) =>
  answer(api.POST("/api/pilothouse/auth/sign-in", { body: { email, password } }));

export const signOut = () => answer(api.POST("/api/pilothouse/auth/sign-out"));

export const changePassword = (current: string | null, fresh: string) =>
  answer(api.PUT("/api/pilothouse/me/password", { body: { current, new: fresh } }));

export const createKey = (project_id: string, body: NewApiKey) =>
  answer(api.POST("/api/pilothouse/projects/{project_id}/keys", { params: inProject(project_id), body }));

export const revokeKey = (project_id: string, key_id: string) =>
  answer(
    api.DELETE("/api/pilothouse/projects/{project_id}/keys/{key_id}", { params: { path: { project_id, key_id } } }),
  );

export const savePrice = (project_id: string, price_id: string | null, body: PriceOverride) =>
  price_id === null
    ? answer(api.POST("/api/pilothouse/projects/{project_id}/prices", { params: inProject(project_id), body }))
    : answer(
        api.PUT("/api/pilothouse/projects/{project_id}/prices/{price_id}", {
          params: { path: { project_id, price_id } },
          body,
        }),
      );

export const deletePrice = (project_id: string, price_id: string) =>
  answer(
    api.DELETE("/api/pilothouse/projects/{project_id}/prices/{price_id}", {
      params: { path: { project_id, price_id } },
    }),
  );

export const reprice = (project_id: string, body: { start: number; end: number; model: string }) =>
  answer(api.POST("/api/pilothouse/projects/{project_id}/reprice", { params: inProject(project_id), body }));

export const renameProject = (project_id: string, name: string) =>
  answer(
    api.PATCH("/api/pilothouse/projects/{project_id}/settings", { params: inProject(project_id), body: { name } }),
  );
