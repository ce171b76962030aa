import type { Entry } from "../say";

/** Sessions and users. */
export const people = {
  "session.title": "Session",
  "session.turn": "Turn {n}",
  "session.turns": { one: "{n} turn", other: "{n} turns" },
  "session.open_trace": "Open trace",
  "session.not_found": "There is no such session in this project",
  "session.empty_turn": "This turn recorded neither input nor output.",
  "session.gap": "{length} later",
  "session.empty": "No sessions in this time range",
  "session.empty_hint": "A session is all traces that carry the same session id. Set one in your SDK to see conversations here.",

  "user.title": "User",
  "user.empty": "No users in this time range",
  "user.empty_hint": "Set a user id in your SDK to see who uses what, and what it costs.",
} as const satisfies Record<string, Entry>;
