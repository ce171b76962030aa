/** A question over time as a card with its chart: while it is asked, failed, empty, or answered. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import * as ask from "@/api/queries";
import type { ChartQuestion } from "@/api/types";
import { rateOf } from "@/lib/freed";
import { type Points, type Shape, shifted, toPoints } from "@/lib/series";
import { type Span, before } from "@/lib/time";
import { type Key, useSpeech } from "@/messages";
import { Chart, type ChartProps } from "@/parts/chart";
import type { Range } from "@/parts/range";
import { useFreedChart } from "@/parts/use-freed-chart";
import { cx } from "@/ui/cx";
import { useLater } from "@/ui/later";
import { Empty, Failure, Skeleton } from "@/ui/states";

export type Asked = Pick<ChartQuestion, "view" | "measures" | "dimensions" | "filter">;

/** `p95_latency` is told by its `p95`. */
export const percentile = (key: string) => key.split("_")[0] ?? key;

/** A legend of many groups takes several lines: what is below stays where it is when it comes. */
const GROUPED = "min-h-[242px] max-sm:min-h-[262px] 2xl:min-h-[262px]";

interface ChartCardProps extends Omit<ChartProps, "label" | "points" | "before"> {
  projectId: string;
  range: Range;
  /** Is the range before drawn too? */
  compare: boolean;
  title: Key;
  question: Asked;
  /** What to say where every value is 0, if that is news and no lack of data. */
  zero?: string;
  shape: Shape;
}

export function ChartCard({ projectId, range, compare, title, question, shape, zero, ...chart }: ChartCardProps) {
  const { t, f } = useSpeech();
  const over = ({ start, end }: Span) => ask.chart(projectId, { ...question, bucket: "auto", start, end, timezone: f.zone, limit: 10_000 });
  const query = useQuery(over(range));
  const earlier = useQuery({ ...over(before(range)), enabled: compare });
  const late = useLater(query.isPending);
  const { gap, top } = shape;
  const points = useMemo(() => (query.data ? withoutNothing(toPoints(query.data, { gap, top })) : null), [query.data, gap, top]);
  const old = useMemo(
    () => (compare && points && earlier.data && !earlier.isPlaceholderData ? shifted(toPoints(earlier.data, { gap, top }), points.times, range.end - range.start) : undefined),
    [compare, points, earlier, gap, top, range],
  );
  const at = useFreedChart(projectId, query.isPlaceholderData ? undefined : query.data?.question);
  const freed = at && points ? (key: string, index: number) => rateOf(at([points.times[index], ...(question.dimensions?.length ? [key] : [])]))?.value : undefined;
  const nothing = points !== null && points.series.every((one) => one.values.every((value) => !value));
  const told = zero && points?.series.some((one) => one.values.includes(0)) ? zero : t("home.no_data");
  const unknown = points?.series.some((one) => one.total === null) ? chart.unknown : undefined;
  return (
    <section aria-label={t(title)} className={cx("card min-w-0 px-3.5 pt-3 pb-2.5", query.isPlaceholderData && "opacity-60")}>
      <h2 className="mb-1.5 text-xs font-medium text-fg-2">{t(title)}</h2>
      <div className={question.dimensions?.length ? GROUPED : "min-h-[202px]"}>
        {query.error ? (
          <Failure error={query.error} retry={() => void query.refetch()} className="py-8!" />
        ) : points === null ? (
          late && <Skeleton className="h-[176px]" />
        ) : nothing ? (
          <Empty title={unknown ?? told} className="h-[202px] py-0! *:text-sm! *:font-normal! *:text-fg-3" />
        ) : (
          <Chart label={t(title)} points={points} before={old} freed={freed} {...chart} />
        )}
      </div>
    </section>
  );
}

/** Groups that never had a value would only lengthen the legend. */
function withoutNothing(points: Points): Points {
  if (points.series.length < 3) return points;
  return { ...points, series: points.series.filter((one) => one.total !== 0) };
}
