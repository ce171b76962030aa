/** Dashboards to begin with. Titles are told by the questions, so they follow the reader's language. */
import type { Widget, WidgetQuestion } from "@/api/types";
import { COLUMNS } from "@/lib/grid";
import type { Aggregation, Measured } from "@/lib/measures";
import { type WidgetKind, fitted, freshId } from "@/lib/widgets";

export const TEMPLATES = ["latency", "cost", "usage", "quality", "tools", "rag"] as const;
export type Template = (typeof TEMPLATES)[number];

type Sketch = [kind: WidgetKind, w: number, h: number, measures: Measured[], more?: Partial<WidgetQuestion>];

const m = (measure: Measured["measure"], aggregation?: Aggregation, key = ""): Measured => ({ measure, aggregation: aggregation ?? null, key });
const traces = { view: "traces" } as const;
/** Without what the server runs itself. */
export const LIVE = { ...traces, filter: "-environment:(evaluator or experiment or playground)" } as const;
const latency = (...ways: Aggregation[]) => ways.map((one) => m("latency", one));
const by = (dimension: string, more: Partial<WidgetQuestion> = {}) => ({ ...more, dimensions: [dimension] });

const OF_MODELS = { filter: "model:*" };
const TOOL = { filter: "kind:tool" };
const RETRIEVER = { filter: "kind:retriever" };
const RAG = { filter: "kind:retriever or kind:reranker or kind:embedding" };

const SKETCHES: Record<Exclude<Template, "quality">, Sketch[]> = {
  latency: [
    ["number", 3, 3, latency("p50"), traces],
    ["number", 3, 3, latency("p95"), traces],
    ["number", 3, 3, [m("time_to_first_token", "p95")]],
    ["number", 3, 3, [m("tokens_per_second", "avg")]],
    ["line", 6, 7, latency("p50", "p95", "p99"), traces],
    ["heatmap", 6, 7, latency("histogram"), traces],
    ["line", 6, 7, latency("p95"), by("model", { filter: "kind:llm" })],
    ["line", 6, 7, [m("time_to_first_token", "p50"), m("time_to_first_token", "p95")]],
    ["top", 6, 7, latency("p95"), by("name")],
    ["histogram", 6, 7, latency("histogram"), traces],
  ],
  cost: [
    ["number", 3, 3, [m("cost", "sum")]],
    ["number", 3, 3, [m("cost", "avg")], traces],
    ["number", 3, 3, [m("total_tokens", "sum")]],
    ["number", 3, 3, [m("count")], traces],
    ["bar", 8, 7, [m("cost", "sum")], by("model", OF_MODELS)],
    ["pie", 4, 7, [m("cost", "sum")], by("model", OF_MODELS)],
    ["area", 6, 7, [m("input_tokens", "sum"), m("output_tokens", "sum")]],
    ["line", 6, 7, [m("cost", "avg"), m("cost", "p95")], traces],
    ["top", 6, 7, [m("cost", "sum")], by("user")],
    ["top", 6, 7, [m("cost", "sum")], by("trace_name")],
    ["table", 12, 7, [m("cost", "sum"), m("count"), m("input_tokens", "sum"), m("output_tokens", "sum")], { ...OF_MODELS, dimensions: ["model", "provider"] }],
  ],
  usage: [
    ["number", 3, 3, [m("count")], traces],
    ["number", 3, 3, [m("users")], traces],
    ["number", 3, 3, [m("sessions")], traces],
    ["number", 3, 3, [m("total_tokens", "sum")]],
    ["bar", 6, 7, [m("count")], by("environment", traces)],
    ["line", 6, 7, [m("users"), m("sessions")], traces],
    ["area", 6, 7, [m("total_tokens", "sum")], by("model", OF_MODELS)],
    ["bar", 6, 7, [m("count")], by("release", traces)],
    ["top", 4, 7, [m("count")], by("trace_name", traces)],
    ["top", 4, 7, [m("count")], by("user", traces)],
    ["pie", 4, 7, [m("count")], by("tags", traces)],
  ],
  tools: [
    ["number", 4, 3, [m("count")], TOOL],
    ["number", 4, 3, [m("error_rate")], TOOL],
    ["number", 4, 3, latency("p95"), TOOL],
    ["bar", 6, 7, [m("count")], by("name", TOOL)],
    ["line", 6, 7, [m("error_rate")], by("name", TOOL)],
    ["line", 6, 7, latency("p95"), by("name", TOOL)],
    ["top", 6, 7, [m("count")], by("status", { filter: "kind:tool level:error" })],
    ["table", 12, 7, [m("count"), m("errors"), m("error_rate"), ...latency("p50", "p95")], by("name", TOOL)],
  ],
  rag: [
    ["number", 4, 3, [m("count")], RETRIEVER],
    ["number", 4, 3, latency("p95"), RETRIEVER],
    ["number", 4, 3, [m("error_rate")], RETRIEVER],
    ["bar", 6, 7, [m("count")], by("kind", RAG)],
    ["line", 6, 7, latency("p95"), by("kind", RAG)],
    ["heatmap", 6, 7, latency("histogram"), RETRIEVER],
    ["area", 6, 7, [m("input_tokens", "sum")], by("model", { filter: "kind:embedding" })],
    ["table", 12, 7, [m("count"), m("error_rate"), ...latency("p50", "p95")], { ...RAG, dimensions: ["kind", "name"] }],
  ],
};

/** Scores are called as the project calls them. */
function quality(scores: readonly string[]): Sketch[] {
  const some = scores.slice(0, 4);
  return [
    ["number", 3, 3, [m("error_rate")], LIVE],
    ...some.slice(0, 3).map((name): Sketch => ["number", 3, 3, [m("score", "avg", name)], LIVE]),
    ...some.flatMap((name): Sketch[] => [
      ["line", 6, 7, [m("score", "avg", name)], LIVE],
      ["histogram", 6, 7, [m("score", "histogram", name)], LIVE],
      ["line", 6, 7, [m("score", "avg", name)], by("release", LIVE)],
      ["table", 6, 7, [m("score", "avg", name), m("score", "count", name)], by("trace_name", LIVE)],
    ]),
    ["line", 6, 7, [m("error_rate")], LIVE],
    ["top", 6, 7, [m("errors")], by("name", { filter: LIVE.filter })],
  ];
}

export function widgetsOf(template: Template, scores: readonly string[], own: (measure: Measured) => Aggregation): Widget[] {
  const sketches = template === "quality" ? quality(scores) : SKETCHES[template];
  let x = 0;
  let y = 0;
  let high = 0;
  const widgets: Widget[] = [];
  for (const [kind, w, h, measures, more] of sketches) {
    if (x + w > COLUMNS) [x, y, high] = [0, y + high, 0];
    const plain: WidgetQuestion = { view: "spans", dimensions: [], bucket: "none", filter: "", order: "", limit: 1000, ...more, measures };
    widgets.push({ id: freshId(), title: "", kind, question: fitted(plain, kind, own), x, y, w, h });
    x += w;
    high = Math.max(high, h);
  }
  return widgets;
}
