/** Two traces side by side: what they share, where they part, and what each span made different. */
import { useQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowLeftRight, GitCompareArrows, Split as Parting } from "lucide-react";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import * as ask from "@/api/queries";
import type { SpanRow, TraceRow } from "@/api/types";
import { NOTHING_READ, type Pair, type Whole, compare, divergence, lines, unlike, withWhole } from "@/lib/compare";
import { references } from "@/lib/attachments";
import { parseBody, plainText } from "@/lib/json";
import { useSpeech } from "@/messages";
import { TabTitle } from "@/app/page";
import { Attachment } from "@/parts/attachment";
import { Missing } from "@/parts/figures";
import { KindIcon } from "@/parts/kind";
import { Badge } from "@/ui/badge";
import { Button, IconButton, buttonClass } from "@/ui/button";
import { cx } from "@/ui/cx";
import { useLater } from "@/ui/later";
import { useNarrow } from "@/ui/media";
import { useShortcuts } from "@/ui/shortcuts";
import { Split } from "@/ui/split";
import { Empty, Failure, Rows } from "@/ui/states";
import { useTrace } from "./use-trace";

const route = getRouteApi("/inside/project/$projectId/traces/$traceId/compare/$otherId");
const ROW = 34;

export function ComparePage() {
  const { t } = useSpeech();
  const { projectId, traceId, otherId } = route.useParams();
  const navigate = route.useNavigate();
  const left = useTrace(projectId, traceId);
  const right = useTrace(projectId, otherId);
  const late = useLater(!left.first || !right.first);
  const failed = [left, right].find((one) => one.query.error && !one.first);
  if (failed) return <Failure error={failed.query.error} retry={() => void failed.query.refetch()} className="flex-1" />;
  if (!left.first || !right.first) return late && <Rows count={14} />;
  return (
    <>
      <TabTitle text={t("compare.title")} />
      <header className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b px-4 py-2">
        <h1 className="flex items-center gap-2 text-base font-semibold">
          <GitCompareArrows size={16} aria-hidden className="text-fg-3" />
          {t("compare.title")}
        </h1>
        <IconButton
          icon={ArrowLeftRight}
          label={t("compare.swap")}
          onClick={() =>
            void navigate({
              to: "/project/$projectId/traces/$traceId/compare/$otherId",
              params: { projectId, traceId: otherId, otherId: traceId },
              replace: true,
            })
          }
        />
        {(left.loading || right.loading) && <span className="text-xs text-fg-3">{t("act.loading")}</span>}
      </header>
      <Totals projectId={projectId} left={left.first.trace} right={right.first.trace} />
      <Comparison key={`${traceId} ${otherId}`} projectId={projectId} left={left} right={right} />
    </>
  );
}

