/** Items of experiments side by side: what each gave, and how it was scored. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ListTree, SearchX } from "lucide-react";
import { type Attempt, type ComparedItem, type ItemsAsked, comparedItems } from "@/api/datasets";
import { type ItemsSearch, SHOWS, type Show, lineOf, writtenOf } from "@/lib/datasets";
import { useSpeech } from "@/messages";
import { Badge } from "@/ui/badge";
import { Select } from "@/ui/field";
import { useLater } from "@/ui/later";
import { More } from "@/ui/more";
import { Empty, Failure, Rows } from "@/ui/states";
import { Switcher } from "@/ui/tabs";
import { Tip } from "@/ui/tip";
import { Changed } from "./changed";
import { isOwn, nameOf, writeValue } from "./metric";

interface ItemsProps {
  projectId: string;
  /** Ids, the baseline's first. */
  ids: readonly string[];
  names: readonly string[];
  metrics: readonly string[];
  lower: readonly string[];
  search: ItemsSearch;
  onSearch: (change: ItemsSearch) => void;
}

export function Items({ projectId, ids, names, metrics, lower, search, onSearch }: ItemsProps) {
  const { t } = useSpeech();
  const metric = search.metric && metrics.includes(search.metric) ? search.metric : (metrics[0] ?? "latency");
  const show = ids.length > 1 ? (search.show ?? "all") : "all";
  const asked: ItemsAsked = { baseline: ids[0]!, candidates: ids.slice(1), dataset: "", metric, show, lower_is_better: lower.includes(metric), limit: 25, offset: 0 };
  const query = useInfiniteQuery(comparedItems(projectId, asked));
  const late = useLater(query.isPending);
  const items = query.data?.pages.flatMap((page) => page.items);
  return (
    <section aria-label={t("exp.by_item")} className="flex flex-col gap-2">
      <header className="flex flex-wrap items-center gap-2">
        <h2 className="font-semibold">{t("exp.by_item")}</h2>
        <span className="text-fg-3">{t("cmp.ordered")}</span>
        <Select aria-label={t("exp.metric")} value={metric} onChange={(event) => onSearch({ metric: event.target.value })} className="w-auto! max-w-56">
          {metrics.map((one) => (
            <option key={one} value={one}>
              {nameOf(t, one)}
            </option>
          ))}
        </Select>
        {ids.length > 1 && (
          <Switcher<Show> label={t("exp.by_item")} options={SHOWS.map((key) => ({ key, label: t(`cmp.show.${key}`) }))} value={show} onChange={(next) => onSearch({ show: next === "all" ? undefined : next })} />
        )}
      </header>
      {query.error ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : !items ? (
        late && <Rows />
      ) : items.length === 0 ? (
        <Empty icon={SearchX} title={t("cmp.no_items")} />
      ) : (
        items.map((one) => <Item key={one.item_id} projectId={projectId} item={one} names={names} metric={metric} lower={isOwn(metric) || lower.includes(metric)} />)
      )}
      <More query={query} />
    </section>
  );
}

interface ItemProps {
  projectId: string;
  item: ComparedItem;
  names: readonly string[];
  metric: string;
  lower: boolean;
}

function Item({ projectId, item, names, metric, lower }: ItemProps) {
  const { t } = useSpeech();
  const first = writtenOf(item.attempts[0]?.[0]?.output);
  return (
    <article className="card overflow-hidden">
      <header className="flex flex-wrap items-baseline gap-x-4 gap-y-1 border-b bg-side px-3 py-2">
        <Labelled label={t("data.input")} value={item.input} />
        {item.expected_output !== null && item.expected_output !== undefined && <Labelled label={t("data.expected")} value={item.expected_output} />}
      </header>
      <div className="grid gap-px bg-line" style={{ gridTemplateColumns: `repeat(auto-fit, minmax(min(100%, 20rem), 1fr))` }}>
        {item.attempts.map((attempts, place) => (
          <div key={place} className="flex min-w-0 flex-col gap-2 bg-bg p-3">
            <p className="flex min-w-0 items-center gap-2 text-xs">
              <bdi className="truncate font-medium">{names[place]}</bdi>
              <Mean metric={metric} value={item.means[place]} baseline={place > 0 ? item.means[0] : undefined} lower={lower} />
            </p>
            {attempts.map((one, repetition) => (
              <Tried key={one.trace_id + one.span_id} projectId={projectId} attempt={one} against={place > 0 && repetition === 0 ? first : undefined} />
            ))}
          </div>
        ))}
      </div>
    </article>
  );
}

function Labelled({ label, value }: { label: string; value: unknown }) {
  return (
    <p className="min-w-0 max-w-full wrap-anywhere">
      <span className="mr-1.5 text-2xs text-fg-3">{label}</span>
      <bdi>{lineOf(value)}</bdi>
    </p>
  );
}

function Mean({ metric, value, baseline, lower }: { metric: string; value: number | null | undefined; baseline: number | null | undefined; lower: boolean }) {
  const { f } = useSpeech();
  if (value === null || value === undefined) return null;
  const gain = baseline === null || baseline === undefined ? 0 : (value - baseline) * (lower ? -1 : 1);
  return (
    <Badge tone={gain > 0 ? "ok" : gain < 0 ? "danger" : "neutral"} className="ml-auto">
      {writeValue(f, metric, value)}
    </Badge>
  );
}

function Tried({ projectId, attempt, against }: { projectId: string; attempt: Attempt; against: string | undefined }) {
  const { t, f } = useSpeech();
  const output = writtenOf(attempt.output);
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <div className="max-h-64 overflow-auto">
        {output === "" ? <span className="text-fg-3">{t("cmp.no_output")}</span> : <Changed before={against ?? output} after={output} />}
      </div>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-2xs text-fg-3">
        {attempt.failed && <Badge tone="danger">{t("cmp.failed")}</Badge>}
        {Object.entries(attempt.scores).sort().map(([name, value]) => (
          <span key={name} className="wrap-anywhere">
            {name} <b className="font-medium text-fg-2">{writeValue(f, name, value)}</b>
          </span>
        ))}
        {attempt.latency !== null && <span>{writeValue(f, "latency", attempt.latency)}</span>}
        {attempt.cost !== null && <span>{writeValue(f, "cost", attempt.cost)}</span>}
        <Tip text={t("cmp.open_trace")}>
          <Link
            aria-label={t("cmp.open_trace")}
            to="/project/$projectId/traces/$traceId"
            params={{ projectId, traceId: attempt.trace_id }}
            search={attempt.span_id ? { span: attempt.span_id } : {}}
            className="rounded hover:text-accent"
          >
            <ListTree size={13} aria-hidden />
          </Link>
        </Tip>
      </p>
    </div>
  );
}
