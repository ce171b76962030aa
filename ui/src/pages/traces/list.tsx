/** One list of the page, traces or spans: counts, choices and files above, the table, the peek beside. */
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ClipboardPlus, Columns2, Database, Trash2, X } from "lucide-react";
import { type ReactNode, useCallback, useEffect, useMemo, useState } from "react";
import { deleteTraces } from "@/api/mutations";
import { useRights } from "@/app/me";
import { quote } from "@/lib/filter";
import { wanted } from "@/lib/highlight";
import { toQuery } from "@/lib/saved-view";
import type { TracesSearch, View } from "@/lib/search";
import { type Row, withTail } from "@/lib/tail";
import { useSpeech } from "@/messages";
import { ColumnsMenu, type Choice } from "@/parts/columns-menu";
import type { Matching } from "@/parts/add-to-dataset";
import { ListBody } from "@/parts/list-body";
import { Counter, Nothing } from "@/parts/list-frame";
import type { Range } from "@/parts/range";
import { Button, buttonClass, IconButton } from "@/ui/button";
import { cx } from "@/ui/cx";
import { fetched } from "@/ui/fetched";
import { useNarrow } from "@/ui/media";
import { useRemoval, useRemoved } from "@/ui/removal";
import { useShortcuts } from "@/ui/shortcuts";
import { type Column, Table } from "@/ui/table";
import { ExportMenu } from "./export-menu";
import { PeekFrame } from "./peek-frame";
import { HitsContext } from "./preview";
import { SavedViews } from "./saved-views";
import { type TailState, useTail } from "./use-tail";

export interface ListProps {
  projectId: string;
  search: TracesSearch;
  range: Range;
  filter: string;
  set: (change: Partial<TracesSearch>, replace?: boolean) => void;
  pick: (field: string, value: string) => void;
  onError: (error: unknown) => void;
  live: boolean;
  onLive: (state: TailState) => void;
  /** Pixels for columns. */
  width: number;
}

interface Listed<R> {
  rows: readonly R[];
  pending: boolean;
  error: unknown;
  updatedAt: number;
  refetch: () => void;
  hasMore: boolean;
  loadingMore: boolean;
  onMore: () => void;
  stale: boolean;
}

interface ListViewProps<R> extends ListProps {
  view: View;
  label: string;
  count: (n: number) => string;
  listed: Listed<R>;
  order: string;
  all: readonly Column<R>[];
  choice: Choice<R>;
  rowKey: (row: R) => string;
  rowName: (row: R) => string;
  card: (row: R) => ReactNode;
  open: (row: R) => Partial<TracesSearch>;
  /** Key of the row that is open beside the list. */
  opened: string | undefined;
  newest: (start: number, end: number, filter: string) => Promise<{ items: readonly R[]; next_cursor: string | null }>;
}

/** A trace as a whole is much to fetch: the list is there before. */
const Peek = fetched(async () => (await import("./peek")).Peek);
const AddToDataset = fetched(async () => (await import("@/parts/add-to-dataset")).AddToDataset);
const AddToQueue = fetched(async () => (await import("@/parts/add-to-queue")).AddToQueue);
/** So long after the first rows, in milliseconds. */
const SOON = 1_000;

export const NEWEST = "-start_time";
/** As many ids as a filter holds. */
const MOST_CHOSEN = 200;

type TracedRow = Row & { trace_id: string };

