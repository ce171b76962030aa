// Langfuse JS 3: calls by the openai wrapper and by LangChain that tell which prompt they used.

import { ChatPromptTemplate, PromptTemplate } from "@langchain/core/prompts";
import { ChatOpenAI } from "@langchain/openai";
import { Langfuse, observeOpenAI } from "langfuse";
import { CallbackHandler } from "langfuse-langchain";
import OpenAI from "openai";

const { PILOTHOUSE_URL, PILOTHOUSE_PUBLIC_KEY, PILOTHOUSE_SECRET_KEY, MODEL_URL, MODEL_NAME } =
  process.env;
const access = {
  publicKey: PILOTHOUSE_PUBLIC_KEY,
  secretKey: PILOTHOUSE_SECRET_KEY,
  baseUrl: PILOTHOUSE_URL,
};
const langfuse = new Langfuse(access);
const model = new ChatOpenAI({
  model: MODEL_NAME,
  apiKey: "none",
  maxTokens: 8,
  configuration: { baseURL: MODEL_URL },
});
const told = {};

await langfuse.createPrompt({ name: "capital", prompt: "Where is {{country}}?", labels: ["production"] });
await langfuse.createPrompt({ name: "capital", prompt: '{"of": "{{country}}"}: name its capital.' });
const text = await langfuse.getPrompt("capital", undefined, { label: "latest" });
await langfuse.createPrompt({
  name: "team/chat",
  type: "chat",
  prompt: [
    { role: "system", content: "Be {{tone}}." },
    { type: "placeholder", name: "past" },
    { role: "user", content: "{{question}}" },
  ],
  labels: ["production"],
});
const chat = await langfuse.getPrompt("team/chat", undefined, { type: "chat" });

const openai = observeOpenAI(new OpenAI({ baseURL: MODEL_URL, apiKey: "none" }), {
  clientInitParams: access,
  generationName: "by openai",
  langfusePrompt: text,
});
await openai.chat.completions.create({
  model: MODEL_NAME,
  messages: [{ role: "user", content: text.compile({ country: "France" }) }],
  max_tokens: 8,
});
await openai.flushAsync();

const template = PromptTemplate.fromTemplate(text.getLangchainPrompt()).withConfig({
  metadata: { langfusePrompt: text },
});
const chain = template.pipe(model);
const handler = new CallbackHandler(access);
await chain.invoke({ country: "Chad" }, { callbacks: [handler], runName: "by template" });

const past = [
  { role: "user", content: "Hi" },
  { role: "assistant", content: "Hello" },
];
told.chat = chat.getLangchainPrompt({ placeholders: { past } }).map(({ role, content }) => [role, content]);
const messages = ChatPromptTemplate.fromMessages(told.chat).withConfig({ metadata: { langfusePrompt: chat } });
await messages
  .pipe(model)
  .invoke(
    { tone: "kind", question: "Who are you?" },
    { callbacks: [handler], runName: "by messages" },
  );
await handler.shutdownAsync();

await langfuse.createDataset({ name: "capitals" });
await langfuse.createDatasetItem({ datasetName: "capitals", input: { country: "Peru" } });
for (const item of (await langfuse.getDataset("capitals")).items) {
  const trace = langfuse.trace({ name: "of the item" });
  await chain.invoke(item.input, { callbacks: [new CallbackHandler({ root: trace })] });
  await item.link(trace, "by LangChain");
}
await langfuse.shutdownAsync();
console.log(JSON.stringify(told));
