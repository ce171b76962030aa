/** Evaluators as pages hold them: addresses, settings of each kind, and paths into a case. Pure. */

type Raw = Record<string, unknown>;
type Json = Record<string, unknown>;

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
const whole = (value: unknown) => (Number.isInteger(Number(value)) && Number(value) > 0 ? Number(value) : undefined);
const present = <T extends object>(search: T): T => Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as T;

export const KINDS = ["judge", "metric", "code", "pairwise", "panel"] as const;
export type Kind = (typeof KINDS)[number];
const kindOf = (value: unknown) => KINDS.find((one) => one === value);

export interface EvaluatorsSearch {
  words?: string;
  archived?: "1";
}

export const evaluatorsSearch = (raw: Raw): EvaluatorsSearch =>
  present({ words: text(raw.words), archived: String(raw.archived) === "1" ? ("1" as const) : undefined });

export interface NewEvaluatorSearch {
  kind?: Kind;
  /** A judge of the library, and in which language. */
  from?: string;
  language?: Language;
}

export const newEvaluatorSearch = (raw: Raw): NewEvaluatorSearch =>
  present({ kind: kindOf(raw.kind), from: text(raw.from), language: LANGUAGES.find((one) => one === raw.language) });

export interface EvaluatorSearch {
  version?: number;
  /** The version that is compared with; the page shows the difference then. */
  with?: number;
}

export const evaluatorSearch = (raw: Raw): EvaluatorSearch => present({ version: whole(raw.version), with: whole(raw.with) });

// -- settings -------------------------------------------------------------------------------------

export const LANGUAGES = ["en", "zh"] as const;
export type Language = (typeof LANGUAGES)[number];

export interface Turn {
  role: "system" | "user" | "assistant";
  content: string;
}

export type Scale = { type: "numeric"; min: number; max: number } | { type: "boolean" } | { type: "categorical"; labels: string[] };

export interface Asked {
  connection_id: string;
  model: string;
  parameters: Json;
  messages: Turn[];
  /** Name in the prompt → path into the case. */
  variables: Record<string, string>;
  optional: string[];
  most_chars: number;
  language: Language;
}

export interface Judge extends Asked {
  score: Scale;
  /** Said behind the prompt, with the form of the answer. */
  about_score?: string;
  about_reason?: string;
}

export interface Pairwise extends Asked {
  output: string;
  other: string;
}

export interface Member extends Judge {
  name: string;
}

export const COMBINE = ["majority", "all", "mean", "median"] as const;

export interface Panel {
  members: Member[];
  combine: (typeof COMBINE)[number];
  quorum: number;
}

export interface Code {
  source: string;
  seconds: number;
  /** `context` is that of Langfuse. */
  contract?: "case" | "context";
}

export type Metric = Json & { metric: string };

/** An evaluator while it is written. */
export type Draft =
  | { kind: "judge"; settings: Judge }
  | { kind: "pairwise"; settings: Pairwise }
  | { kind: "panel"; settings: Panel }
  | { kind: "metric"; settings: Metric }
  | { kind: "code"; settings: Code };

const ASKED: Asked = { connection_id: "", model: "", parameters: {}, messages: [{ role: "user", content: "" }], variables: {}, optional: [], most_chars: 20_000, language: "en" };

export const CODE = `def evaluate(case):
    """Returns a boolean, a number, a label, or {"value": …, "reason": …}."""
    same = case.output == case.expected_output
    return {"value": same, "reason": "" if same else "not what was expected"}
`;

const PAIR: Record<Language, string> = {
  en: `Which of two answers is better?

What was asked:
{{input}}

Answer "first":
{{first}}

Answer "second":
{{second}}

Compare them by whether they are right, complete and to the point. Length and order do not count.
"tie" where neither is better.`,
  zh: `两个回答哪个更好？

所提的要求：
{{input}}

回答 first：
{{first}}

回答 second：
{{second}}

请从是否正确、完整、切题来比较。长短和先后顺序不计。分不出高下时选 tie。`,
};

const YES_NO: Record<Language, string> = {
  en: `Judge whether the answer does what was asked.

What was asked:
{{input}}

Answer to judge:
{{output}}

true = it does. false = it does not.`,
  zh: `请判断回答是否做到了所要求的事。

所提的要求：
{{input}}

待评判的回答：
{{output}}

true = 做到了；false = 没有做到。`,
};

const asked = (language: Language, prompt: string): Asked => ({ ...ASKED, language, messages: [{ role: "user", content: prompt }] });

