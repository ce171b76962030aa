/** How each SDK is pointed at this server. Programs, not prose: the same in every language. */

export interface Connection {
  base: string;
  publicKey: string;
  secretKey: string;
  /** Is the secret the real one, or words in its place? */
  secretKnown: boolean;
}

export interface Snippet {
  id: string;
  name: string;
  /** What to type in a shell. */
  install: string;
  environment: (connection: Connection) => string;
  code: string;
}

const langfuse = ({ base, publicKey, secretKey }: Connection) =>
  [
    `export LANGFUSE_BASE_URL="${base}"`,
    `export LANGFUSE_HOST="${base}"`,
    `export LANGFUSE_PUBLIC_KEY="${publicKey}"`,
    `export LANGFUSE_SECRET_KEY="${secretKey}"`,
  ].join("\n");

function basic({ publicKey, secretKey, secretKnown }: Connection): { before: string[]; header: string } {
  if (secretKnown) return { before: [], header: `Authorization=Basic%20${btoa(`${publicKey}:${secretKey}`)}` };
  return {
    before: [`AUTH=$(printf '%s' "${publicKey}:${secretKey}" | base64 | tr -d '\\n')`],
    header: "Authorization=Basic%20$AUTH",
  };
}

const otlp = (connection: Connection) => {
  const { before, header } = basic(connection);
  return [
    ...before,
    `export OTEL_EXPORTER_OTLP_ENDPOINT="${connection.base}/api/public/otel"`,
    `export OTEL_EXPORTER_OTLP_HEADERS="${header}"`,
  ].join("\n");
};

const traceloop = (connection: Connection) => {
  const { before, header } = basic(connection);
  return [
    ...before,
    `export TRACELOOP_BASE_URL="${connection.base}/api/public/otel"`,
    `export TRACELOOP_HEADERS="${header}"`,
    'export TRACELOOP_METRICS_ENABLED="false"',
  ].join("\n");
};

const EXPORTER = `from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
`;

const EXPORTER_PACKAGES = "opentelemetry-sdk opentelemetry-exporter-otlp-proto-http";

export const SNIPPETS: readonly Snippet[] = [
  {
    id: "langfuse-python",
    name: "Langfuse Python 3+",
    install: "pip install langfuse",
    environment: langfuse,
    code: `from langfuse import get_client, observe

@observe()
def answer(question: str) -> str:
    return f"You asked: {question}"

answer("What is a pilothouse?")
get_client().flush()
`,
  },
  {
    id: "langfuse-python-2",
    name: "Langfuse Python 2",
    install: 'pip install "langfuse<3"',
    environment: langfuse,
    code: `from langfuse.decorators import langfuse_context, observe

@observe()
def answer(question: str) -> str:
    return f"You asked: {question}"

answer("What is a pilothouse?")
langfuse_context.flush()
`,
  },
  {
    id: "langfuse-js",
    name: "Langfuse JS",
    install: "npm install @langfuse/tracing @langfuse/otel @opentelemetry/sdk-node",
    environment: langfuse,
    code: `import { LangfuseSpanProcessor } from "@langfuse/otel";
import { startActiveObservation } from "@langfuse/tracing";
import { NodeSDK } from "@opentelemetry/sdk-node";

const sdk = new NodeSDK({ spanProcessors: [new LangfuseSpanProcessor()] });
sdk.start();

await startActiveObservation("answer", async (span) => {
  span.update({ input: "What is a pilothouse?", output: "Where a ship is steered from." });
});

await sdk.shutdown();
`,
  },
  {
    id: "openai",
    name: "OpenAI",
    install: "pip install langfuse openai",
    environment: langfuse,
    code: `from langfuse import get_client
from langfuse.openai import OpenAI

client = OpenAI()
answer = client.chat.completions.create(
    model="gpt-5-mini",
    messages=[{"role": "user", "content": "What is a pilothouse?"}],
)
print(answer.choices[0].message.content)
get_client().flush()
`,
  },
  {
    id: "langchain",
    name: "LangChain",
    install: "pip install langfuse langchain langchain-openai",
    environment: langfuse,
    code: `from langchain_openai import ChatOpenAI
from langfuse import get_client
from langfuse.langchain import CallbackHandler

model = ChatOpenAI(model="gpt-5-mini")
answer = model.invoke("What is a pilothouse?", config={"callbacks": [CallbackHandler()]})
print(answer.content)
get_client().flush()
`,
  },
  {
    id: "opentelemetry",
    name: "OpenTelemetry",
    install: `pip install ${EXPORTER_PACKAGES}`,
    environment: otlp,
    code: `${EXPORTER}
tracer = trace.get_tracer("my-app")
with tracer.start_as_current_span("chat gpt-5-mini") as span:
    span.set_attribute("gen_ai.operation.name", "chat")
    span.set_attribute("gen_ai.request.model", "gpt-5-mini")
    span.set_attribute("gen_ai.usage.input_tokens", 12)
    span.set_attribute("gen_ai.usage.output_tokens", 30)

provider.shutdown()
`,
  },
  {
    id: "openinference",
    name: "OpenInference",
    install: `pip install openai openinference-instrumentation-openai ${EXPORTER_PACKAGES}`,
    environment: otlp,
    code: `${EXPORTER}
from openai import OpenAI
from openinference.instrumentation.openai import OpenAIInstrumentor

OpenAIInstrumentor().instrument(tracer_provider=provider)
OpenAI().chat.completions.create(
    model="gpt-5-mini",
    messages=[{"role": "user", "content": "What is a pilothouse?"}],
)
provider.shutdown()
`,
  },
  {
    id: "openllmetry",
    name: "OpenLLMetry",
    install: "pip install traceloop-sdk openai",
    environment: traceloop,
    code: `from openai import OpenAI
from traceloop.sdk import Traceloop
from traceloop.sdk.decorators import workflow

Traceloop.init(app_name="my-app", disable_batch=True)

@workflow(name="answer")
def answer(question: str) -> str | None:
    reply = OpenAI().chat.completions.create(
        model="gpt-5-mini", messages=[{"role": "user", "content": question}]
    )
    return reply.choices[0].message.content

answer("What is a pilothouse?")
`,
  },
  {
    id: "semantic-kernel",
    name: "Semantic Kernel",
    install: `pip install semantic-kernel ${EXPORTER_PACKAGES}`,
    environment: (connection) =>
      `${otlp(connection)}\nexport SEMANTICKERNEL_EXPERIMENTAL_GENAI_ENABLE_OTEL_DIAGNOSTICS_SENSITIVE="true"`,
    code: `${EXPORTER}
import asyncio

from semantic_kernel import Kernel
from semantic_kernel.connectors.ai.open_ai import OpenAIChatCompletion

kernel = Kernel()
kernel.add_service(OpenAIChatCompletion(ai_model_id="gpt-5-mini"))
print(asyncio.run(kernel.invoke_prompt("What is a pilothouse?")))
provider.shutdown()
`,
  },
  {
    id: "pydantic-ai",
    name: "Pydantic AI",
    install: `pip install pydantic-ai ${EXPORTER_PACKAGES}`,
    environment: otlp,
    code: `${EXPORTER}
from pydantic_ai import Agent

Agent.instrument_all()
print(Agent("openai:gpt-5-mini").run_sync("What is a pilothouse?").output)
provider.shutdown()
`,
  },
];
