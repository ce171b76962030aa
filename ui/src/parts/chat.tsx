/** Chat messages, each by its role. */
import { Bot, BrainCircuit, ChevronRight, CornerDownRight, Settings2, UserRound, Wrench } from "lucide-react";
import { type ReactNode, useContext, useState } from "react";
import type { Message, Part } from "@/api/types";
import { whole } from "@/lib/attachments";
import { type Json, parseBody } from "@/lib/json";
import { type Key, useSpeech } from "@/messages";
import { Badge } from "@/ui/badge";
import { CopyButton } from "@/ui/copy";
import { cx } from "@/ui/cx";
import { Unfolded } from "./anchored";
import { JsonTree } from "./json-tree";
import { LongText } from "./long-text";
import { Prose } from "./markdown";
import { Media } from "./media";

/** Letters that a folded text shows. */
const FOLDED = 2400;
/** Longer than this, markdown would hold up the page. */
const PROSE_LIMIT = 60_000;
/** A conversation shows its last messages; the earlier ones wait behind a line. */
const TAIL = 4;

/** Ends that need no word: the model was done, or calls a tool. */
const AS_HOPED = /^$|^(stop|end|end_turn|stop_sequence|completed?|tool_calls?|tool_use|function_call)$/i;

const ROLES: Record<string, { icon: typeof Bot; tone: string; label: Key }> = {
  system: { icon: Settings2, tone: "text-fg-3", label: "chat.system" },
  developer: { icon: Settings2, tone: "text-fg-3", label: "chat.developer" },
  user: { icon: UserRound, tone: "text-(--k-embedding)", label: "chat.user" },
  assistant: { icon: Bot, tone: "text-accent", label: "chat.assistant" },
  tool: { icon: Wrench, tone: "text-(--k-tool)", label: "chat.tool" },
};

interface ChatProps {
  messages: readonly Message[];
  markdown: boolean;
  /** Shows all of them at once. */
  whole?: boolean;
  /** So many of them, the first, are the input of the call. */
  asked?: number;
}

export function Chat({ messages, markdown, whole, asked }: ChatProps) {
  const { t } = useSpeech();
  const [all, setAll] = useState(false);
  const unfolded = useContext(Unfolded);
  const lead = messages[0]?.role === "system" || messages[0]?.role === "developer" ? 1 : 0;
  const hidden = whole || all || unfolded ? 0 : messages.length - lead - TAIL;
  const fold = hidden > 1;
  return (
    <ol className="flex flex-col gap-2">
      {messages.map((message, index) =>
        fold && index >= lead && index < lead + hidden ? (
          index === lead && (
            <li key={index}>
              <button
                type="button"
                onClick={() => setAll(true)}
                className="flex h-8 w-full items-center justify-center rounded-md border border-dashed border-line-strong text-xs text-fg-2 hover:bg-hover"
              >
                {t("chat.earlier", { n: hidden })}
              </button>
            </li>
          )
        ) : (
          <li key={index} data-side={asked === undefined ? undefined : index < asked ? "input" : "output"}>
            <Bubble message={message} markdown={markdown} />
          </li>
        ),
      )}
    </ol>
  );
}

interface BubbleProps {
  message: Message;
  markdown: boolean;
  /** Stands at the end of its head. */
  aside?: ReactNode;
  /** What a part's tool answered, by its place; calls are folded then. */
  results?: ReadonlyMap<number, { part: Part }>;
}

export function Bubble({ message, markdown, aside, results }: BubbleProps) {
  const { t } = useSpeech();
  // Applications may name a role anything, also what every object has.
  const role = Object.hasOwn(ROLES, message.role) ? ROLES[message.role] : undefined;
  const Icon = role?.icon ?? UserRound;
  const quiet = message.role === "system" || message.role === "developer" || message.role === "tool";
  return (
    <article className={cx("group card overflow-hidden", message.role === "assistant" && "shadow-[inset_2px_0_0_var(--accent)]")}>
      <header className="flex h-8 items-center gap-1.5 pr-1 pl-3">
        <Icon size={13} aria-hidden className={role?.tone ?? "text-fg-3"} />
        <h3 className="min-w-0 truncate text-xs font-medium text-fg-2">{role ? t(role.label) : message.role}</h3>
        {message.name && <span className="truncate font-mono text-2xs text-fg-3">{message.name}</span>}
        <span className="flex-1" />
        {!AS_HOPED.test(message.finish_reason ?? "") && <Badge tone="warn">{t("chat.finish", { reason: message.finish_reason! })}</Badge>}
        {aside}
        <CopyButton text={() => plain(message)} className="opacity-0 group-focus-within:opacity-100 group-hover:opacity-100" />
      </header>
      <div className={cx("flex flex-col gap-2 px-3 pb-3", quiet && "text-fg-2")}>
        {message.parts.length === 0 && <p className="text-fg-3 italic">{t("chat.empty")}</p>}
        {message.parts.map((part, index) => (
          <PartView key={index} part={part} markdown={markdown} folded={results !== undefined} result={results?.get(index)?.part} />
        ))}
      </div>
    </article>
  );
}

