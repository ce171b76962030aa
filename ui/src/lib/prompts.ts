/** Prompts as pages hold them: their addresses, and a draft while somebody writes it. Pure. */
import { type RangeSearch, cleanRange } from "./time";

type Raw = Record<string, unknown>;

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
const whole = (value: unknown) => (Number.isInteger(Number(value)) && Number(value) > 0 ? Number(value) : undefined);
const present = <T extends object>(search: T): T => Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as T;

export interface PromptsSearch {
  folder?: string;
  words?: string;
  tag?: string;
  label?: string;
}

export const promptsSearch = (raw: Raw): PromptsSearch =>
  present({ folder: text(raw.folder), words: text(raw.words), tag: text(raw.tag), label: text(raw.label) });

export const PROMPT_TABS = ["content", "compare", "production", "split", "history"] as const;
export type PromptTab = (typeof PROMPT_TABS)[number];

export interface PromptSearch extends RangeSearch {
  version?: number;
  tab?: PromptTab;
  /** The version that is compared with. */
  with?: number;
  /** Side by side unless it is. */
  inline?: "1";
  comments?: "1";
  /** Of the calls whose figures are shown. */
  filter?: string;
}

export const promptSearch = (raw: Raw): PromptSearch =>
  present({
    ...cleanRange(raw),
    version: whole(raw.version),
    tab: PROMPT_TABS.find((one) => one === raw.tab),
    with: whole(raw.with),
    inline: String(raw.inline) === "1" ? ("1" as const) : undefined,
    comments: String(raw.comments) === "1" ? ("1" as const) : undefined,
    filter: text(raw.filter),
  });

/** Calls that people make to try something tell nothing of production; as the server has it. */
export const IN_USE = "-environment:(playground or experiment or evaluator)";

export const newPromptSearch = (raw: Raw): { folder?: string } => present({ folder: text(raw.folder) });

// -- folders --------------------------------------------------------------------------------------

/** The folders that a name lies in, the outermost first, each whole. */
export function foldersOf(name: string): string[] {
  const parts = name.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

export const lastPart = (name: string): string => name.slice(name.lastIndexOf("/") + 1);

// -- drafts ---------------------------------------------------------------------------------------

export type Kind = "text" | "chat";
type Json = Record<string, unknown>;

/** One line of a chat prompt. `rest` is what it holds besides, such as tool calls. */
export interface Line {
  key: number;
  role: string;
  content: string;
  /** Of a placeholder, which has neither role nor content. */
  placeholder?: string;
  rest: Json;
}

export interface Draft {
  type: Kind;
  text: string;
  lines: Line[];
  /** As it is typed. */
  config: string;
}

export type Body = string | Json[];

let last = 0;
export const line = (more: Partial<Omit<Line, "key">> = {}): Line => ({ role: "user", content: "", rest: {}, ...more, key: ++last });

export function toLine(message: Json): Line {
  if (message.type === "placeholder") {
    const { type: _, name, ...rest } = message;
    return line({ role: "", placeholder: String(name ?? ""), rest });
  }
  const { role, content, ...rest } = message;
  return line({ role: String(role ?? ""), content: typeof content === "string" ? content : JSON.stringify(content ?? ""), rest });
}

export const toMessage = ({ role, content, placeholder, rest }: Line): Json =>
  placeholder === undefined ? { role, content, ...rest } : { type: "placeholder", name: placeholder, ...rest };

export const configText = (config: unknown): string => JSON.stringify(config ?? {}, null, 2);

export const draftOf = (version: { type: Kind; prompt: unknown; config?: unknown }): Draft => ({
  type: version.type,
  text: typeof version.prompt === "string" ? version.prompt : "",
  lines: Array.isArray(version.prompt) ? (version.prompt as Json[]).map(toLine) : [line({ role: "system" }), line()],
  config: configText(version.config),
});

export const bodyOf = (draft: Draft): Body => (draft.type === "text" ? draft.text : draft.lines.map(toMessage));

/** What the typed config says, or why it says nothing. */
export function configOf(draft: Pick<Draft, "config">): { value: unknown; error: string | null } {
  if (draft.config.trim() === "") return { value: {}, error: null };
  try {
    return { value: JSON.parse(draft.config), error: null };
  } catch (error) {
    return { value: null, error: error instanceof Error ? error.message : String(error) };
  }
}

/** Would saving it make a version that differs from this one? Spaces in the config are no difference. */
export function differs(draft: Draft, version: { type: Kind; prompt: unknown; config?: unknown }): boolean {
  const { value, error } = configOf(draft);
  if (error !== null || draft.type !== version.type) return true;
  return JSON.stringify([bodyOf(draft), value]) !== JSON.stringify([version.prompt, version.config ?? {}]);
}

export function isDraft(value: unknown): value is Draft {
  const one = value as Partial<Draft> | null;
  return (
    typeof one === "object" && one !== null && (one.type === "text" || one.type === "chat") && typeof one.text === "string" && typeof one.config === "string" &&
    Array.isArray(one.lines) && one.lines.every((each) => typeof each?.role === "string" && typeof each.content === "string" && typeof each.rest === "object")
  );
}

/** A draft from storage: its lines get keys of this page. */
export const renewed = (draft: Draft): Draft => ({ ...draft, lines: draft.lines.map((one) => line(one)) });

/** As one reads a body in a diff. */
export function readable(body: unknown): string {
  if (typeof body === "string") return body;
  if (!Array.isArray(body)) return "";
  return (body as Json[])
    .map((message) => {
      const { key: _, ...one } = toLine(message);
      const rest = Object.keys(one.rest).length ? `\n${JSON.stringify(one.rest, null, 2)}` : "";
      return one.placeholder === undefined ? `── ${one.role}\n${one.content}${rest}` : `── {{${one.placeholder}}} …${rest}`;
    })
    .join("\n\n");
}
