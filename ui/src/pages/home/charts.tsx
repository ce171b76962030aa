import { useSpeech } from "@/messages";
import { type Asked, ChartCard, percentile } from "@/parts/chart-card";
import { useMarks } from "@/parts/marks";
import type { Range } from "@/parts/range";
import { UsualCharts } from "@/parts/usual-charts";

const FIRST_TOKEN: Asked = {
  view: "spans",
  measures: [
    { measure: "time_to_first_token", aggregation: "p50" },
    { measure: "time_to_first_token", aggregation: "p95" },
  ],
};

interface ChartsProps {
  projectId: string;
  range: Range;
  /** Is the range before drawn too? */
  compare: boolean;
  onZoom: (start: number, end: number) => void;
  onPoint: (start: number, end: number, filter: string) => void;
}

export function Charts(props: ChartsProps) {
  const { f } = useSpeech();
  const marks = useMarks(props.projectId, props.range);
  return (
    <>
      <UsualCharts {...props} marks={marks} filter="" />
      <ChartCard
        {...props}
        marks={marks}
        title="home.ttft"
        question={FIRST_TOKEN}
        shape={{ gap: null }}
        look="lines"
        name={percentile}
        format={f.duration}
        onPoint={(start, end) => props.onPoint(start, end, "")}
      />
    </>
  );
}