/** What a new evaluator of a kind begins with. */
export function blank(kind: Kind, language: Language): Draft {
  switch (kind) {
    case "judge":
      return { kind, settings: { ...asked(language, YES_NO[language]), score: { type: "boolean" } } };
    case "pairwise":
      return { kind, settings: { ...asked(language, PAIR[language]), output: "output", other: "other_output" } };
    case "panel": {
      const member = (name: string): Member => ({ ...asked(language, YES_NO[language]), score: { type: "boolean" }, name });
      return { kind, settings: { members: ["1", "2", "3"].map(member), combine: "majority", quorum: 0 } };
    }
    case "metric":
      return { kind, settings: { metric: "exact" } };
    case "code":
      return { kind, settings: { source: CODE, seconds: 5 } };
  }
}

/** Settings as the server keeps them, with what an older version may lack. */
export function draftOf(kind: Kind, settings: Json): Draft {
  const base = blank(kind, "en");
  return { kind, settings: { ...base.settings, ...settings } } as unknown as Draft;
}

/** One judge of the library, for want of a model. */
export function fromLibrary(prompt: string, language: Language, score: Json, optional: string[]): Draft {
  return { kind: "judge", settings: { ...asked(language, prompt), score: score as Scale, optional } };
}

/** Settings as they are sent: nothing of a metric that its form does not have. */
export function settingsOf(draft: Draft): Json {
  if (draft.kind !== "metric") return draft.settings as unknown as Json;
  const known = FIELDS[draft.settings.metric]?.map((one) => one.name) ?? [];
  return Object.fromEntries(Object.entries(draft.settings).filter(([name, value]) => name === "metric" || (known.includes(name) && value !== null && value !== "")));
}

/** As two versions are compared, and as people read it. */
export function readable(draft: Draft): string {
  const lines: string[] = [];
  const asks = draft.kind === "panel" ? draft.settings.members : draft.kind === "judge" || draft.kind === "pairwise" ? [draft.settings] : [];
  for (const [index, one] of asks.entries()) {
    for (const turn of one.messages) lines.push(`# ${asks.length > 1 ? `${index + 1} · ` : ""}${turn.role}`, turn.content, "");
  }
  if (draft.kind === "code") return `# seconds: ${draft.settings.seconds}\n${draft.settings.source}`;
  const bare = (one: Json) => Object.fromEntries(Object.entries(one).filter(([name]) => name !== "messages"));
  const rest = draft.kind === "panel" ? { ...draft.settings, members: draft.settings.members.map((one) => bare(one as unknown as Json)) } : bare(draft.settings as unknown as Json);
  return [...lines, JSON.stringify(rest, null, 2)].join("\n");
}

/** Is there somebody whom no model was chosen for? */
export function lacksModel(draft: Draft): boolean {
  if (draft.kind === "code") return false;
  if (draft.kind === "metric") return draft.settings.metric === "embedding" && !(draft.settings.connection_id && draft.settings.model);
  const asks: readonly Asked[] = draft.kind === "panel" ? draft.settings.members : [draft.settings];
  return asks.some((one) => one.connection_id === "" || one.model.trim() === "");
}

const VARIABLE = /\{\{\s*([A-Za-z_]\w*)\s*\}\}/g;

/** Variables of a prompt in the order in which they come. */
export const variablesOf = (messages: readonly Turn[]): string[] => [...new Set(messages.flatMap((one) => [...one.content.matchAll(VARIABLE)].map((match) => match[1]!)))];

/** Without mappings of variables that the prompt has not any more, as the server wants it. */
export function tidied<A extends Asked>(settings: A): A {
  const names = variablesOf(settings.messages);
  const variables = Object.fromEntries(Object.entries(settings.variables).filter(([name, path]) => names.includes(name) && path.trim() !== "" && path.trim() !== name));
  return { ...settings, variables, optional: settings.optional.filter((one) => names.includes(one)) };
}

export function tidy(draft: Draft): Draft {
  switch (draft.kind) {
    case "judge":
      return { ...draft, settings: tidied(draft.settings) };
    case "pairwise":
      return { ...draft, settings: tidied(draft.settings) };
    case "panel":
      return { ...draft, settings: { ...draft.settings, members: draft.settings.members.map(tidied) } };
    default:
      return draft;
  }
}

// -- metrics --------------------------------------------------------------------------------------

export type FieldType = "path" | "flag" | "text" | "texts" | "number" | "choice" | "json" | "connection" | "model";

export interface MetricField {
  name: string;
  type: FieldType;
  choices?: readonly string[];
  first?: string | number | boolean;
}

const OUTPUT: MetricField = { name: "output", type: "path", first: "output" };
const EXPECTED: MetricField = { name: "expected", type: "path", first: "expected_output" };
const WORDS: MetricField[] = [OUTPUT, EXPECTED, { name: "ignore_case", type: "flag" }, { name: "ignore_space", type: "flag" }];
const BOUNDS: MetricField[] = [{ name: "least", type: "number" }, { name: "most", type: "number" }];

