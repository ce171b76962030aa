/** The one door to the server. Every failure is an `ApiError`. */
import createClient, { type Middleware } from "openapi-fetch";
import { reached } from "@/lib/share";
import type { paths } from "./schema";

export class ApiError extends Error {
  constructor(
    /** 0 when no answer came at all. */
    readonly status: number,
    readonly code: string,
    message: string,
    /** Offset into the filter text, where one is to blame. */
    readonly position: number | null = null,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

const ownRequests: Middleware = {
  onRequest({ request }) {
    // A header that no form and no foreign page can send.
    if (!SAFE.has(request.method)) request.headers.set("x-pilothouse", "1");
    const url = new URL(request.url);
    const path = reached(url.pathname);
    if (path === url.pathname) return request;
    url.pathname = path;
    return new Request(url, request);
  },
};

const client = createClient<paths>({ baseUrl: "", credentials: "same-origin" });
client.use(ownRequests);

export const api = client;

/** Awaits a call of `api` and returns its data, or throws an `ApiError`. */
export async function answer<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let result: { data?: T; error?: unknown; response: Response };
  try {
    result = await call;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, "offline", error instanceof Error ? error.message : String(error));
  }
  const { data, error, response } = result;
  if (response.ok) return data as T;
  throw readError(response.status, error);
}

export function readError(status: number, body: unknown): ApiError {
  const found = (body as { error?: { code?: string; message?: string; position?: number | null } } | undefined)?.error;
  if (found && typeof found === "object") {
    return new ApiError(status, found.code ?? "error", found.message ?? "", found.position ?? null);
  }
  const detail = (body as { detail?: unknown } | undefined)?.detail;
  const text = typeof detail === "string" ? detail : detail ? JSON.stringify(detail) : typeof body === "string" ? body.slice(0, 300) : "";
  return new ApiError(status, "error", text);
}
