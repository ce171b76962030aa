/** Releases of prompts: protected labels, requests, splits, webhooks. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];

export type LabelRule = Required<Schemas["LabelRule"]>;
export type LabelRequest = Schemas["LabelRequest"];
export type AttachedExperiment = Schemas["AttachedExperiment"];
export type PromptExperiment = Schemas["PromptExperiment"];
export type PromptSplit = Schemas["PromptSplit"];
export type Webhook = Schemas["Webhook"];
export type Delivery = Schemas["Delivery"];

const inProject = (project_id: string) => ({ path: { project_id } });
const ofWebhook = (project_id: string, webhook_id: string) => ({ path: { project_id, webhook_id } });

export const labelRules = (project_id: string) =>
  queryOptions({
    queryKey: [project_id, "prompt-rules"],
    staleTime: 30_000,
    queryFn: ({ signal }) => answer(api.GET("/api/pilothouse/projects/{project_id}/prompts/rules", { params: inProject(project_id), signal })),
  });

export const protectLabel = (project_id: string, body: LabelRule) =>
  answer(api.PUT("/api/pilothouse/projects/{project_id}/prompts/rules", { params: inProject(project_id), body }));

export const unprotectLabel = (project_id: string, label: string) =>
  answer(api.DELETE("/api/pilothouse/projects/{project_id}/prompts/rules", { params: { ...inProject(project_id), query: { label } } }));

export const labelRequests = (project_id: string, name: string) =>
  queryOptions({
    queryKey: [project_id, "prompt-requests", name],
    queryFn: async ({ signal }) =>
      (await answer(api.GET("/api/pilothouse/projects/{project_id}/prompts/requests", { params: { ...inProject(project_id), query: { name } }, signal }))).items,
  });

/** Those that may justify a release. */
export const promptExperiments = (project_id: string, name: string) =>
  queryOptions({
    queryKey: [project_id, "prompt-experiments", name],
    queryFn: async ({ signal }) =>
      (await answer(api.GET("/api/pilothouse/projects/{project_id}/prompts/experiments", { params: { ...inProject(project_id), query: { name } }, signal }))).items,
  });

export const askForLabel = (project_id: string, body: Schemas["NewLabelRequest"]) =>
  answer(api.POST("/api/pilothouse/projects/{project_id}/prompts/requests", { params: inProject(project_id), body }));

export const decideRequest = (project_id: string, request_id: string, status: Schemas["Decision"]["status"]) =>
  answer(api.PUT("/api/pilothouse/projects/{project_id}/prompts/requests/{request_id}", { params: { path: { project_id, request_id } }, body: { status } }));

export const splits = (project_id: string, name: string) =>
  queryOptions({
    queryKey: [project_id, "prompt-figures", "splits", name],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) =>
      (await answer(api.GET("/api/pilothouse/projects/{project_id}/prompts/splits", { params: { ...inProject(project_id), query: { name } }, signal }))).items,
  });

/** No arms end it. */
export const setSplit = (project_id: string, body: Schemas["SplitChange"]) =>
  answer(api.PUT("/api/pilothouse/projects/{project_id}/prompts/splits", { params: inProject(project_id), body }));

export const webhooks = (project_id: string) =>
  queryOptions({
    queryKey: [project_id, "prompt-webhooks"],
    queryFn: async ({ signal }) => (await answer(api.GET("/api/pilothouse/projects/{project_id}/prompts/webhooks", { params: inProject(project_id), signal }))).items,
  });

export const addWebhook = (project_id: string, url: string) =>
  answer(api.POST("/api/pilothouse/projects/{project_id}/prompts/webhooks", { params: inProject(project_id), body: { url } }));

export const setWebhookActive = (project_id: string, webhook_id: string, is_active: boolean) =>
  answer(api.PATCH("/api/pilothouse/projects/{project_id}/prompts/webhooks/{webhook_id}", { params: ofWebhook(project_id, webhook_id), body: { is_active } }));

export const deleteWebhook = (project_id: string, webhook_id: string) =>
  answer(api.DELETE("/api/pilothouse/projects/{project_id}/prompts/webhooks/{webhook_id}", { params: ofWebhook(project_id, webhook_id), keepalive: true }));

export const testWebhook = (project_id: string, webhook_id: string) =>
  answer(api.POST("/api/pilothouse/projects/{project_id}/prompts/webhooks/{webhook_id}/test", { params: ofWebhook(project_id, webhook_id) }));

export const deliveries = (project_id: string, webhook_id: string) =>
  queryOptions({
    queryKey: [project_id, "prompt-webhooks", webhook_id, "deliveries"],
    refetchInterval: 3_000,
    queryFn: async ({ signal }) =>
      (await answer(api.GET("/api/pilothouse/projects/{project_id}/prompts/webhooks/{webhook_id}/deliveries", { params: ofWebhook(project_id, webhook_id), signal }))).items,
  });

export const sendAgain = (project_id: string, webhook_id: string, delivery_id: string) =>
  answer(
    api.POST("/api/pilothouse/projects/{project_id}/prompts/webhooks/{webhook_id}/deliveries/{delivery_id}/again", {
      params: { path: { project_id, webhook_id, delivery_id } },
    }),
  );
