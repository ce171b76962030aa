// Langfuse JS 3: create and update through the client, the openai wrapper, LangChain, scores.

import { ChatPromptTemplate } from "@langchain/core/prompts";
import { StringOutputParser } from "@langchain/core/output_parsers";
import { ChatOpenAI } from "@langchain/openai";
import { Langfuse, observeOpenAI } from "langfuse";
import { CallbackHandler } from "langfuse-langchain";
import OpenAI from "openai";

const { PILOTHOUSE_URL, PILOTHOUSE_PUBLIC_KEY, PILOTHOUSE_SECRET_KEY, MODEL_URL, MODEL_NAME } =
  process.env;
const credentials = {
  publicKey: PILOTHOUSE_PUBLIC_KEY,
  secretKey: PILOTHOUSE_SECRET_KEY,
  baseUrl: PILOTHOUSE_URL,
};
const langfuse = new Langfuse({ ...credentials, release: "r42", environment: "staging" });

const trace = langfuse.trace({
  name: "order",
  userId: "bob",
  sessionId: "session-js3",
  input: { order: 7 },
  tags: ["orders", "测试"],
  metadata: { tier: "gold" },
});
const span = trace.span({ name: "plan", input: { steps: 2 } });
const generation = span.generation({
  name: "write",
  model: "gpt-4o",
  modelParameters: { temperature: 0.7, maxTokens: 100 },
  input: [{ role: "user", content: "Write an order confirmation." }],
});
generation.update({ completionStartTime: new Date() });
generation.end({
  output: { role: "assistant", content: "Your order is confirmed." },
  usage: { promptTokens: 21, completionTokens: 6, totalTokens: 27 },
});
span.event({ name: "mail-sent", level: "DEBUG", input: { to: "bob@example.com" } });
span.end({ output: { done: true } });
trace.span({ name: "charge" }).end({ level: "ERROR", statusMessage: "card declined" });

const openai = observeOpenAI(new OpenAI({ baseURL: MODEL_URL, apiKey: "none" }), {
  clientInitParams: credentials,
  parent: trace,
  generationName: "streamed",
});
const stream = await openai.chat.completions.create({
  model: MODEL_NAME,
  messages: [{ role: "user", content: "Tell me a very short story." }],
  stream: true,
  stream_options: { include_usage: true },
  max_tokens: 20,
});
let story = "";
let first;
for await (const chunk of stream) {
  first ??= Date.now() / 1000;
  story += chunk.choices[0]?.delta?.content ?? "";
}
console.log("first chunk", first);
console.log(story);
await openai.flushAsync();

trace.update({ output: { state: "confirmed" }, public: true });
trace.score({ name: "accuracy", value: 0.9 });
langfuse.score({ traceId: trace.id, observationId: generation.id, name: "class", value: "good" });
await langfuse.shutdownAsync();

const handler = new CallbackHandler({ ...credentials, userId: "wzr", sessionId: "session-lc" });
const chain = ChatPromptTemplate.fromMessages([
  ["system", "回答要简短。"],
  ["human", "{question}"],
])
  .pipe(
    new ChatOpenAI({
      model: MODEL_NAME,
      apiKey: "none",
      maxTokens: 20,
      configuration: { baseURL: MODEL_URL },
    }),
  )
  .pipe(new StringOutputParser());
console.log(await chain.invoke({ question: "你好！" }, { callbacks: [handler] }));
await handler.shutdownAsync();
