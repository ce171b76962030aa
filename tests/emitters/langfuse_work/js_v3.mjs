// Langfuse JS 3 keeps prompts, a data set, a run over it and media, and prints one JSON object.

import { Langfuse, LangfuseMedia } from "langfuse";

const { PILOTHOUSE_URL, PILOTHOUSE_PUBLIC_KEY, PILOTHOUSE_SECRET_KEY } = process.env;
const langfuse = new Langfuse({
  publicKey: PILOTHOUSE_PUBLIC_KEY,
  secretKey: PILOTHOUSE_SECRET_KEY,
  baseUrl: PILOTHOUSE_URL,
});
const told = {};

await langfuse.createPrompt({ name: "team/greet", prompt: "Hello {{name}}", labels: ["production"] });
await langfuse.createPrompt({
  name: "team/greet",
  prompt: "Hi {{name}}",
  labels: ["production"],
  config: { t: 0 },
});
const newer = await langfuse.getPrompt("team/greet", undefined, { cacheTtlSeconds: 0 });
await langfuse.updatePrompt({ name: "team/greet", version: 1, newLabels: ["production"] });
const older = await langfuse.getPrompt("team/greet", undefined, { cacheTtlSeconds: 0 });
told.prompts = [newer.compile({ name: "Ada" }), newer.config, older.compile({ name: "Ada" })];
const none = await langfuse.getPrompt("none", undefined, { fallback: "else", maxRetries: 0 });
told.fallback = none.prompt;

await langfuse.createDataset({ name: "questions", description: "about cities" });
for (const city of ["Paris", "北京"]) {
  await langfuse.createDatasetItem({ datasetName: "questions", input: { city }, expectedOutput: city[0] });
}
const dataset = await langfuse.getDataset("questions");
told.items = dataset.items.map((item) => item.input.city).sort();
for (const item of dataset.items) {
  const trace = langfuse.trace({ name: "answer", input: item.input, output: item.expectedOutput });
  await item.link(trace, "run-js3", { description: "by hand", metadata: { model: "none" } });
  trace.score({ name: "exact", value: 1 });
}
const run = await langfuse.getDatasetRun({ datasetName: "questions", runName: "run-js3" });
told.run = [run.description, run.datasetRunItems.length];

const image = new LangfuseMedia({ contentBytes: Buffer.from("PNG js3"), contentType: "image/png" });
const trace = langfuse.trace({ name: "look" });
trace.generation({ name: "call", input: { image }, model: "m", prompt: newer }).end({ output: "seen" });
await langfuse.flushAsync();
await new Promise((done) => setTimeout(done, 2_000));
const seen = (await langfuse.fetchTrace(trace.id)).data.observations[0];
told.promptOfCall = [seen.promptName, seen.promptVersion, Boolean(seen.promptId)];
const resolved = await langfuse.resolveMediaReferences({ obj: seen.input, resolveWith: "base64DataUri" });
told.media = resolved.image;
await langfuse.shutdownAsync();
console.log(JSON.stringify(told));