interface PartProps {
  part: Part;
  markdown: boolean;
  /** Are tool calls and results closed at first? */
  folded: boolean;
  /** What the tool answered that it calls. */
  result?: Part;
}

function PartView({ part, markdown, folded, result }: PartProps) {
  const { t } = useSpeech();
  switch (part.type) {
    case "text":
      return <Text text={part.text ?? ""} markdown={markdown} />;
    case "reasoning":
      return (
        <Fold icon={BrainCircuit} title={t("chat.reasoning")}>
          <div className="text-fg-2 italic">
            <Text text={part.text ?? ""} markdown={markdown} />
          </div>
        </Fold>
      );
    case "tool_call":
      return (
        <Fold icon={Wrench} tone="text-(--k-tool)" title={t("chat.tool_call", { name: part.name ?? "" })} id={part.id} open={!folded}>
          <Value value={part.arguments} />
          {result && (
            <div className="mt-2 border-t pt-2">
              <p className="mb-1 flex items-center gap-1.5 text-xs text-fg-3">
                <CornerDownRight size={12} aria-hidden />
                {t("chat.tool_result_plain")}
              </p>
              <Value value={result.result} />
            </div>
          )}
        </Fold>
      );
    case "tool_result":
      return (
        <Fold
          icon={CornerDownRight}
          tone="text-(--k-tool)"
          title={part.name ? t("chat.tool_result", { name: part.name }) : t("chat.tool_result_plain")}
          id={part.id}
          open={!folded}
        >
          <Value value={part.result} />
        </Fold>
      );
    case "media":
      return <Media url={part.url ?? ""} mime={part.mime_type ?? ""} name={part.name ?? ""} />;
    case "json":
      return <Value value={part.value} />;
  }
}

interface FoldProps {
  icon: typeof Bot;
  title: string;
  tone?: string;
  id?: string;
  open?: boolean;
  children: ReactNode;
}

function Fold({ icon: Icon, title, tone, id, open: first = false, children }: FoldProps) {
  const [open, setOpen] = useState(first);
  return (
    <div className="rounded-md border bg-sunken">
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)} className="flex h-7 w-full items-center gap-1.5 px-2 text-left text-xs">
        <ChevronRight size={13} aria-hidden className={cx("shrink-0 text-fg-3 transition-transform", open && "rotate-90")} />
        <Icon size={13} aria-hidden className={cx("shrink-0", tone ?? "text-fg-3")} />
        <span className="min-w-0 flex-1 truncate font-medium text-fg-2">{title}</span>
        {id && <span className="hidden max-w-32 truncate font-mono text-2xs text-fg-3 sm:inline">{id}</span>}
      </button>
      {open && <div className="border-t px-3 py-2">{children}</div>}
    </div>
  );
}

function Value({ value }: { value: unknown }) {
  const parsed = typeof value === "string" ? parseBody(value) : (value as Json | undefined);
  if (parsed !== undefined && parsed !== null && typeof parsed === "object") return <JsonTree value={parsed} />;
  if (typeof value === "string") return <Text text={value} markdown={false} />;
  return <JsonTree value={(value ?? null) as Json} />;
}

export function Text({ text, markdown }: { text: string; markdown: boolean }) {
  const { t } = useSpeech();
  const [all, setAll] = useState(false);
  const unfolded = useContext(Unfolded);
  const long = !unfolded && text.length > FOLDED * 1.25;
  const shown = long && !all ? text.slice(0, whole(text, FOLDED)) : text;
  return (
    <div>
      {markdown && shown.length < PROSE_LIMIT ? (
        <Prose text={shown} />
      ) : (
        <LongText text={shown} className="font-sans! text-sm!" />
      )}
      {long && (
        <button type="button" onClick={() => setAll(!all)} className="mt-1 rounded text-xs text-accent hover:underline">
          {all ? t("act.show_less") : t("act.show_more")}
        </button>
      )}
    </div>
  );
}

function plain(message: Message): string {
  return message.parts
    .map((part) => {
      if (part.text) return part.text;
      const value = part.arguments ?? part.result ?? part.value ?? part.url ?? "";
      return typeof value === "string" ? value : JSON.stringify(value, null, 2);
    })
    .join("\n\n");
}