export function ListView<R extends TracedRow>(props: ListViewProps<R>) {
  const { projectId, search, range, filter, set, view, listed, order, choice, rowKey, live, onLive } = props;
  const client = useQueryClient();
  const hidden = useRemoved();
  const narrow = useNarrow();
  const name = JSON.stringify([projectId, view, filter, order, range.start, range.end]);
  const tail = useTail<R>({
    on: live && order === NEWEST,
    name,
    filter,
    rangeStart: range.start,
    newest: listed.rows[0]?.start_time ?? 0,
    key: rowKey,
    fetch: props.newest,
  });
  useEffect(() => onLive(tail.state), [tail.state, onLive]);
  const rows = useMemo(
    () => withTail(listed.rows, tail.rows, rowKey).filter((row) => !hidden.has(row.trace_id)),
    [listed.rows, tail.rows, rowKey, hidden],
  );
  const filled = rows.length > 0;
  useEffect(() => {
    if (!filled) return undefined;
    const timer = setTimeout(() => void Peek.load().catch(() => undefined), SOON);
    return () => clearTimeout(timer);
  }, [filled]);
  const [chosen, setChosen] = useState<{ name: string; keys: ReadonlySet<string> }>({ name, keys: new Set() });
  const keys = chosen.name === name ? chosen.keys : NOTHING;
  const choose = useCallback((next: ReadonlySet<string>) => setChosen({ name, keys: next }), [name]);
  const exporting = { open: search.export === "1", onOpen: (on: boolean) => set({ export: on ? "1" : undefined }, true) };
  const hits = useMemo(() => wanted(filter), [filter]);
  const open = (row: R) => set(props.open(row), search.peek !== undefined);
  useShortcuts({ Escape: () => (keys.size ? choose(NOTHING) : false) }, search.peek === undefined);
  const nameOf = (key: string) => {
    const row = rows.find((one) => rowKey(one) === key);
    return row ? props.rowName(row) : key;
  };
  const at = rows.findIndex((row) => rowKey(row) === props.opened);
  const close = () => set({ peek: undefined, span: undefined, tab: undefined });
  const go = (row: R | undefined) => (row === undefined ? undefined : () => open(row));
  return (
    <HitsContext value={hits}>
      <div className="flex min-w-0 flex-1 flex-col">
        <Counter text={listed.pending || (listed.error !== null && rows.length === 0) || (narrow && keys.size > 0) ? "" : props.count(rows.length)} more={listed.hasMore && !(narrow && keys.size > 0)}>
          {keys.size > 0 && <Chosen {...props} exporting={exporting} rows={rows} chosen={keys} onClear={() => choose(NOTHING)} />}
          {keys.size === 0 && (
            <ExportMenu {...exporting} projectId={projectId} chosen={0} question={{ list: view, start: range.start, end: range.end, filter, order }} />
          )}
          {keys.size === 0 && filled && <KeepMatching projectId={projectId} matching={{ view, start: range.start, end: range.end, filter }} />}
          <SavedViews
            projectId={projectId}
            list={view}
            saved={search.saved}
            now={toQuery(search, choice.text)}
            mayShare={useRights(projectId).edit}
            onOpen={(next) => {
              void client.invalidateQueries({ queryKey: [projectId, "views"] });
              set({ ...CLEAN, ...next });
            }}
          />
          <ColumnsMenu all={props.all} choice={choice} />
        </Counter>
        {tail.more && <MoreCame onRefresh={range.refresh} />}
        <ListBody
          pending={listed.pending}
          error={listed.error}
          retry={listed.refetch}
          count={rows.length}
          updatedAt={listed.updatedAt}
          empty={<Nothing projectId={projectId} filter={filter} range={range} set={set} />}
        >
          <Table
            label={props.label}
            rows={rows}
            columns={choice.shown}
            rowKey={rowKey}
            card={props.card}
            order={order}
            onOrder={(next) => set({ order: next === NEWEST ? undefined : next }, true)}
            onOpen={open}
            open={props.opened}
            hasMore={listed.hasMore}
            loadingMore={listed.loadingMore}
            onMore={listed.onMore}
            stale={listed.stale}
            selection={{ chosen: keys, onChange: choose, name: nameOf }}
            arranging={choice.arranging}
          />
        </ListBody>
        {search.peek && (
          <Peek
            projectId={projectId}
            fallback={<PeekFrame onClose={close} />}
            traceId={search.peek}
            search={search}
            onSearch={(change) => set(change, true)}
            onClose={close}
            onPrevious={at > 0 ? go(rows[at - 1]) : undefined}
            onNext={at >= 0 ? go(rows[at + 1]) : undefined}
          />
        )}
      </div>
    </HitsContext>
  );
}

/** All that match, sampled, become items of a data set. */
function KeepMatching({ projectId, matching }: { projectId: string; matching: Matching }) {
  const { t } = useSpeech();
  const { edit } = useRights(projectId);
  const [open, setOpen] = useState(false);
  if (!edit) return null;
  return (
    <>
      <IconButton icon={Database} label={t("data.from_list")} onClick={() => setOpen(true)} />
      {open && <AddToDataset projectId={projectId} sources={matching} onClose={() => setOpen(false)} />}
    </>
  );
}

