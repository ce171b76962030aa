/** The playground as its page holds it: variants, what they send, and what comes back. Pure. */
import type { Message, Part, SpanDetail } from "@/api/types";

type Raw = Record<string, unknown>;
type Json = Record<string, unknown>;

export const SYNTAXES = ["mustache", "f-string", "jinja"] as const;
export type Syntax = (typeof SYNTAXES)[number];
export const EFFORTS = ["", "none", "minimal", "low", "medium", "high"] as const;
export const SOURCES = ["person", "mock", "http", "mcp"] as const;
export type Source = (typeof SOURCES)[number];
export const PLACEHOLDER = "placeholder";

export interface PlaygroundSearch {
  /** A saved state. */
  saved?: string;
  /** A span to open, of a trace. */
  trace?: string;
  span?: string;
  /** A prompt to open. */
  prompt?: string;
  version?: number;
  /** An item to try, of a data set. */
  dataset?: string;
  item?: string;
}

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);

export function playgroundSearch(raw: Raw): PlaygroundSearch {
  const version = Number(raw.version);
  const found: PlaygroundSearch = {
    saved: text(raw.saved),
    trace: text(raw.trace),
    span: text(raw.span),
    prompt: raw.prompt === undefined ? undefined : text(String(raw.prompt)),
    version: Number.isInteger(version) && version > 0 ? version : undefined,
    dataset: text(raw.dataset),
    item: raw.item === undefined ? undefined : text(String(raw.item)),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

// -- what is typed --------------------------------------------------------------------------------

/** One message. `more` are parts that are no text: media, tool calls and their results, reasoning. */
export interface Line {
  key: number;
  role: string;
  text: string;
  more: Part[];
  name: string;
  /** By a model or a tool, in an earlier turn: sent as it is, and no template. */
  said: boolean;
}

export interface ToolDraft {
  key: number;
  name: string;
  description: string;
  /** JSON, as it is typed. */
  parameters: string;
  source: Source;
  mock: string;
  url: string;
  /** Lines of `name: value`; never saved nor shared, as they may hold secrets. */
  headers: string;
}

export interface Variant {
  key: number;
  name: string;
  connection: string;
  model: string;
  syntax: Syntax;
  lines: Line[];
  /** As they are typed; empty: not told. */
  settings: Record<Setting, string>;
  options: string;
  tools: ToolDraft[];
  choice: string;
  schema: string;
  /** Own values for variables; null: the shared ones. */
  variables: Record<string, string> | null;
  prompt: { name: string; version: number } | null;
  /** Of the prompt that it was opened from: what is of no concern here is saved along. */
  config: Json;
}

export const SETTINGS = ["temperature", "top_p", "max_tokens", "seed", "stop", "reasoning_effort", "reasoning_tokens"] as const;
export type Setting = (typeof SETTINGS)[number];

export interface State {
  variants: Variant[];
  variables: Record<string, string>;
  /** Messages for placeholders by name. */
  placeholders: Record<string, Message[]>;
  /** How often each variant is run. */
  times: number;
}

let last = 0;
const next = () => ++last;

export const line = (more: Partial<Omit<Line, "key">> = {}): Line => ({ role: "user", text: "", more: [], name: "", said: false, ...more, key: next() });

export const tool = (more: Partial<Omit<ToolDraft, "key">> = {}): ToolDraft => ({
  name: "",
  description: "",
  parameters: '{\n  "type": "object",\n  "properties": {}\n}',
  source: "mock",
  mock: "",
  url: "",
  headers: "",
  ...more,
  key: next(),
});

const NO_SETTINGS = Object.fromEntries(SETTINGS.map((one) => [one, ""])) as Record<Setting, string>;

export const variant = (more: Partial<Omit<Variant, "key">> = {}): Variant => ({
  name: "",
  connection: "",
  model: "",
  syntax: "mustache",
  lines: [line({ role: "system" }), line()],
  options: "",
  tools: [],
  choice: "",
  schema: "",
  variables: null,
  prompt: null,
  config: {},
  ...more,
  settings: { ...NO_SETTINGS, ...more.settings },
  key: next(),
});

export const fresh = (): State => ({ variants: [variant()], variables: {}, placeholders: {}, times: 1 });

/** A second one like it, with keys of its own. */
export const twin = (one: Variant): Variant =>
  variant({ ...one, lines: one.lines.map((each) => line(each)), tools: one.tools.map((each) => tool(each)), variables: one.variables && { ...one.variables } });

/** Has nobody typed anything into it yet? */
export const isPristine = (state: State): boolean =>
  state.variants.length === 1 && state.variants[0]!.lines.every((one) => one.text === "" && one.more.length === 0) && state.variants[0]!.tools.length === 0;

export function isState(value: unknown): value is State {
  const one = value as Partial<State> | null;
  return (
    typeof one === "object" && one !== null && typeof one.times === "number" && typeof one.variables === "object" && typeof one.placeholders === "object" &&
    Array.isArray(one.variants) && one.variants.length > 0 &&
    one.variants.every((each) => typeof each?.model === "string" && Array.isArray(each.lines) && Array.isArray(each.tools) && typeof each.settings === "object")
  );
}

/** From storage: keys of this page, and whatever a newer page has more. */
export const renewed = (state: State): State => ({ ...fresh(), ...state, variants: state.variants.map(twin) });

const attached = (part: Part) => part.type === "media" && (part.url ?? "").startsWith("data:");

/** Without attached files, which may be more than a browser keeps. */
export const lightened = (state: State): State => ({
  ...state,
  variants: state.variants.map((one) => ({ ...one, lines: one.lines.map((each) => ({ ...each, more: each.more.filter((part) => !attached(part)) })) })),
  placeholders: Object.fromEntries(
    Object.entries(state.placeholders).map(([name, messages]) => [name, messages.map((one) => ({ ...one, parts: one.parts.filter((part) => !attached(part)) }))]),
  ),
});

/** As it may be kept and shared. */
export const shareable = (state: State): State => ({
  ...state,
  variants: state.variants.map((one) => ({ ...one, tools: one.tools.map((each) => ({ ...each, headers: "" })) })),
});

// -- variables ------------------------------------------------------------------------------------

const MUSTACHE = /\{\{\s*([A-Za-z_]\w*)\s*\}\}/g;
const F_STRING = /\{\{|\}\}|\{([A-Za-z_]\w*)\}/g;

const textsOf = (lines: readonly Line[]) => lines.filter((one) => one.role !== PLACEHOLDER && !one.said).map((one) => one.text);

/** Another prompt that is taken in, with variables of its own. */
const TAKEN_IN = "@@@langfusePrompt:";

/** Names that the lines expect values for; null where only the server can tell. */
export function variablesOf(lines: readonly Line[], syntax: Syntax): string[] | null {
  if (syntax === "jinja" || textsOf(lines).some((one) => one.includes(TAKEN_IN))) return null;
  const pattern = syntax === "mustache" ? MUSTACHE : F_STRING;
  const found = textsOf(lines).flatMap((one) => [...one.matchAll(pattern)].flatMap((match) => match[1] ?? []));
  return [...new Set(found)];
}

export const placeholdersOf = (lines: readonly Line[]): string[] => [...new Set(lines.filter((one) => one.role === PLACEHOLDER && one.name).map((one) => one.name))];

/** A value as it is typed: JSON for Jinja, which can walk through it, where it is JSON; else the text. */
export function valueOf(typed: string, syntax: Syntax): unknown {
  if (syntax !== "jinja") return typed;
  try {
    return JSON.parse(typed);
  } catch {
    return typed;
  }
}

// -- messages -------------------------------------------------------------------------------------

export function toLine(message: Message): Line {
  const parts = message.parts ?? [];
  const said = parts.filter((one) => one.type === "text").map((one) => one.text ?? "");
  return line({ role: message.role, text: said.join("\n\n"), more: parts.filter((one) => one.type !== "text"), name: message.name ?? "" });
}

/** Reasoning comes before what is said, media and calls after it. */
export function toMessage({ role, text: said, more, name }: Line): Message {
  if (role === PLACEHOLDER) return { role, name, parts: [] };
  const words: Part[] = said === "" ? [] : [{ type: "text", text: said }];
  const before = more.filter((one) => one.type === "reasoning");
  return { role, ...(name ? { name } : {}), parts: [...before, ...words, ...more.filter((one) => one.type !== "reasoning")] };
}

// -- what is sent ---------------------------------------------------------------------------------

export interface ToolAsked {
  name: string;
  description: string;
  parameters: Json;
  source: Source;
  mock: string;
  url: string;
  headers: Record<string, string>;
}

/** A problem of what was typed: which field, and why. */
export interface Problem {
  field: "model" | "connection" | "options" | "schema" | "tool" | Setting;
  why: string;
}

export class Wrong extends Error {
  constructor(readonly problem: Problem) {
    super(problem.why);
  }
}

function parsed(typed: string, field: Problem["field"]): Json | undefined {
  if (typed.trim() === "") return undefined;
  try {
    const value: unknown = JSON.parse(typed);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Json;
  } catch (error) {
    throw new Wrong({ field, why: error instanceof Error ? error.message : String(error) });
  }
  throw new Wrong({ field, why: "{ … }" });
}

const WHOLE = new Set<Setting>(["max_tokens", "seed", "reasoning_tokens"]);

function settingsOf(settings: Record<Setting, string>): Json {
  const told: Json = {};
  for (const name of SETTINGS) {
    const typed = settings[name].trim();
    if (typed === "") continue;
    if (name === "stop") told.stop = typed.split("\n").filter((one) => one !== "");
    else if (name === "reasoning_effort") told[name] = typed;
    else {
      const value = Number(typed);
      if (!Number.isFinite(value) || (WHOLE.has(name) && !Number.isInteger(value))) throw new Wrong({ field: name, why: typed });
      told[name] = value;
    }
  }
  return told;
}

const headersOf = (typed: string): Record<string, string> =>
  Object.fromEntries(
    typed.split("\n").flatMap((one) => {
      const colon = one.indexOf(":");
      return colon > 0 ? [[one.slice(0, colon).trim(), one.slice(colon + 1).trim()]] : [];
    }),
  );

export const toolOf = (one: ToolDraft): ToolAsked => ({
  name: one.name.trim(),
  description: one.description,
  parameters: parsed(one.parameters, "tool") ?? { type: "object" },
  source: one.source,
  mock: one.mock,
  url: one.url.trim(),
  headers: headersOf(one.headers),
});

/** What is rendered. What was said already goes round that, as a placeholder does. */
function templatesOf(lines: readonly Line[]): { messages: Message[]; places: Record<string, Message[]> } {
  const places: Record<string, Message[]> = {};
  const messages = lines.map((one, index): Message => {
    if (!one.said) return toMessage(one);
    const name = `pilothouse.said.${index}`;
    places[name] = [toMessage(one)];
    return { role: PLACEHOLDER, name, parts: [] };
  });
  return { messages: messages.filter((message) => message.role === PLACEHOLDER || message.parts.length > 0), places };
}

/** The request of one run. Throws `Wrong` for what cannot be sent. */
export function asked(state: State, one: Variant, sessionId: string, only?: string[]): Json {
  if (!one.connection) throw new Wrong({ field: "connection", why: "" });
  if (!one.model.trim()) throw new Wrong({ field: "model", why: "" });
  const values = one.variables ?? state.variables;
  const wanted = only ?? variablesOf(one.lines, one.syntax) ?? Object.keys(values);
  const schema = parsed(one.schema, "schema");
  const { messages, places } = templatesOf(one.lines);
  return {
    connection_id: one.connection,
    model: one.model.trim(),
    name: one.name,
    messages,
    syntax: one.syntax,
    variables: Object.fromEntries(wanted.filter((name) => name in values).map((name) => [name, valueOf(values[name]!, one.syntax)])),
    placeholders: { ...Object.fromEntries(placeholdersOf(one.lines).flatMap((name) => (state.placeholders[name] ? [[name, state.placeholders[name]]] : []))), ...places },
    ...settingsOf(one.settings),
    ...(one.tools.length ? { tools: one.tools.map(toolOf), tool_choice: one.choice } : {}),
    ...(schema ? { response_schema: { json_schema: schema } } : {}),
    options: parsed(one.options, "options") ?? {},
    ...(one.prompt ? { prompt_name: one.prompt.name, prompt_version: one.prompt.version } : {}),
    session_id: sessionId,
  };
}

// -- what comes back ------------------------------------------------------------------------------

export interface Failure {
  code: string;
  cause: string;
  remedy: string;
}

export interface Counted {
  input_tokens: number;
  output_tokens: number;
  cost: number;
  cost_source: string;
}

export interface Ended {
  finish_reason: string;
  first_token_seconds: number;
  seconds: number;
  tokens_per_second: number;
  retries: number;
  schema_problems: string[] | null;
  waits_for: string[];
}

interface Call {
  id: string;
  name: string;
  arguments: string;
}

/** One run, as far as it has come. */
export interface Output {
  key: number;
  status: "waiting" | "running" | "done" | "failed" | "stopped";
  startedAt: number;
  firstAt: number | null;
  endedAt: number | null;
  traceId: string;
  /** Of the whole run. */
  spanId: string;
  /** Of the turn that is being said. */
  text: string;
  reasoning: string;
  calls: Call[];
  /** Pieces that came: about as many as tokens, until they are counted. */
  pieces: number;
  turns: { message: Message; seconds: number; error: string }[];
  counted: Counted | null;
  ended: Ended | null;
  failure: Failure | null;
}

/** One that waits for its turn. */
export const queued = (): Output => ({ ...begun(0), status: "waiting" });

export const isOver = ({ status }: Output): boolean => status !== "waiting" && status !== "running";

export const begun = (now: number): Output => ({
  key: next(),
  status: "running",
  startedAt: now,
  firstAt: null,
  endedAt: null,
  traceId: "",
  spanId: "",
  text: "",
  reasoning: "",
  calls: [],
  pieces: 0,
  turns: [],
  counted: null,
  ended: null,
  failure: null,
});

export type RunEvent =
  | { type: "started"; trace_id: string; span_id: string }
  | { type: "text" | "reasoning"; text: string }
  | { type: "tool_call"; index: number; id: string; name: string; arguments: string }
  | ({ type: "usage" } & Counted)
  | { type: "message"; message: Message; seconds: number; error: string }
  | ({ type: "failure" } & Failure)
  | ({ type: "done" } & Ended);

export function told(output: Output, event: RunEvent, now: number): Output {
  switch (event.type) {
    case "started":
      return { ...output, traceId: event.trace_id, spanId: event.span_id };
    case "text":
    case "reasoning":
      return { ...output, [event.type]: output[event.type] + event.text, pieces: output.pieces + 1, firstAt: output.firstAt ?? now };
    case "tool_call":
      return { ...output, calls: withPiece(output.calls, event), pieces: output.pieces + 1, firstAt: output.firstAt ?? now };
    case "usage":
      return { ...output, counted: event };
    case "message":
      return { ...output, text: "", reasoning: "", calls: [], turns: [...output.turns, { message: event.message, seconds: event.seconds, error: event.error }] };
    case "failure":
      return { ...output, status: "failed", failure: event };
    case "done":
      return { ...output, status: output.status === "running" ? "done" : output.status, ended: event, endedAt: now };
    default:
      return output;
  }
}

function withPiece(calls: Call[], piece: { index: number; id: string; name: string; arguments: string }): Call[] {
  const all = [...calls];
  const before = all[piece.index] ?? { id: "", name: "", arguments: "" };
  all[piece.index] = { id: piece.id || before.id, name: piece.name || before.name, arguments: before.arguments + piece.arguments };
  return Array.from(all, (one) => one ?? { id: "", name: "", arguments: "" });
}

export const stopped = (output: Output, now: number): Output => (isOver(output) ? output : { ...output, status: "stopped", endedAt: now });

/** What was answered, as a text that one compares. */
export function answerOf(output: Output): string {
  const said = output.turns.findLast((one) => one.message.role === "assistant")?.message;
  if (!said) return output.text;
  return said.parts
    .map((part) => (part.type === "text" ? (part.text ?? "") : part.type === "tool_call" ? `${part.name}(${JSON.stringify(part.arguments)})` : ""))
    .filter((one) => one !== "")
    .join("\n");
}

/** Calls of the last turn that nobody has answered yet. */
export function openCalls(output: Output): Part[] {
  const at = output.turns.map((one) => one.message.role).lastIndexOf("assistant");
  if (at < 0) return [];
  const answered = new Set(output.turns.slice(at + 1).flatMap((one) => one.message.parts.map((part) => part.id)));
  return output.turns[at]!.message.parts.filter((part) => part.type === "tool_call" && !answered.has(part.id));
}

/** The variant with what was said taken in, so that one can go on. */
export const goneOn = (one: Variant, output: Output, more: Line[]): Variant => ({
  ...one,
  lines: [...one.lines.filter((each) => each.text !== "" || each.more.length > 0 || each.role === PLACEHOLDER), ...output.turns.map((turn) => ({ ...toLine(turn.message), said: true })), ...more],
});

export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

// -- where it starts ------------------------------------------------------------------------------

const record = (value: unknown): Json => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {});
const typed = (value: unknown): string => (value === undefined || value === null || value === "" ? "" : typeof value === "object" ? JSON.stringify(value, null, 2) : String(value));

/** Names that emitters and configs have for a setting. */
const SPELLINGS: Record<string, Setting> = {
  temperature: "temperature",
  top_p: "top_p",
  topP: "top_p",
  max_tokens: "max_tokens",
  max_completion_tokens: "max_tokens",
  max_output_tokens: "max_tokens",
  maxOutputTokens: "max_tokens",
  maxTokens: "max_tokens",
  seed: "seed",
  reasoning_effort: "reasoning_effort",
  reasoning_tokens: "reasoning_tokens",
  stop: "stop",
  stop_sequences: "stop",
};

/** As some emitters say that nothing was set. */
const ENDLESS = /^[-+]?inf(inity)?$|^nan$/i;

function settingsFrom(parameters: Json): Record<Setting, string> {
  const found = { ...NO_SETTINGS };
  for (const [name, value] of Object.entries(parameters)) {
    const setting = SPELLINGS[name];
    if (!setting || found[setting] !== "") continue;
    if (setting === "stop") found.stop = Array.isArray(value) ? value.map(String).join("\n") : typed(value);
    else if (setting === "reasoning_effort") found[setting] = EFFORTS.find((one) => one === value) ?? "";
    else if (!ENDLESS.test(String(value))) found[setting] = typed(value);
  }
  return found;
}

/** What else changes an answer, and has no field here. Emitters tell much that no provider takes. */
const ALSO = [
  "frequency_penalty", "presence_penalty", "repetition_penalty", "top_k", "min_p", "logit_bias", "logprobs", "top_logprobs", "parallel_tool_calls",
  "service_tier", "verbosity", "reasoning", "thinking",
];

const optionsFrom = (parameters: Json): Json =>
  Object.fromEntries(ALSO.flatMap((name) => (parameters[name] === undefined || parameters[name] === null || parameters[name] === 0 ? [] : [[name, parameters[name]]])));

/** OpenAI's and Anthropic's ways to demand a tool. */
function choiceFrom(value: unknown): string {
  if (typeof value === "string") return value === "any" ? "required" : value;
  const outer = record(value);
  const name = record(outer.function).name ?? outer.name;
  if (typeof name === "string") return name;
  return ["auto", "any", "none", "required"].some((one) => one === outer.type) ? choiceFrom(outer.type) : "";
}

const asJson = (value: Json): string => (Object.keys(value).length ? JSON.stringify(value, null, 2) : "");

/** OpenAI's, Anthropic's and Gemini's ways to define a tool. */
export function toolFrom(value: unknown): ToolDraft | null {
  const outer = record(value);
  const inner = "function" in outer ? record(outer.function) : outer;
  if (typeof inner.name !== "string" || inner.name === "") return null;
  const parameters = inner.parameters ?? inner.input_schema ?? inner.inputSchema ?? inner.parameters_json_schema ?? { type: "object" };
  return tool({ name: inner.name, description: typed(inner.description), parameters: JSON.stringify(parameters, null, 2), source: "person" });
}

function schemaFrom(parameters: Json): string {
  const form = record(parameters.response_format);
  const plain = record(parameters.response_schema ?? parameters.json_schema);
  return asJson(record(plain.json_schema ?? record(form.json_schema).schema ?? form.schema ?? plain));
}

interface Callable {
  id: string;
  name: string;
  provider: string;
  models: readonly string[];
}

/** The connection that was called, else one that names the model, else one to the same provider. */
export function connectionFor(detail: SpanDetail, all: readonly Callable[]): string {
  const { model, provider } = detail.span;
  const found =
    all.find((one) => one.name === detail.attributes["pilothouse.connection"]) ?? all.find((one) => one.models.includes(model)) ?? all.find((one) => one.provider === provider);
  return found?.id ?? "";
}

/** The very request of a model call. A run of the playground tells it whole. */
export function fromSpan(detail: SpanDetail): Variant {
  const own = record(detail.attributes["pilothouse.request"]);
  const messages = (Array.isArray(own.messages) ? (own.messages as Message[]) : detail.input_messages) ?? [];
  const parameters = record(detail.model_parameters);
  const lines = messages.length ? messages.map(toLine) : [line({ text: detail.input })];
  const { prompt_name, prompt_version } = detail.span;
  return variant({
    name: detail.span.name,
    model: detail.span.model,
    lines,
    settings: settingsFrom(parameters),
    options: asJson("messages" in own ? record(own.options) : optionsFrom(parameters)),
    tools: detail.tools.flatMap((one) => toolFrom(one) ?? []),
    choice: choiceFrom(parameters.tool_choice),
    schema: schemaFrom(parameters),
    prompt: prompt_name && prompt_version ? { name: prompt_name, version: prompt_version } : null,
  });
}

/** `template_format` of a config, as LangChain writes it. */
const FORMATS: Record<Syntax, string> = { mustache: "mustache", "f-string": "f-string", jinja: "jinja2" };
const syntaxFrom = (format: unknown): Syntax => SYNTAXES.find((one) => format === one || format === FORMATS[one]) ?? "mustache";

const toolsFrom = (config: Json): ToolDraft[] => (Array.isArray(config.tools) ? config.tools : []).flatMap((one) => toolFrom(one) ?? []);

/** A version of a prompt, with what its config says of the model. */
export function fromPrompt(version: { name: string; version: number; type: string; prompt: unknown; config?: unknown }): Variant {
  const config = record(version.config);
  const lines = Array.isArray(version.prompt) ? (version.prompt as Json[]).map(fromPromptMessage) : [line({ text: String(version.prompt ?? "") })];
  return variant({
    name: `${version.name} v${version.version}`,
    model: typeof config.model === "string" ? config.model : "",
    syntax: syntaxFrom(config.template_format),
    lines,
    settings: settingsFrom({ ...config, ...record(config.parameters) }),
    options: asJson(record(config.options)),
    tools: toolsFrom(config),
    choice: choiceFrom(config.tool_choice),
    schema: schemaFrom(config),
    prompt: { name: version.name, version: version.version },
    config,
  });
}

/** The input of an item: a conversation or a text is a variant, an object holds values for variables. */
export function fromItem(input: unknown): { variant: Variant } | { variables: Record<string, string> } {
  const said = Array.isArray(input) ? input : record(input).messages;
  if (Array.isArray(said) && said.length > 0 && said.every((one) => typeof record(one).role === "string")) {
    return { variant: variant({ lines: (said as Json[]).map((one) => (Array.isArray(one.parts) ? toLine(one as unknown as Message) : fromPromptMessage(one))) }) };
  }
  const values = Object.entries(record(input));
  if (values.length > 0) return { variables: Object.fromEntries(values.map(([name, value]) => [name, typed(value)])) };
  return { variant: variant({ lines: [line({ text: typed(input) })] }) };
}

function fromPromptMessage(message: Json): Line {
  if (message.type === "placeholder") return line({ role: PLACEHOLDER, name: String(message.name ?? "") });
  return line({ role: String(message.role ?? "user"), text: typeof message.content === "string" ? message.content : JSON.stringify(message.content ?? "") });
}

/** What a new version of a prompt holds: its messages, and all that was set. */
export function toPrompt(one: Variant): { prompt: Json[]; config: Json } {
  const prompt = one.lines
    .filter((each) => each.role === PLACEHOLDER || each.text !== "")
    .map((each): Json => (each.role === PLACEHOLDER ? { type: "placeholder", name: each.name } : { role: each.role, content: each.text }));
  return { prompt, config: configOf(one) };
}

/** The config that it was opened with, and in it what was set since, by the names that stand there. */
function configOf(one: Variant): Json {
  const config = { ...one.config };
  const inner = { ...record(config.parameters) };
  if (Object.keys(inner).length) config.parameters = inner;
  const put = (names: readonly string[], value: unknown) => {
    const place = names.some((name) => name in inner) ? inner : config;
    const known = names.find((name) => name in place) ?? names[0]!;
    for (const name of names) if (name !== known) delete place[name];
    if (value === undefined || value === "") delete place[known];
    else place[known] = value;
  };
  const settings = settingsOf(one.settings);
  const before = settingsFrom({ ...config, ...inner });
  put(["model"], one.model.trim());
  for (const name of SETTINGS) {
    if (one.settings[name] === before[name]) continue;
    put([name, ...Object.keys(SPELLINGS).filter((each) => each !== name && SPELLINGS[each] === name)], settings[name]);
  }
  const tools = one.tools.map(defined);
  if (!same(tools, toolsFrom(config).map(defined))) put(["tools"], tools.length ? tools : undefined);
  if (one.choice !== choiceFrom(config.tool_choice)) put(["tool_choice"], one.choice);
  const options = parsed(one.options, "options") ?? {};
  if (!same(options, record(config.options))) put(["options"], Object.keys(options).length ? options : undefined);
  if (one.syntax !== syntaxFrom(config.template_format)) put(["template_format"], FORMATS[one.syntax]);
  if (one.schema.trim() !== schemaFrom(config)) {
    const schema = parsed(one.schema, "schema");
    const plain = ["response_schema", "json_schema"].find((name) => name in config);
    if (plain) put([plain], schema);
    else put(["response_format"], schema && { type: "json_schema", json_schema: { name: "answer", strict: true, ...record(record(config.response_format).json_schema), schema } });
  }
  return config;
}

function defined(draft: ToolDraft): Json {
  const { name, description, parameters } = toolOf(draft);
  return { type: "function", function: { name, description, parameters } };
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
