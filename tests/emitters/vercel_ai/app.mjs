// Vercel AI SDK 5 and 6: text, streaming with a tool, an object, embeddings; plain OTLP export.

import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { NodeSDK } from "@opentelemetry/sdk-node";
import { embed, embedMany, generateObject, generateText, stepCountIs, streamText, tool } from "ai";
import { z } from "zod";

const { PILOTHOUSE_URL, PILOTHOUSE_PUBLIC_KEY, PILOTHOUSE_SECRET_KEY, MODEL_URL, MODEL_NAME } =
  process.env;
const keys = Buffer.from(`${PILOTHOUSE_PUBLIC_KEY}:${PILOTHOUSE_SECRET_KEY}`).toString("base64");
const sdk = new NodeSDK({
  serviceName: "vercel-app",
  traceExporter: new OTLPTraceExporter({
    url: `${PILOTHOUSE_URL}/api/public/otel/v1/traces`,
    headers: { Authorization: `Basic ${keys}` },
  }),
});
sdk.start();

const provider = createOpenAICompatible({
  name: "local",
  baseURL: MODEL_URL,
  apiKey: "none",
  includeUsage: true,
  supportsStructuredOutputs: true,
});
const model = provider(MODEL_NAME);
const telemetry = (functionId) => ({
  isEnabled: true,
  functionId,
  metadata: { sessionId: "session-v", userId: "ada", tags: ["vercel", "测试"], tier: "gold" },
});
const weather = tool({
  description: "The weather in a city",
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => ({ city, sky: "sunny", degrees: 21 }),
});

const text = await generateText({
  model,
  system: "You are a helpful assistant.",
  prompt: "Say hello. 你好",
  maxOutputTokens: 20,
  temperature: 0.2,
  experimental_telemetry: telemetry("greet"),
});
console.log(text.text);

const stream = streamText({
  model,
  tools: { weather },
  stopWhen: stepCountIs(3),
  messages: [{ role: "user", content: "What is the weather in Paris?" }],
  maxOutputTokens: 60,
  experimental_telemetry: telemetry("report"),
});
for await (const part of stream.textStream) process.stdout.write(part);
console.log();

const { object } = await generateObject({
  model,
  schema: z.object({ name: z.string(), age: z.number() }),
  prompt: "Describe a person called Ada who is 36.",
  maxOutputTokens: 60,
  experimental_telemetry: telemetry("describe"),
});
console.log(object);

const embeddings = provider.textEmbeddingModel(MODEL_NAME);
await embed({ model: embeddings, value: "a short text", experimental_telemetry: telemetry("one") });
await embedMany({
  model: embeddings,
  values: ["first", "second"],
  experimental_telemetry: { ...telemetry("many"), recordOutputs: false },
});

const broken = createOpenAICompatible({ name: "broken", baseURL: `${MODEL_URL}/nowhere` });
try {
  await generateText({
    model: broken(MODEL_NAME),
    prompt: "This fails.",
    maxRetries: 0,
    experimental_telemetry: telemetry("fail"),
  });
} catch (error) {
  console.log("expected:", error.message);
}
await sdk.shutdown();
