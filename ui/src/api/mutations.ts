/** What pages change. Each call throws an `ApiError` when the server refuses. */
import { answer, api } from "./client";
import type { DashboardChange, Member, NewApiKey, NewExport, NewMember, NewOrganisationKey, PriceOverride, SavedView } from "./types";

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
    api.DELETE("/api/pilothouse/projects/{project_id}/keys/{key_id}", {
      params: { path: { project_id, key_id } },
      keepalive: true,
    }),
  );

export const createOrganisationKey = (organisation_id: string, body: NewOrganisationKey) =>
  answer(api.POST("/api/pilothouse/organisations/{organisation_id}/keys", { params: { path: { organisation_id } }, body }));

export const revokeOrganisationKey = (organisation_id: string, key_id: string) =>
  answer(
    api.DELETE("/api/pilothouse/organisations/{organisation_id}/keys/{key_id}", {
      params: { path: { organisation_id, key_id } },
      keepalive: true,
    }),
  );

export const invite = (project_id: string, body: NewMember) =>
  answer(api.POST("/api/pilothouse/projects/{project_id}/members", { params: inProject(project_id), body }));

export const changeRole = (project_id: string, user_id: string, role: Member["role"]) =>
  answer(
    api.PATCH("/api/pilothouse/projects/{project_id}/members/{user_id}", {
      params: { path: { project_id, user_id } },
      body: { role },
      keepalive: true,
    }),
  );

export const removeMember = (project_id: string, user_id: string) =>
  answer(
    api.DELETE("/api/pilothouse/projects/{project_id}/members/{user_id}", {
      params: { path: { project_id, user_id } },
      keepalive: true,
    }),
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
      keepalive: true,
    }),
  );

export const reprice = (project_id: string, body: { start: number; end: number; model: string }) =>
  answer(api.POST("/api/pilothouse/projects/{project_id}/reprice", { params: inProject(project_id), body }));

export const renameProject = (project_id: string, name: string) =>
  answer(
    api.PATCH("/api/pilothouse/projects/{project_id}/settings", { params: inProject(project_id), body: { name } }),
  );

/** Ends also when the page goes away meanwhile. */
export const deleteTraces = (project_id: string, trace_ids: string[]) =>
  answer(
    api.POST("/api/pilothouse/projects/{project_id}/traces/delete", {
      params: inProject(project_id),
      body: { trace_ids },
      keepalive: true,
    }),
  );

export const addView = (project_id: string, body: Pick<SavedView, "list" | "name" | "shared" | "query">) =>
  answer(api.POST("/api/pilothouse/projects/{project_id}/views", { params: inProject(project_id), body }));

export const changeView = (project_id: string, view_id: string, body: Partial<Pick<SavedView, "name" | "shared" | "query">>) =>
  answer(
    api.PATCH("/api/pilothouse/projects/{project_id}/views/{view_id}", { params: { path: { project_id, view_id } }, body }),
  );

export const deleteView = (project_id: string, view_id: string) =>
  answer(
    api.DELETE("/api/pilothouse/projects/{project_id}/views/{view_id}", {
      params: { path: { project_id, view_id } },
      keepalive: true,
    }),
  );

/** Which view opens first; none when the id is empty. */
export const setDefaultView = (project_id: string, list: SavedView["list"], view_id: string) =>
  answer(
    api.PUT("/api/pilothouse/projects/{project_id}/views/default/{list}", {
      params: { path: { project_id, list } },
      body: { view_id },
    }),
  );

export const addExport = (project_id: string, body: NewExport) =>
  answer(api.POST("/api/pilothouse/projects/{project_id}/exports", { params: inProject(project_id), body }));

export const deleteExport = (project_id: string, export_id: string) =>
  answer(
    api.DELETE("/api/pilothouse/projects/{project_id}/exports/{export_id}", {
      params: { path: { project_id, export_id } },
      keepalive: true,
    }),
  );

/** Makes a dashboard when `revision` is 0, else changes the one of that revision. */
export const putDashboard = (project_id: string, dashboard_id: string, body: DashboardChange) =>
  answer(
    api.PUT("/api/pilothouse/projects/{project_id}/dashboards/{dashboard_id}", {
      params: { path: { project_id, dashboard_id } },
      body,
    }),
  );

export const deleteDashboard = (project_id: string, dashboard_id: string) =>
  answer(
    api.DELETE("/api/pilothouse/projects/{project_id}/dashboards/{dashboard_id}", {
      params: { path: { project_id, dashboard_id } },
      keepalive: true,
    }),
  );
