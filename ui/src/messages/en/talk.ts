import type { Entry } from "../say";

/** Attachments, and what people say to each other about traces. */
export const talk = {
  "media.image": "Image",
  "media.audio": "Audio",
  "media.video": "Video",
  "media.pdf": "PDF",
  "media.file": "File",
  "media.open": "Open",
  "media.enlarge": "Enlarge",
  "media.enlarge_of": "Enlarge: {name}",
  "media.waits": "not uploaded yet",
  "media.missing": "cannot be shown: its bytes are not here, or are broken.",
} as const satisfies Record<string, Entry>;
