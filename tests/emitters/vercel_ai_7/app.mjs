// Vercel AI SDK 7 with @ai-sdk/otel: text, streaming with a tool, an object, an embedding.

import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { OpenTelemetry } from "@ai-sdk/otel";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { NodeSDK } from "@opentelemetry/sdk-node";
import { embed, generateText, isStepCount, Output, registerTelemetry, streamText, tool } from "ai";
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
registerTelemetry(new OpenTelemetry());

const provider = createOpenAICompatible({
  name: "local",
  baseURL: MODEL_URL,
  apiKey: "none",
  includeUsage: true,
  supportsStructuredOutputs: true,
});
const model = provider(MODEL_NAME);
const context = {
  runtimeContext: { sessionId: "session-v", userId: "ada", tier: "gold" },
};
const telemetry = (functionId) => ({
  functionId,
  includeRuntimeContext: { sessionId: true, userId: true, tier: true },
});
const weather = tool({
  description: "The weather in a city",
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => ({ city, sky: "sunny", degrees: 21 }),
});

const text = await generateText({
  model,
  instructions: "You are a helpful assistant.",
  prompt: "Say hello. 你好",
  maxOutputTokens: 20,
  temperature: 0.2,
  ...context,
  telemetry: telemetry("greet"),
});
console.log(text.text);

const stream = streamText({
  model,
  tools: { weather },
  stopWhen: isStepCount(3),
  messages: [{ role: "user", content: "What is the weather in Paris?" }],
  maxOutputTokens: 60,
  ...context,
  telemetry: telemetry("report"),
});
for await (const part of stream.textStream) process.stdout.write(part);
console.log();

const described = await generateText({
  model,
  output: Output.object({ schema: z.object({ name: z.string(), age: z.number() }) }),
  prompt: "Describe a person called Ada who is 36.",
  maxOutputTokens: 60,
  telemetry: telemetry("describe"),
});
console.log(described.output);

await embed({
  model: provider.embeddingModel(MODEL_NAME),
  value: "a short text",
  telemetry: telemetry("one"),
});

const broken = createOpenAICompatible({ name: "broken", baseURL: `${MODEL_URL}/nowhere` });
try {
  await generateText({
    model: broken(MODEL_NAME),
    prompt: "This fails.",
    maxRetries: 0,
    telemetry: telemetry("fail"),
  });
} catch (error) {
  console.log("expected:", error.message);
}
await sdk.shutdown();
