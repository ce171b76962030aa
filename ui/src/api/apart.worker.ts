/** Fetches and reads large answers beside the page. */
import type { Told } from "./apart";

addEventListener("message", ({ data: { id, url } }: MessageEvent<{ id: number; url: string }>) => {
  const tell = (told: Omit<Told, "id">) => postMessage({ id, ...told });
  fetch(url, { credentials: "same-origin" }).then(
    async (response) => {
      const body: unknown = await response.json().catch(() => undefined);
      tell({ status: response.status, body });
    },
    (error: unknown) => tell({ status: 0, body: String(error) }),
  );
});
