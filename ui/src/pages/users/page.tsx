/** One user: what they did, what it cost, and their latest sessions and traces. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, getRouteApi, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import * as ask from "@/api/queries";
import type { SessionRow, TraceRow } from "@/api/types";
import { PageHead } from "@/app/page";
import { term } from "@/lib/filter";
import { toPoints, totals } from "@/lib/series";
import { type Key, useSpeech } from "@/messages";
import { Chart } from "@/parts/chart";
import { Cost, Duration, Time } from "@/parts/figures";
import { type Range, useRange } from "@/parts/range";
import { RangePicker } from "@/parts/range-picker";
import { CopyButton } from "@/ui/copy";
import { useLater } from "@/ui/later";
import { Empty, Failure, Rows, Skeleton } from "@/ui/states";
import { Trouble } from "../traces/trace-columns";

const route = getRouteApi("/inside/project/$projectId/users/$userId");
const SHOWN = 20;

export function UserPage() {
  const { t } = useSpeech();
  const { projectId, userId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const range = useRange(projectId, search);
  const filter = term("user", userId);
  const part = { projectId, range, filter };
  return (
    <>
      <PageHead
        title={userId}
        heading={
          <span className="flex items-center gap-1.5">
            <span className="font-normal text-fg-3">{t("user.title")}</span>
            <span className="truncate">{userId}</span>
            <CopyButton text={userId} />
          </span>
        }
      >
        <RangePicker range={range} onChange={(next) => void navigate({ search: next })} />
      </PageHead>
      <div className="min-h-0 flex-1 overflow-y-auto px-4 pb-8">
        <div className="mx-auto flex max-w-[100rem] flex-col gap-4">
          <Sums {...part} />
          <Activity {...part} onZoom={(start, end) => void navigate({ search: { start, end } })} />
          <div className="grid gap-4 xl:grid-cols-2">
            <LatestTraces {...part} />
            <LatestSessions {...part} />
          </div>
        </div>
      </div>
    </>
  );
}

interface PartProps {
  projectId: string;
  range: Range;
  filter: string;
}

function Sums({ projectId, range: { start, end }, filter }: PartProps) {
  const { t, f } = useSpeech();
  const heads = useQuery(
    ask.chart(projectId, {
      view: "traces",
      measures: [{ measure: "count" }, { measure: "error_rate" }, { measure: "sessions" }, { measure: "latency", aggregation: "p95" }],
      start,
      end,
      filter,
    }),
  );
  const spans = useQuery(ask.chart(projectId, { view: "spans", measures: [{ measure: "cost" }, { measure: "total_tokens" }], start, end, filter }));
  const late = useLater(heads.isPending || spans.isPending);
  const [traces, errors, sessions, latency] = totals(heads.data);
  const [cost, tokens] = totals(spans.data);
  const all: [Key, number | null | undefined, (value: number) => string][] = [
    ["col.traces", traces, f.compact],
    ["col.sessions", sessions, f.compact],
    ["col.error_share", errors, f.percent],
    ["home.latency_p95", latency, f.duration],
    ["col.tokens", tokens, f.compact],
    ["col.cost", cost, f.money],
  ];
  return (
    <dl className="grid grid-cols-2 gap-3 sm:grid-cols-3 xl:grid-cols-6">
      {all.map(([title, value, format]) => (
        <div key={title} className="card px-3.5 py-3">
          <dt className="text-xs text-fg-2">{t(title)}</dt>
          <dd className="mt-1 h-7 text-xl font-semibold tracking-tight">
            {value === undefined ? late && <Skeleton className="h-5 w-16" /> : value === null ? "–" : format(value)}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Activity({ projectId, range, filter, onZoom }: PartProps & { onZoom: (start: number, end: number) => void }) {
  const { t, f } = useSpeech();
  const go = useNavigate();
  const query = useQuery(
    ask.chart(projectId, {
      view: "traces",
      measures: [{ measure: "count" }, { measure: "errors" }],
      bucket: "auto",
      start: range.start,
      end: range.end,
      filter,
      timezone: f.zone,
      limit: 10_000,
    }),
  );
  const points = useMemo(() => query.data && toPoints(query.data, { gap: 0 }), [query.data]);
  return (
    <section aria-label={t("home.traces_errors")} className="card px-3.5 pt-3 pb-2.5">
      <h2 className="mb-1.5 text-xs font-medium text-fg-2">{t("home.traces_errors")}</h2>
      <div className="min-h-[202px]">
        {query.error && <Failure error={query.error} retry={() => void query.refetch()} className="py-8!" />}
        {points && (
          <Chart
            label={t("home.traces_errors")}
            points={points}
            look="bars"
            sums
            name={(key) => t(key.endsWith("errors") ? "home.errors" : "home.traces")}
            color={(key) => (key.endsWith("errors") ? "--danger" : "--series-1")}
            format={f.compact}
            onZoom={onZoom}
            onPoint={(start, end) => void go({ to: "/project/$projectId/traces", params: { projectId }, search: { start, end, filter } })}
          />
        )}
      </div>
    </section>
  );
}

function LatestTraces({ projectId, range, filter }: PartProps) {
  const { t } = useSpeech();
  const query = useInfiniteQuery(ask.traces(projectId, { start: range.start, end: range.end, filter, order: "-start_time" }));
  return (
    <Latest
      title={t("nav.traces")}
      query={query}
      more={
        <Link to="/project/$projectId/traces" params={{ projectId }} search={{ ...range.search, filter }} className="rounded text-xs text-accent hover:underline">
          {t("home.see_traces")}
        </Link>
      }
      rows={query.data?.pages[0]?.items}
      rowKey={(row: TraceRow) => row.trace_id}
      row={(row) => (
        <Link to="/project/$projectId/traces/$traceId" params={{ projectId, traceId: row.trace_id }} className={LINE}>
          <span className="w-28 shrink-0 text-fg-3 max-sm:hidden"><Time at={row.start_time} /></span>
          <span className="flex w-40 shrink-0 items-center gap-1.5">
            <span className="truncate font-medium">{row.name || t("state.unnamed")}</span>
            <Trouble row={row} />
          </span>
          <span className="min-w-0 flex-1 truncate text-fg-2">{row.input_preview || row.output_preview}</span>
          <span className="shrink-0"><Cost value={row.total_cost} unpriced={row.unpriced} /></span>
        </Link>
      )}
    />
  );
}

function LatestSessions({ projectId, range, filter }: PartProps) {
  const { t } = useSpeech();
  const query = useInfiniteQuery(ask.sessions(projectId, { start: range.start, end: range.end, filter, order: "-end_time" }));
  return (
    <Latest
      title={t("nav.sessions")}
      query={query}
      more={
        <Link to="/project/$projectId/sessions" params={{ projectId }} search={{ ...range.search, filter }} className="rounded text-xs text-accent hover:underline">
          {t("act.all")}
        </Link>
      }
      rows={query.data?.pages[0]?.items}
      rowKey={(row: SessionRow) => row.session_id}
      row={(row) => (
        <Link to="/project/$projectId/sessions/$sessionId" params={{ projectId, sessionId: row.session_id }} className={LINE}>
          <span className="w-28 shrink-0 text-fg-3 max-sm:hidden"><Time at={row.end_time} /></span>
          <span className="w-40 shrink-0 truncate font-medium">{row.session_id}</span>
          <span className="min-w-0 flex-1 truncate text-fg-2">{row.first_input}</span>
          <span className="shrink-0 text-fg-3"><Duration micros={row.end_time - row.start_time} /></span>
        </Link>
      )}
    />
  );
}

const LINE = "flex h-8 items-center gap-3 px-3.5 hover:bg-hover focus-visible:-outline-offset-2";

interface LatestProps<R> {
  title: string;
  query: { isPending: boolean; error: unknown; refetch: () => unknown };
  more: ReactNode;
  rows: readonly R[] | undefined;
  rowKey: (row: R) => string;
  row: (row: R) => ReactNode;
}

function Latest<R>({ title, query, more, rows, rowKey, row }: LatestProps<R>) {
  const { t } = useSpeech();
  const late = useLater(query.isPending);
  return (
    <section aria-label={title} className="card min-w-0 overflow-hidden pb-1.5">
      <header className="flex items-center px-3.5 pt-3 pb-1.5">
        <h2 className="flex-1 text-xs font-medium text-fg-2">{title}</h2>
        {more}
      </header>
      {query.error ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : query.isPending ? (
        <div className="min-h-40">{late && <Rows count={4} />}</div>
      ) : rows?.length ? (
        <ul>
          {rows.slice(0, SHOWN).map((one) => (
            <li key={rowKey(one)}>{row(one)}</li>
          ))}
        </ul>
      ) : (
        <Empty title={t("home.no_data")} className="py-8! *:text-sm! *:font-normal! *:text-fg-3" />
      )}
    </section>
  );
}
