/** How an application asks for a prompt. Programs, not prose: the same in every language. */
import type { PromptVersion } from "@/api/prompts";

export interface Snippet {
  id: string;
  name: string;
  code: string;
}

interface Asked {
  base: string;
  prompt: Pick<PromptVersion, "name" | "type" | "variables" | "placeholders">;
  /** A label, or a number where that is empty. */
  label: string;
  version: number;
}

const text = (value: string) => JSON.stringify(value);

export function snippets({ base, prompt, label, version }: Asked): Snippet[] {
  const { name, type, variables, placeholders } = prompt;
  const chat = type === "chat";
  const isDefault = label === "production";
  const python = [text(name), ...(chat ? ['type="chat"'] : []), ...(label ? (isDefault ? [] : [`label=${text(label)}`]) : [`version=${version}`])].join(", ");
  const given = [...variables.map((one) => [one, '"…"']), ...placeholders.map((one) => [one, "[]"])];
  const keywords = given.map(([key, value]) => `${key}=${value}`).join(", ");
  const fields = given.map(([key, value]) => `${key}: ${value}`).join(", ");
  const which = label ? `{ label: ${text(label)} }` : `{ version: ${version} }`;
  const js = chat ? `await langfuse.prompt.get(${text(name)}, { type: "chat", ${which.slice(2)})` : `await langfuse.prompt.get(${text(name)}${isDefault ? "" : `, ${which}`})`;
  const query = label ? `label=${encodeURIComponent(label)}` : `version=${version}`;
  return [
    {
      id: "python",
      name: "Langfuse · Python",
      code: `from langfuse import get_client

langfuse = get_client()  # LANGFUSE_BASE_URL=${base}
prompt = langfuse.get_prompt(${python})
${chat ? "messages" : "text"} = prompt.compile(${keywords})

with langfuse.start_as_current_observation(as_type="generation", name="answer", prompt=prompt) as call:
    ...  # the call is linked to the version`,
    },
    {
      id: "js",
      name: "Langfuse · JS",
      code: `import { LangfuseClient } from "@langfuse/client";
import { startObservation } from "@langfuse/tracing";

const langfuse = new LangfuseClient({ baseUrl: ${text(base)} });
const prompt = ${js};
const ${chat ? "messages" : "text"} = prompt.compile({ ${fields} });

// The call is linked to the version.
startObservation("answer", { prompt }, { asType: "generation" });`,
    },
    {
      id: "langchain",
      name: "LangChain",
      code: `from langchain_core.prompts import ${chat ? "ChatPromptTemplate" : "PromptTemplate"}
from langfuse import get_client

prompt = get_client().get_prompt(${python})
template = ${chat ? "ChatPromptTemplate.from_messages" : "PromptTemplate.from_template"}(prompt.get_langchain_prompt())
template.metadata = {"langfuse_prompt": prompt}  # links calls to the version
chain = template | model`,
    },
    {
      id: "http",
      name: "HTTP",
      code: `curl -u "$LANGFUSE_PUBLIC_KEY:$LANGFUSE_SECRET_KEY" \\
  "${base}/api/public/v2/prompts/${encodeURIComponent(name)}?${query}"`,
    },
  ];
}
