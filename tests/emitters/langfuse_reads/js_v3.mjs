// Langfuse JS 3 reads what an application has sent, and prints one JSON object.

import { Langfuse } from "langfuse";

const { PILOTHOUSE_URL, PILOTHOUSE_PUBLIC_KEY, PILOTHOUSE_SECRET_KEY } = process.env;
const langfuse = new Langfuse({
  publicKey: PILOTHOUSE_PUBLIC_KEY,
  secretKey: PILOTHOUSE_SECRET_KEY,
  baseUrl: PILOTHOUSE_URL,
});
const traces = await langfuse.fetchTraces({ limit: 1, orderBy: "timestamp.asc" });
const order = (await langfuse.fetchTraces({ name: "order", tags: ["orders"] })).data[0];
const whole = await langfuse.fetchTrace(order.id);
const generations = await langfuse.fetchObservations({ traceId: order.id, type: "GENERATION" });
const write = generations.data.find((each) => each.name === "write");
const observation = await langfuse.fetchObservation(write.id);
const sessions = await langfuse.fetchSessions();
console.log(
  JSON.stringify({
    meta: traces.meta,
    whole: whole.data,
    generations: generations.data.map((each) => each.name),
    write: observation.data,
    sessions: sessions.data.map((each) => each.id),
  }),
);
await langfuse.shutdownAsync();