/** More than is drawn came in meanwhile: reading the list again shows it from its top. */
function MoreCame({ onRefresh }: { onRefresh: () => void }) {
  const { t } = useSpeech();
  return (
    <div role="status" className="flex shrink-0 items-center gap-2 border-b bg-warn-soft px-4 py-1 text-xs text-warn">
      <span className="min-w-0 flex-1">{t("list.live_more")}</span>
      <Button small onClick={onRefresh}>
        {t("act.refresh")}
      </Button>
    </div>
  );
}

const NOTHING: ReadonlySet<string> = new Set();
/** What a view decides on; all of it is set when one is opened. */
export const CLEAN: Partial<TracesSearch> = {
  view: undefined,
  filter: undefined,
  columns: undefined,
  order: undefined,
  range: undefined,
  start: undefined,
  end: undefined,
  measure: undefined,
  saved: undefined,
  peek: undefined,
  span: undefined,
};

interface ChosenProps<R> extends ListViewProps<R> {
  rows: readonly R[];
  chosen: ReadonlySet<string>;
  exporting: { open: boolean; onOpen: (open: boolean) => void };
  onClear: () => void;
}

/** What can be done with the chosen rows. */
function Chosen<R extends TracedRow>({ projectId, view, range, order, rows, rowKey, chosen, exporting, onClear }: ChosenProps<R>) {
  const { t } = useSpeech();
  const { edit, annotate } = useRights(projectId);
  const client = useQueryClient();
  const remove = useRemoval();
  const traces = [...new Set(rows.filter((row) => chosen.has(rowKey(row))).map((row) => row.trace_id))];
  const many = chosen.size > MOST_CHOSEN;
  const [keeping, setKeeping] = useState(false);
  const [queueing, setQueueing] = useState(false);
  const sources = rows.filter((row) => chosen.has(rowKey(row))).map((row) => ({ trace_id: row.trace_id, span_id: view === "traces" ? "" : rowKey(row).slice(rowKey(row).lastIndexOf("/") + 1) }));
  const ids = view === "traces" ? traces : [...chosen].map((key) => key.slice(key.lastIndexOf("/") + 1));
  const filter = `${view === "traces" ? "trace" : "span"}:(${ids.map(quote).join(",")})`;
  const pair = view === "traces" && traces.length === 2 ? traces : null;
  return (
    <>
      <span className="flex items-center gap-1 text-xs font-medium whitespace-nowrap" role="status">
        {t("list.selected", { n: chosen.size })}
        <IconButton small icon={X} label={t("list.select_clear")} keys="esc" onClick={onClear} />
      </span>
      {many && <span className="text-xs text-warn max-lg:sr-only">{t("list.most_selected", { n: MOST_CHOSEN })}</span>}
      {pair && (
        <Link to="/project/$projectId/traces/$traceId/compare/$otherId" params={{ projectId, traceId: pair[0]!, otherId: pair[1]! }} className={buttonClass()}>
          <Columns2 size={14} aria-hidden />
          <span className="max-lg:sr-only">{t("list.compare")}</span>
        </Link>
      )}
      {!many && <ExportMenu {...exporting} projectId={projectId} chosen={chosen.size} question={{ list: view, start: range.start, end: Math.max(range.end, ...rows.map((row) => row.start_time + 1)), filter, order }} />}
      {edit && (
        <Button icon={Database} aria-label={t("data.add_to")} disabled={many} onClick={() => setKeeping(true)}>
          <span className="max-lg:sr-only">{t("data.add_to")}</span>
        </Button>
      )}
      {keeping && <AddToDataset projectId={projectId} sources={sources} onClose={() => setKeeping(false)} />}
      {annotate && (
        <Button icon={ClipboardPlus} aria-label={t("queue.add_to")} disabled={many} onClick={() => setQueueing(true)}>
          <span className="max-lg:sr-only">{t("queue.add_to")}</span>
        </Button>
      )}
      {queueing && <AddToQueue projectId={projectId} subjects={sources.map(({ trace_id, span_id }) => ({ trace_id, span_id, session_id: "" }))} onClose={() => setQueueing(false)} />}
      {view === "traces" && edit && (
        <Button
          look="danger"
          icon={Trash2}
          aria-label={t("list.delete_selected")}
          disabled={many}
          onClick={() => {
            remove({
              ids: traces,
              text: t("list.deleted", { n: traces.length }),
              run: () => deleteTraces(projectId, traces).then(() => client.invalidateQueries({ queryKey: [projectId] })),
            });
            onClear();
          }}
        >
          <span className={cx("max-lg:sr-only")}>{t("act.delete")}</span>
        </Button>
      )}
    </>
  );
}