function Totals({ projectId, left, right }: { projectId: string; left: TraceRow; right: TraceRow }) {
  const { t, f } = useSpeech();
  const facts = [
    { name: t("col.duration"), of: (trace: TraceRow) => trace.duration, write: f.duration },
    { name: t("col.spans"), of: (trace: TraceRow) => trace.spans, write: f.integer },
    { name: t("col.tokens"), of: (trace: TraceRow) => trace.total_tokens, write: f.integer },
    { name: t("col.cost"), of: (trace: TraceRow) => trace.total_cost, write: f.money },
    { name: t("compare.errors"), of: (trace: TraceRow) => trace.errors, write: f.integer },
  ];
  return (
    <div className="shrink-0 overflow-x-auto border-b px-4 py-2">
      <table className="w-full max-w-4xl">
        <thead>
          <tr className="text-left text-xs text-fg-3">
            <th scope="col" className="h-6 pr-4 font-medium">{t("trace.title")}</th>
            {facts.map((fact) => (
              <th key={fact.name} scope="col" className="px-3 text-right font-medium whitespace-nowrap">{fact.name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[left, right].map((trace, index) => (
            <tr key={index}>
              <th scope="row" className="h-7 pr-4 text-left font-normal">
                <Side of={index === 0 ? "left" : "right"} />
                <Link to="/project/$projectId/traces/$traceId" params={{ projectId, traceId: trace.trace_id }} className="ml-2 text-accent hover:underline">
                  {trace.name || t("state.unnamed")}
                </Link>
                <span className="ml-2 text-xs whitespace-nowrap text-fg-3">{f.clock(trace.start_time)}</span>
              </th>
              {facts.map((fact) => (
                <td key={fact.name} className="px-3 text-right whitespace-nowrap">
                  {fact.write(fact.of(trace))}
                  {index === 1 && <Change from={fact.of(left)} to={fact.of(right)} />}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const Side = ({ of }: { of: "left" | "right" }) => (
  <span className={cx("inline-grid size-4.5 place-items-center rounded text-2xs font-semibold", of === "left" ? "bg-danger-soft text-danger" : "bg-ok-soft text-ok")}>
    {of === "left" ? "A" : "B"}
  </span>
);

/** More is rarely better here: more time, more tokens, more cost. */
function Change({ from, to }: { from: number; to: number }) {
  const { f } = useSpeech();
  const text = from === to ? null : f.change(to, from);
  return text && <span className={cx("ml-1.5 text-2xs", to > from ? "text-danger" : "text-ok")}>{text}</span>;
}

type Loaded = ReturnType<typeof useTrace>;

function Comparison({ projectId, left, right }: { projectId: string; left: Loaded; right: Loaded }) {
  const { t } = useSpeech();
  const [onlyDifferent, setOnlyDifferent] = useState(false);
  const [chosen, setChosen] = useState<number | null>(null);
  const a = useMemo(() => ({ spans: left.spans, tree: left.tree }), [left.spans, left.tree]);
  const b = useMemo(() => ({ spans: right.spans, tree: right.tree }), [right.spans, right.tree]);
  const previewed = useMemo(() => compare(a, b), [a, b]);
  /** What was found where whole inputs and outputs were looked at. */
  const [read, setRead] = useState<Whole>(NOTHING_READ);
  const pairs = useMemo(() => withWhole(previewed, read), [previewed, read]);
  const parts = useMemo(() => divergence(pairs, a, b), [pairs, a, b]);
  const rows = useMemo(
    () => pairs.map((_, index) => index).filter((index) => !onlyDifferent || pairs[index]!.differences.length > 0),
    [pairs, onlyDifferent],
  );
  const selected = chosen ?? Math.max(0, parts);
  const different = useMemo(() => pairs.reduce((sum, pair) => sum + (pair.differences.length ? 1 : 0), 0), [pairs]);
  const step = (by: 1 | -1, wanted: (index: number) => boolean) => {
    const next = by === 1 ? rows.find((row) => row > selected && wanted(row)) : rows.findLast((row) => row < selected && wanted(row));
    if (next !== undefined) setChosen(next);
  };
  const differs = (index: number) => pairs[index]!.differences.length > 0;
  useShortcuts({
    j: () => step(1, () => true),
    k: () => step(-1, () => true),
    n: () => step(1, differs),
    p: () => step(-1, differs),
  });
  const narrow = useNarrow();
  const pair = pairs[selected];
  const bodies = [useBodies(projectId, left.spans[pair?.left ?? -1]), useBodies(projectId, right.spans[pair?.right ?? -1])] as const;
  const now = unlike(bodies[0].data, bodies[1].data);
  if (now && read.get(selected)?.join() !== now.join()) setRead(new Map(read).set(selected, now));
  const list = (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex min-h-10 shrink-0 flex-wrap items-center gap-2 border-b px-3 py-1">
        <span className="text-xs text-fg-2">{different ? t("compare.differences", { n: different }) : t("compare.same")}</span>
        {parts >= 0 && (
          <Button small icon={Parting} onClick={() => setChosen(parts)}>
            {t("compare.first")}
          </Button>
        )}
        <label className="ml-auto flex cursor-pointer items-center gap-1.5 text-xs text-fg-2">
          <input type="checkbox" checked={onlyDifferent} onChange={(event) => setOnlyDifferent(event.target.checked)} className="accent-(--accent)" />
          {t("compare.only")}
        </label>
      </div>
      <Pairs pairs={pairs} rows={rows} left={left.spans} right={right.spans} parts={parts} selected={selected} onSelect={setChosen} onStep={(by) => step(by, () => true)} />
    </div>
  );
  const detail = pair && <Detail key={selected} bodies={bodies} one={left.spans[pair.left]} other={right.spans[pair.right]} />;
  if (narrow && chosen !== null) {
    return (
      <div className="flex min-h-0 flex-1 flex-col">
        <button type="button" onClick={() => setChosen(null)} className={cx(buttonClass("ghost"), "m-1 self-start")}>
          {t("act.back")}
        </button>
        {detail}
      </div>
    );
  }
  return narrow ? list : <Split name="compare" label={t("compare.title")} left={list} right={detail} />;
}

interface PairsProps {
  pairs: readonly Pair[];
  rows: readonly number[];
  left: readonly SpanRow[];
  right: readonly SpanRow[];
  parts: number;
  selected: number;
  onSelect: (index: number) => void;
  onStep: (by: 1 | -1) => void;
}

function Pairs({ pairs, rows, left, right, parts, selected, onSelect, onStep }: PairsProps) {
  const { t, f } = useSpeech();
  const frame = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => frame.current, estimateSize: () => ROW, overscan: 15 });
  const at = rows.indexOf(selected);
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: "auto" });
  }, [at, virtual]);
  const press = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") onStep(1);
    else if (event.key === "ArrowUp") onStep(-1);
    else return;
    event.preventDefault();
  };
  const time = (span: SpanRow | undefined) => (span?.end_time ? f.duration(span.end_time - span.start_time) : <Missing />);
  return (
    <div
      ref={frame}
      role="tree"
      tabIndex={0}
      aria-label={t("compare.title")}
      aria-activedescendant={at >= 0 ? `pair-${selected}` : undefined}
      onKeyDown={press}
      className="min-h-0 flex-1 overflow-auto outline-none focus-visible:-outline-offset-2"
    >
      <div role="presentation" className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const index = rows[item.index]!;
          const pair = pairs[index]!;
          const [one, other] = [left[pair.left], right[pair.right]];
          const span = (one ?? other)!;
          return (
            <div
              key={index}
              id={`pair-${index}`}
              role="treeitem"
              aria-level={pair.depth + 1}
              tabIndex={-1}
              aria-selected={index === selected}
              onClick={() => onSelect(index)}
              onKeyDown={(event) => event.key === "Enter" && onSelect(index)}
              className={cx(
                "absolute inset-x-0 flex cursor-pointer items-center gap-1.5 pr-3",
                index === selected ? "bg-selected" : !other ? "bg-danger-soft" : !one ? "bg-ok-soft" : "hover:bg-hover",
                index === parts && "shadow-[inset_3px_0_0_var(--warn)]",
              )}
              style={{ height: ROW, transform: `translateY(${item.start}px)`, paddingLeft: 10 + Math.min(pair.depth, 14) * 12 }}
            >
              <KindIcon kind={span.kind} />
              <span className="min-w-12 truncate">{span.name || t("state.unnamed")}</span>
              {index === parts && <Badge tone="warn">{t("compare.parts")}</Badge>}
              {!other && <Badge tone="danger">{t("compare.only_a")}</Badge>}
              {!one && <Badge tone="ok">{t("compare.only_b")}</Badge>}
              {one && other && pair.differences.length > 0 && (
                <span className="truncate text-2xs text-fg-3">{f.listed(pair.differences.map((each) => t(`compare.${each === "missing" ? "parts" : each}`)))}</span>
              )}
              <span className="flex-1" />
              <span className="shrink-0 text-2xs whitespace-nowrap text-fg-2">
                {time(one)} → {time(other)}
              </span>
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** Characters of a body that are compared. */
const SHOWN = 100_000;

function Detail({ bodies, one, other }: { bodies: readonly Body[]; one: SpanRow | undefined; other: SpanRow | undefined }) {
  const { t, f } = useSpeech();
  const facts = [
    { name: t("span.latency"), of: (span: SpanRow) => span.end_time - span.start_time, write: f.duration },
    { name: t("usage.input"), of: (span: SpanRow) => span.input_tokens, write: f.integer },
    { name: t("usage.output"), of: (span: SpanRow) => span.output_tokens, write: f.integer },
    { name: t("span.cost"), of: (span: SpanRow) => span.total_cost, write: f.money },
  ];
  const failure = bodies.find((body) => body.error);
  return (
    <section aria-label={(one ?? other)?.name} className="flex min-h-0 flex-1 flex-col gap-3 overflow-y-auto p-4">
      <h2 className="flex items-center gap-2 text-base font-semibold">
        <KindIcon kind={(one ?? other)?.kind ?? "span"} size={16} />
        <span className="min-w-0 truncate">{(one ?? other)?.name || t("state.unnamed")}</span>
      </h2>
      <dl className="grid grid-cols-[repeat(auto-fill,minmax(12rem,1fr))] gap-2">
        {(one?.model ?? "") !== (other?.model ?? "") && (
          <div className="card px-3 py-2">
            <dt className="text-xs text-fg-3">{t("span.model")}</dt>
            <dd className="wrap-anywhere">
              {one?.model || <Missing />} → {other?.model || <Missing />}
            </dd>
          </div>
        )}
        {facts
          .filter((fact) => (one && fact.of(one)) || (other && fact.of(other)))
          .map((fact) => (
            <div key={fact.name} className="card px-3 py-2">
              <dt className="text-xs text-fg-3">{fact.name}</dt>
              <dd>
                {one ? fact.write(fact.of(one)) : <Missing />} → {other ? fact.write(fact.of(other)) : <Missing />}
                {one && other && <Change from={fact.of(one)} to={fact.of(other)} />}
              </dd>
            </div>
          ))}
      </dl>
      {failure && <Failure error={failure.error} retry={() => void failure.refetch()} />}
      {(["input", "output"] as const).map((side) => (
        <Texts key={side} title={t(`span.${side}`)} left={bodies[0]!.data?.[side]} right={bodies[1]!.data?.[side]} waits={bodies.some((body) => body.isLoading)} />
      ))}
    </section>
  );
}

type Body = ReturnType<typeof useBodies>;

const useBodies = (projectId: string, span: SpanRow | undefined) =>
  useQuery({ ...ask.span(projectId, span?.trace_id ?? "", span?.span_id ?? "", SHOWN), enabled: span !== undefined });

const readable = (text: string): string => {
  const value = parseBody(text);
  return value === undefined ? plainText(text) : JSON.stringify(value, null, 2);
};

function Texts({ title, left, right, waits }: { title: string; left: string | undefined; right: string | undefined; waits: boolean }) {
  const { t } = useSpeech();
  const told = useMemo(() => lines(readable(left ?? ""), readable(right ?? "")), [left, right]);
  const same = told.every((line) => line.side === "both");
  return (
    <section aria-label={title} className="card overflow-hidden">
      <h3 className="flex h-9 items-center gap-2 border-b bg-side px-3 text-xs font-medium text-fg-2">
        {title}
        {!waits && same && <Badge>{t("compare.equal")}</Badge>}
      </h3>
      {!waits && !left && !right && <Empty title={t("span.no_bodies")} className="py-6" />}
      {!waits && (left || right) && (
        <ol className="max-h-[60dvh] overflow-auto py-1 font-mono text-xs leading-5">
          {told.map((line, index) => (
            <li
              key={index}
              className={cx(
                "flex px-3 whitespace-pre-wrap [contain-intrinsic-size:auto_1.25rem] [content-visibility:auto] wrap-anywhere",
                line.side === "left" && "bg-danger-soft",
                line.side === "right" && "bg-ok-soft",
              )}
            >
              <span className="w-5 shrink-0 text-fg-3 select-none">{line.side === "left" ? "−" : line.side === "right" ? "+" : ""}</span>
              <span className="min-w-0">
                {line.text}
                {references(line.text).map((one) => (
                  <span key={one.id} className="block">
                    <Attachment reference={one} />
                  </span>
                ))}
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
