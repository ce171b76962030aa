/** Answers of millions of characters are decoded and parsed beside the page, which goes on meanwhile. */
import { reached } from "@/lib/share";
import { ApiError, readError } from "./client";

export interface Told {
  id: number;
  /** 0 when no answer came at all. */
  status: number;
  body: unknown;
}

let worker: Worker | null = null;
let last = 0;
const waiting = new Map<number, (told: Told) => void>();

function start(): Worker {
  const started = new Worker(new URL("apart.worker.ts", import.meta.url), { type: "module" });
  started.addEventListener("message", ({ data }: MessageEvent<Told>) => {
    waiting.get(data.id)?.(data);
    waiting.delete(data.id);
  });
  // Without it nobody would ever hear.
  started.addEventListener("error", (event) => {
    worker = null;
    for (const [id, tell] of waiting) tell({ id, status: 0, body: event.message });
    waiting.clear();
  });
  return started;
}

/** The answer at a path of the API, or an `ApiError`. */
export async function readApart<T>(path: string, query: Record<string, string>, signal: AbortSignal): Promise<T> {
  worker ??= start();
  last += 1;
  const id = last;
  const url = `${window.location.origin}${reached(path)}?${new URLSearchParams(query).toString()}`;
  const { status, body } = await new Promise<Told>((resolve, reject) => {
    waiting.set(id, resolve);
    signal.addEventListener("abort", () => {
      waiting.delete(id);
      reject(new DOMException("nobody waits for it any more", "AbortError"));
    });
    // A worker has no origin to name.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    worker!.postMessage({ id, url });
  });
  if (status === 0) throw new ApiError(0, "offline", String(body));
  if (status >= 200 && status < 300) return body as T;
  throw readError(status, body);
}
