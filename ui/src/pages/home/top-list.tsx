import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import * as ask from "@/api/queries";
import type { ChartQuestion } from "@/api/types";
import { addTerm } from "@/lib/filter";
import type { RangeSearch } from "@/lib/time";
import { type Key, useSpeech } from "@/messages";
import { Cost } from "@/parts/figures";
import type { Range } from "@/parts/range";
import { cx } from "@/ui/cx";
import { useLater } from "@/ui/later";
import { Empty, Failure, Rows } from "@/ui/states";

const MEASURES: ChartQuestion["measures"] = [{ measure: "traces" }, { measure: "count" }, { measure: "cost" }];
const SHOWN = 7;
/** For as many rows as there can be: what is below stays where it is when they come. */
const ROOM = "min-h-56";

interface TopListProps {
  projectId: string;
  range: Range;
  search: RangeSearch;
  title: Key;
  dimension: string;
  /** In the filter language. */
  field: string;
  view: "spans" | "traces";
  /** What all of them are narrowed to. */
  filter?: string;
}

/** The most expensive values of a field, then the most frequent ones. */
export function TopList({ projectId, range, search, title, dimension, field, view, filter = "" }: TopListProps) {
  const { t, f } = useSpeech();
  const query = useQuery(
    ask.chart(projectId, { view, measures: MEASURES, dimensions: [dimension], filter, start: range.start, end: range.end, order: "-sum_cost", limit: 200 }),
  );
  const late = useLater(query.isPending);
  const rows = (query.data?.rows ?? [])
    .map((row) => ({ value: String(row[0] ?? ""), traces: Number(row[1]), calls: Number(row[2]), cost: row[3] === null ? null : Number(row[3]) }))
    .filter((row) => row.value !== "")
    .sort((a, b) => (b.cost ?? 0) - (a.cost ?? 0) || b.traces - a.traces || b.calls - a.calls)
    .slice(0, SHOWN);
  const most = Math.max(...rows.map((row) => row.cost ?? 0), 0);
  return (
    <section aria-label={t(title)} className="card min-w-0 overflow-hidden pb-1.5">
      <h2 className="flex px-3.5 pt-3 pb-1.5 text-xs font-medium text-fg-2">
        <span className="flex-1">{t(title)}</span>
        <span className="w-20 text-right font-normal text-fg-3">{t("home.traces")}</span>
        <span className="w-24 text-right font-normal text-fg-3">{t("home.cost")}</span>
      </h2>
      {query.error ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : query.isPending ? (
        <div className={ROOM}>{late && <Rows count={6} />}</div>
      ) : rows.length === 0 ? (
        <Empty title={t("home.no_data")} className="min-h-56 py-8! *:text-sm! *:font-normal! *:text-fg-3" />
      ) : (
        <ul className={cx(ROOM, query.isPlaceholderData && "opacity-60")}>
          {rows.map((row) => (
            <li key={row.value}>
              <Link
                to="/project/$projectId/traces"
                params={{ projectId }}
                search={{ ...search, filter: addTerm(filter, field, row.value) }}
                className="relative flex h-8 items-center px-3.5 hover:bg-hover focus-visible:-outline-offset-2"
              >
                <span aria-hidden className="absolute inset-y-1 left-1.5 rounded bg-accent-soft opacity-60" style={{ width: `calc(${most ? ((row.cost ?? 0) / most) * 100 : 0}% * 0.97)` }} />
                <span className="relative min-w-0 flex-1 truncate">{row.value}</span>
                <span className="relative w-20 text-right">{f.compact(row.traces)}</span>
                <span className="relative w-24 text-right"><Cost value={row.cost} /></span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
