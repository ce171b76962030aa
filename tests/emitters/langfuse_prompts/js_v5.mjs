// Langfuse JS 5: calls by the openai wrapper and by LangChain that tell which prompt they used.

import { ChatPromptTemplate, PromptTemplate } from "@langchain/core/prompts";
import { ChatOpenAI } from "@langchain/openai";
import { LangfuseClient } from "@langfuse/client";
import { CallbackHandler } from "@langfuse/langchain";
import { observeOpenAI } from "@langfuse/openai";
import { LangfuseSpanProcessor } from "@langfuse/otel";
import { NodeSDK } from "@opentelemetry/sdk-node";
import OpenAI from "openai";

const { PILOTHOUSE_URL, PILOTHOUSE_PUBLIC_KEY, PILOTHOUSE_SECRET_KEY, MODEL_URL, MODEL_NAME } =
  process.env;
const access = {
  publicKey: PILOTHOUSE_PUBLIC_KEY,
  secretKey: PILOTHOUSE_SECRET_KEY,
  baseUrl: PILOTHOUSE_URL,
};
const sdk = new NodeSDK({ spanProcessors: [new LangfuseSpanProcessor(access)] });
sdk.start();
const langfuse = new LangfuseClient(access);
const model = new ChatOpenAI({
  model: MODEL_NAME,
  apiKey: "none",
  maxTokens: 8,
  configuration: { baseURL: MODEL_URL },
});
const told = {};

await langfuse.prompt.create({ name: "capital", prompt: "Where is {{country}}?", labels: ["production"] });
await langfuse.prompt.create({ name: "capital", prompt: '{"of": "{{country}}"}: name its capital.' });
const text = await langfuse.prompt.get("capital", { label: "latest" });
await langfuse.prompt.create({
  name: "team/chat",
  type: "chat",
  prompt: [
    { role: "system", content: "Be {{tone}}." },
    { type: "placeholder", name: "past" },
    { role: "user", content: "{{question}}" },
  ],
  labels: ["production"],
});
const chat = await langfuse.prompt.get("team/chat", { type: "chat" });

const openai = observeOpenAI(new OpenAI({ baseURL: MODEL_URL, apiKey: "none" }), {
  generationName: "by openai",
  langfusePrompt: text,
});
await openai.chat.completions.create({
  model: MODEL_NAME,
  messages: [{ role: "user", content: text.compile({ country: "France" }) }],
  max_tokens: 8,
});

const template = PromptTemplate.fromTemplate(text.getLangchainPrompt()).withConfig({
  metadata: { langfusePrompt: text },
});
const chain = template.pipe(model);
await chain.invoke({ country: "Chad" }, { callbacks: [new CallbackHandler()], runName: "by template" });

const past = [
  { role: "user", content: "Hi" },
  { role: "assistant", content: "Hello" },
];
told.chat = chat.getLangchainPrompt({ placeholders: { past } }).map(({ role, content }) => [role, content]);
const messages = ChatPromptTemplate.fromMessages(
  chat.getLangchainPrompt().map((each) => (Array.isArray(each) ? each : [each.role, each.content])),
).withConfig({ metadata: { langfusePrompt: chat } });
await messages
  .pipe(model)
  .invoke(
    { tone: "kind", question: "Who are you?", past },
    { callbacks: [new CallbackHandler()], runName: "by messages" },
  );

await langfuse.api.datasets.create({ name: "capitals" });
await langfuse.api.datasetItems.create({ datasetName: "capitals", input: { country: "Peru" } });
const dataset = await langfuse.dataset.get("capitals");
await dataset.runExperiment({
  name: "capitals",
  runName: "by LangChain",
  task: async (item) => (await chain.invoke(item.input, { callbacks: [new CallbackHandler()] })).content,
});
await langfuse.flush();
await sdk.shutdown();
console.log(JSON.stringify(told));
