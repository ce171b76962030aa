// Langfuse JS 5 on OpenTelemetry: nested observations, every type, the openai wrapper, scores.

import { LangfuseClient } from "@langfuse/client";
import { observeOpenAI } from "@langfuse/openai";
import { LangfuseSpanProcessor } from "@langfuse/otel";
import {
  observe,
  propagateAttributes,
  startActiveObservation,
  startObservation,
  updateActiveObservation,
} from "@langfuse/tracing";
import { NodeSDK } from "@opentelemetry/sdk-node";
import OpenAI from "openai";

const { PILOTHOUSE_URL, PILOTHOUSE_PUBLIC_KEY, PILOTHOUSE_SECRET_KEY, MODEL_URL, MODEL_NAME } =
  process.env;
const credentials = {
  publicKey: PILOTHOUSE_PUBLIC_KEY,
  secretKey: PILOTHOUSE_SECRET_KEY,
  baseUrl: PILOTHOUSE_URL,
};

const sdk = new NodeSDK({
  spanProcessors: [
    new LangfuseSpanProcessor({ ...credentials, environment: "staging", release: "r42" }),
  ],
});
sdk.start();
const langfuse = new LangfuseClient(credentials);
const plain = new OpenAI({ baseURL: MODEL_URL, apiKey: "none" });

const fetchCity = observe(
  async (city) => {
    updateActiveObservation({ metadata: { source: "table", rows: 3 } });
    return { city, population: 2_100_000 };
  },
  { name: "fetch-city", asType: "retriever" },
);

async function ask(question) {
  return startActiveObservation("ask", async (root) => {
    root.update({ input: { question } });
    return propagateAttributes(
      {
        userId: "ada",
        sessionId: "session-js",
        tags: ["js", "测试"],
        metadata: { tier: "gold" },
        version: "2",
        traceName: "ask-js",
      },
      async () => {
        await fetchCity("Paris");
        const openai = observeOpenAI(plain, { generationName: "plain" });
        const answer = await openai.chat.completions.create({
          model: MODEL_NAME,
          messages: [{ role: "user", content: question }],
          max_tokens: 20,
        });
        const stream = await observeOpenAI(plain, {
          generationName: "streamed",
          generationMetadata: { step: "story" },
        }).chat.completions.create({
          model: MODEL_NAME,
          messages: [
            { role: "system", content: "You are a story teller." },
            { role: "user", content: "Tell me a very short story." },
          ],
          stream: true,
          stream_options: { include_usage: true },
          max_tokens: 30,
        });
        let story = "";
        let first;
        for await (const chunk of stream) {
          first ??= Date.now() / 1000;
          story += chunk.choices[0]?.delta?.content ?? "";
        }
        console.log("first chunk", first);
        console.log(story);
        const generation = startObservation(
          "by-hand",
          {
            model: "gpt-4o-mini",
            modelParameters: { temperature: 0.2, stop: "\n" },
            input: [{ role: "user", content: question }],
          },
          { asType: "generation" },
        );
        generation.update({
          output: { content: "An answer" },
          usageDetails: { input: 12, output: 5, cache_read_input_tokens: 4 },
          costDetails: { input: 0.00012, output: 0.00005 },
          completionStartTime: new Date(),
        });
        generation.end();
        startObservation("failing", { level: "ERROR", statusMessage: "card declined" }).end();
        root.update({ output: answer.choices[0].message.content });
        langfuse.score.activeObservation({ name: "helpful", value: 1, comment: "thumbs up" });
        langfuse.score.activeTrace({ name: "tone", value: "friendly", dataType: "CATEGORICAL" });
        return root.traceId;
      },
    );
  });
}

function everyType() {
  const agent = startObservation("agent", { input: { task: "plan" } }, { asType: "agent" });
  for (const asType of ["chain", "tool", "evaluator", "guardrail", "span"]) {
    const child = agent.startObservation(`one-${asType}`, { input: [asType, 1] }, { asType });
    child.update({ output: { kind: asType }, metadata: { seen: true } }).end();
  }
  agent
    .startObservation(
      "one-embedding",
      { model: "text-embedding-3-small", input: "text", usageDetails: { input: 3 } },
      { asType: "embedding" },
    )
    .end();
  agent.startObservation("one-event", { input: "something", level: "WARNING" }, { asType: "event" });
  agent.update({ output: "done" }).end();
}

const traceId = await ask("What is Paris?");
everyType();
langfuse.score.create({ traceId, name: "passed", value: 1, dataType: "BOOLEAN" });
await langfuse.flush();
await sdk.shutdown();