/** What each built-in metric can be told, as `metric_settings` has it. */
export const FIELDS: Record<string, readonly MetricField[]> = {
  exact: WORDS,
  contains: [...WORDS, { name: "texts", type: "texts" }, { name: "how", type: "choice", choices: ["all", "any", "none"], first: "all" }],
  starts_with: [...WORDS, { name: "text", type: "text" }],
  ends_with: [...WORDS, { name: "text", type: "text" }],
  regex: [OUTPUT, { name: "pattern", type: "text" }, { name: "whole", type: "flag" }, { name: "ignore_case", type: "flag" }],
  json_equal: [OUTPUT, EXPECTED, { name: "ignore_order", type: "flag" }, { name: "tolerance", type: "number" }],
  json_schema: [OUTPUT, { name: "schema", type: "json" }],
  levenshtein: WORDS,
  bleu: [OUTPUT, EXPECTED, { name: "tokenizer", type: "choice", choices: ["auto", "13a", "zh", "intl", "char", "none"], first: "auto" }],
  chrf: [OUTPUT, EXPECTED, { name: "word_order", type: "choice", choices: ["0", "2"], first: "0" }],
  rouge: [OUTPUT, EXPECTED, { name: "variant", type: "choice", choices: ["1", "2", "L"], first: "L" }, { name: "measure", type: "choice", choices: ["f", "precision", "recall"], first: "f" }],
  embedding: [OUTPUT, EXPECTED, { name: "connection_id", type: "connection" }, { name: "model", type: "model" }],
  latency: BOUNDS,
  cost: BOUNDS,
  length: [OUTPUT, { name: "unit", type: "choice", choices: ["words", "chars", "tokens"], first: "words" }, ...BOUNDS],
  trajectory: [EXPECTED, { name: "how", type: "choice", choices: ["strict", "unordered", "subset", "superset"], first: "strict" }, { name: "arguments", type: "flag" }],
};

export const METRICS = Object.keys(FIELDS);

// -- paths into a case ----------------------------------------------------------------------------

const MOST_PATHS = 300;
const MOST_DEPTH = 5;
const PLAIN = /^[\p{L}_][\p{L}\p{N}_-]*$/u;

/** Every path that leads to something, the shallow ones first. */
export function pathsOf(value: Json): string[] {
  let level: [string, unknown][] = Object.entries(value).filter(([, inner]) => !isNothing(inner));
  const found: string[] = [];
  for (let depth = 0; depth < MOST_DEPTH && level.length > 0 && found.length < MOST_PATHS; depth++) {
    found.push(...level.map(([path]) => path));
    level = level.flatMap(([path, inner]) => below(path, inner));
  }
  return found.slice(0, MOST_PATHS);
}

function below(path: string, value: unknown): [string, unknown][] {
  if (Array.isArray(value)) return value.slice(0, 3).map((inner, index) => [`${path}[${index}]`, inner]);
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value as Json).map(([key, inner]) => [PLAIN.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`, inner]);
}

const isNothing = (value: unknown) => value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

const STEP = /\.?([\p{L}_][\p{L}\p{N}_-]*)|\[(-?\d+)\]|\["((?:[^"\\]|\\.)*)"\]/uy;

/** What a path leads to, for a look at it; undefined: nothing, or a path that only the server reads. */
export function at(value: Json, path: string): unknown {
  let found: unknown = value;
  let position = 0;
  const steps = path.trim().replace(/^\$\.?/, "");
  while (position < steps.length) {
    STEP.lastIndex = position;
    const match = STEP.exec(steps);
    if (!match) return undefined;
    position = STEP.lastIndex;
    if (typeof found === "string") found = read(found);
    if (match[2] !== undefined) found = Array.isArray(found) ? found.at(Number(match[2])) : undefined;
    else {
      const key = match[1] ?? (JSON.parse(`"${match[3]}"`) as string);
      found = found !== null && typeof found === "object" && !Array.isArray(found) ? (found as Json)[key] : undefined;
    }
  }
  return found;
}

function read(told: string): unknown {
  try {
    return JSON.parse(told);
  } catch {
    return undefined;
  }
}

export const glimpse = (value: unknown): string => (value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value)).slice(0, 300);

/** A value as it is typed: JSON where it is JSON, else text; undefined where nothing is. */
export function typed(told: string): unknown {
  if (told.trim() === "") return undefined;
  return /^[[{"]|^(?:true|false|null|-?\d+(?:\.\d+)?)$/.test(told.trim()) ? (read(told.trim()) ?? told) : told;
}
