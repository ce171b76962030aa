/** A JSON value to unfold. Nothing that is folded is drawn; long lists come in chunks. */
import { ChevronRight } from "lucide-react";
import { type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { mentions, references, whole } from "@/lib/attachments";
import { type Json, chunks, summary } from "@/lib/json";
import { Entries, LongJson, entriesOf } from "@/lib/long-json";
import { useSpeech } from "@/messages";
import { CopyButton } from "@/ui/copy";
import { cx } from "@/ui/cx";
import { Unfolded } from "./anchored";
import { Attachment } from "./attachment";
import { LongText } from "./long-text";

const LONG = 600;
/** Levels that stand open at first, and how many entries a level may have to do so. */
const OPEN_DEPTH = 3;
const OPEN_SIZE = 30;

type Value = Json | LongJson;
type Container = Json[] | Record<string, Json> | Entries;

export function JsonTree({ value }: { value: Value }) {
  return (
    <div className="font-mono text-xs leading-5">
      {value instanceof LongJson ? <Looked value={value} depth={0} path="$" /> : isContainer(value) ? <Level value={value} depth={0} path="$" /> : <Leaf value={value} />}
    </div>
  );
}

const isContainer = (value: Json): value is Json[] | Record<string, Json> => value !== null && typeof value === "object";

/** An object or array that takes a while to look through. */
function Looked({ value, depth, path }: { value: LongJson; depth: number; path: string }) {
  const { t } = useSpeech();
  const [found, setFound] = useState<{ of: LongJson; entries: Entries | null } | null>(null);
  useEffect(() => {
    let wanted = true;
    void entriesOf(value).then((entries) => wanted && setFound({ of: value, entries }));
    return () => {
      wanted = false;
    };
  }, [value]);
  if (found?.of !== value) return <p className="text-fg-3">{t("act.loading")}</p>;
  if (found.entries) return <Level value={found.entries} depth={depth} path={path} />;
  // No JSON after all.
  return <LongText text={value.text.slice(value.from, value.to)} raw />;
}

/** Keys, or null of a list; and how many entries there are. */
function shape(value: Container): { keys: readonly string[] | null; count: number } {
  if (value instanceof Entries) return { keys: value.keys, count: value.count };
  const keys = Array.isArray(value) ? null : Object.keys(value);
  return { keys, count: keys ? keys.length : (value as Json[]).length };
}

function entry(value: Container, key: string, index: number): Value {
  if (Array.isArray(value)) return value[index]!;
  if (!(value instanceof Entries)) return value[key]!;
  try {
    return value.at(index);
  } catch {
    return value.text.slice(value.places[index * 2], value.places[index * 2 + 1]);
  }
}

function Level({ value, depth, path }: { value: Container; depth: number; path: string }) {
  const { keys, count } = shape(value);
  if (count === 0) return <span className="text-fg-3">{keys ? "{}" : "[]"}</span>;
  return <Stretch value={value} keys={keys} from={0} to={count} depth={depth} path={path} />;
}

/** Entries one by one, or, of many, ranges of them to be opened. */
function Stretch({ from, to, ...list }: ListProps) {
  const parts = chunks(from, to);
  if (parts.length === 1) return <List {...list} from={from} to={to} />;
  return parts.map(([start, end], index) => <Chunk key={start} {...list} from={start} to={end} open={index === 0} />);
}

interface ListProps {
  value: Container;
  keys: readonly string[] | null;
  from: number;
  to: number;
  depth: number;
  /** JSONPath of the value. */
  path: string;
}

function Chunk({ open: first, ...list }: ListProps & { open: boolean }) {
  const [open, setOpen] = useState(first);
  return (
    <div>
      <Toggle open={open} onToggle={() => setOpen(!open)}>
        <span className="text-fg-3">
          [{list.from} … {list.to - 1}]
        </span>
      </Toggle>
      {open && <Stretch {...list} />}
    </div>
  );
}

function List({ value, keys, from, to, depth, path }: ListProps) {
  const rows = useMemo(
    () =>
      Array.from({ length: to - from }, (_, place) => {
        const index = from + place;
        const key = keys?.[index] ?? String(index);
        return { index, key, child: entry(value, key, index) };
      }),
    [value, keys, from, to],
  );
  return (
    <ul>
      {rows.map(({ index, key, child }) => (
        <Row key={index} name={key} indexed={!keys} value={child} depth={depth} path={path + step(key, !keys)} />
      ))}
    </ul>
  );
}

interface RowProps {
  name: string;
  indexed: boolean;
  value: Value;
  depth: number;
  path: string;
}

/** What was attached is seen without being looked for. */
const holdsMedia = (value: Json): boolean => {
  if (typeof value === "string") return mentions(value);
  return value !== null && typeof value === "object" && Object.values(value).some(holdsMedia);
};

/** One step of a JSONPath. */
const step = (key: string, indexed: boolean): string => {
  if (indexed) return `[${key}]`;
  return /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
};

function Row({ name, indexed, value, depth, path }: RowProps) {
  const { t } = useSpeech();
  const long = value instanceof LongJson;
  const size = !long && isContainer(value) ? Object.keys(value).length : 0;
  const [open, setOpen] = useState(!long && (depth < OPEN_DEPTH || holdsMedia(value)) && size <= OPEN_SIZE);
  const label = <span className={indexed ? "text-fg-3" : "text-(--k-embedding)"}>{name}</span>;
  const copy = (
    <CopyButton text={path} label={t("json.copy_path", { path })} className="ml-1 size-4! align-middle opacity-0 group-hover/row:opacity-100 focus-visible:opacity-100" />
  );
  if (!long && (!isContainer(value) || size === 0)) {
    return (
      <li className="group/row pl-4 wrap-anywhere">
        {label}
        <span className="text-fg-3">: </span>
        <Leaf value={value} />
        {copy}
      </li>
    );
  }
  return (
    <li>
      <span className="group/row flex max-w-full items-center">
        <Toggle open={open} onToggle={() => setOpen(!open)}>
          {label}
          {!open && <span className="ml-1.5 truncate text-fg-3">{long ? t("json.characters", { n: value.to - value.from }) : summary(value)}</span>}
        </Toggle>
        {copy}
      </span>
      {open && (
        <div className="ml-[7px] border-l pl-2">
          {long ? <Looked value={value} depth={depth + 1} path={path} /> : isContainer(value) && <Level value={value} depth={depth + 1} path={path} />}
        </div>
      )}
    </li>
  );
}

function Toggle({ open, onToggle, children }: { open: boolean; onToggle: () => void; children: ReactNode }) {
  return (
    <button type="button" aria-expanded={open} onClick={onToggle} className="flex max-w-full min-w-0 items-center rounded pr-1 text-left hover:bg-hover">
      <ChevronRight size={14} aria-hidden className={cx("mr-0.5 shrink-0 text-fg-3 transition-transform", open && "rotate-90")} />
      {children}
    </button>
  );
}

function Leaf({ value }: { value: Json }) {
  if (typeof value === "string") return <Text text={value} />;
  if (typeof value === "number") return <span className="text-(--k-tool)">{String(value)}</span>;
  if (typeof value === "boolean") return <span className="text-(--k-llm)">{String(value)}</span>;
  return <span className="text-fg-3">{summary(value as Json)}</span>;
}

function Text({ text }: { text: string }) {
  const { t } = useSpeech();
  const [all, setAll] = useState(false);
  const unfolded = useContext(Unfolded);
  const long = !unfolded && text.length > LONG;
  return (
    <>
      <span className="whitespace-pre-wrap text-(--k-retriever)">{JSON.stringify(long && !all ? text.slice(0, whole(text, LONG)) : text).replace(/\\n/g, "\n")}</span>
      {long && (
        <button type="button" onClick={() => setAll(!all)} className="ml-1.5 rounded text-accent hover:underline">
          {all ? t("act.show_less") : t("act.show_more")}
        </button>
      )}
      {references(text).map((one) => (
        <span key={one.id} className="block">
          <Attachment reference={one} />
        </span>
      ))}
    </>
  );
}
