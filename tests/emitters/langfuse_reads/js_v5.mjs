// Langfuse JS 5 reads what an application has sent, and prints one JSON object.

import { LangfuseClient } from "@langfuse/client";

const { PILOTHOUSE_URL, PILOTHOUSE_PUBLIC_KEY, PILOTHOUSE_SECRET_KEY } = process.env;
const { api } = new LangfuseClient({
  publicKey: PILOTHOUSE_PUBLIC_KEY,
  secretKey: PILOTHOUSE_SECRET_KEY,
  baseUrl: PILOTHOUSE_URL,
});
const traces = await api.trace.list({ name: "ask-js" });
const whole = await api.trace.get(traces.data[0].id);
const page = await api.observations.getMany({ fields: "core,basic,io,usage", limit: 3 });
const rest = await api.observations.getMany({ limit: 50, cursor: page.meta.cursor });
const v2 = await api.scores.getMany({ limit: 100 });
const v3 = await api.scoresV3.getManyV3({ fields: "subject" });
const sessions = await api.sessions.list();
const absent = await api.trace.get("no-such-trace").catch((error) => error.constructor.name);
console.log(
  JSON.stringify({
    health: (await api.health.health()).status,
    project: (await api.projects.get()).data[0].name,
    whole,
    counts: [page.data.length, rest.data.length],
    scores: Object.fromEntries(v2.data.map((each) => [each.name, each])),
    scoresV3: Object.fromEntries(v3.data.map((each) => [each.name, each])),
    sessions: sessions.data.map((each) => each.id),
    absent,
  }),
);
