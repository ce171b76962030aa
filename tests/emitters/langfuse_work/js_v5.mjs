// Langfuse JS 5 keeps prompts, a data set, an experiment over it and scores, and prints one JSON object.

import { LangfuseClient } from "@langfuse/client";
import { LangfuseSpanProcessor } from "@langfuse/otel";
import { NodeSDK } from "@opentelemetry/sdk-node";

const { PILOTHOUSE_URL, PILOTHOUSE_PUBLIC_KEY, PILOTHOUSE_SECRET_KEY } = process.env;
const access = {
  publicKey: PILOTHOUSE_PUBLIC_KEY,
  secretKey: PILOTHOUSE_SECRET_KEY,
  baseUrl: PILOTHOUSE_URL,
};
const processor = new LangfuseSpanProcessor(access);
const sdk = new NodeSDK({ spanProcessors: [processor] });
sdk.start();
const langfuse = new LangfuseClient(access);
const told = {};

await langfuse.prompt.create({ name: "team/greet", prompt: "Hello {{name}}", labels: ["production"] });
await langfuse.prompt.create({
  name: "team/greet",
  prompt: "Hi {{name}}",
  labels: ["production"],
  config: { t: 0 },
});
const newer = await langfuse.prompt.get("team/greet", { cacheTtlSeconds: 0 });
await langfuse.prompt.update({ name: "team/greet", version: 1, newLabels: ["production"] });
const older = await langfuse.prompt.get("team/greet", { cacheTtlSeconds: 0 });
told.prompts = [newer.compile({ name: "Ada" }), newer.config, older.compile({ name: "Ada" })];
told.fallback = (await langfuse.prompt.get("none", { fallback: "else", maxRetries: 0 })).prompt;

await langfuse.api.datasets.create({ name: "team/questions", description: "about cities" });
for (const city of ["Paris", "北京"]) {
  await langfuse.api.datasetItems.create({
    datasetName: "team/questions",
    input: { city },
    expectedOutput: city[0],
  });
}
const dataset = await langfuse.dataset.get("team/questions");
told.items = dataset.items.map((item) => item.input.city).sort();
const result = await dataset.runExperiment({
  name: "letters",
  runName: "letters-js",
  description: "first letters",
  task: async (item) => item.input.city[0],
  evaluators: [
    async ({ output, expectedOutput }) => ({ name: "exact", value: Number(output === expectedOutput) }),
  ],
  runEvaluators: [async () => ({ name: "mean", value: 1 })],
});
told.results = result.itemResults.map((each) => each.output).sort();
told.runId = result.datasetRunId;
await langfuse.score.flush();
await processor.forceFlush();
await new Promise((done) => setTimeout(done, 1_500));
const run = await langfuse.api.datasets.getRun("team/questions", "letters-js");
told.run = [run.id, run.description, run.datasetRunItems.length];
await sdk.shutdown();
console.log(JSON.stringify(told));
