/** The calls of a trace as a graph to move and zoom in; a node leads to its spans. */
import { Graph as Layout, layout } from "@dagrejs/dagre";
import { CircleAlert, Maximize, ZoomIn, ZoomOut } from "lucide-react";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { SpanRow } from "@/api/types";
import { type Edge, type Graph as Calls, type Node, callGraph, deciding } from "@/lib/call-graph";
import type { Tree } from "@/lib/tree";
import { useSpeech } from "@/messages";
import { KindIcon, kindColor } from "@/parts/kind";
import { IconButton } from "@/ui/button";
import { cx } from "@/ui/cx";
import { useShortcuts } from "@/ui/shortcuts";
import { Switcher } from "@/ui/tabs";

interface GraphProps {
  spans: readonly SpanRow[];
  tree: Tree;
  selected: string;
  onSelect: (spanId: string) => void;
}

/** More nodes than this nobody can read, and the page would stand still. */
const MOST = 150;
/** Ranks that the edges may skip which are laid out around the nodes; the others go straight. */
const SKIPPED = 200;
const WIDTH = 184;
const HEIGHT = 54;
const PAD = 24;

interface Look {
  x: number;
  y: number;
  zoom: number;
}

const bound = (zoom: number) => Math.min(2, Math.max(0.15, zoom));

export function Graph({ spans, tree, selected, onSelect }: GraphProps) {
  const { t } = useSpeech();
  const [each, setEach] = useState(false);
  const calls = useMemo(() => callGraph(spans, tree, !each, MOST), [spans, tree, each]);
  const placed = useMemo(() => place(calls), [calls]);
  const frame = useRef<HTMLDivElement>(null);
  const [look, setLook] = useState<Look>({ x: 0, y: 0, zoom: 1 });
  const fit = () => frame.current && setLook(fitted(frame.current, placed));
  useLayoutEffect(() => {
    if (frame.current) setLook(fitted(frame.current, placed));
  }, [placed]);
  const move = (x: number, y: number) => setLook((old) => ({ ...old, x: old.x + x, y: old.y + y }));
  const zoom = (by: number, x = (frame.current?.clientWidth ?? 0) / 2, y = (frame.current?.clientHeight ?? 0) / 2) =>
    setLook((old) => {
      const next = bound(old.zoom * by);
      // What lies under the pointer stays there.
      return { x: x - ((x - old.x) * next) / old.zoom, y: y - ((y - old.y) * next) / old.zoom, zoom: next };
    });
  useEffect(() => {
    const box = frame.current;
    if (!box) return undefined;
    const stop = new AbortController();
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const { left, top } = box.getBoundingClientRect();
      if (event.ctrlKey || event.metaKey) zoom(Math.exp(-event.deltaY / 300), event.clientX - left, event.clientY - top);
      else move(-event.deltaX, -event.deltaY);
    };
    const grab = (event: PointerEvent) => {
      if (!(event.target as Element).closest("button")) box.setPointerCapture(event.pointerId);
    };
    const drag = (event: PointerEvent) => {
      if (box.hasPointerCapture(event.pointerId)) move(event.movementX, event.movementY);
    };
    // A node that gets the focus is scrolled to: the drawing moves instead.
    const scroll = () => {
      move(-box.scrollLeft, -box.scrollTop);
      box.scrollTo(0, 0);
    };
    box.addEventListener("wheel", wheel, { passive: false, signal: stop.signal });
    box.addEventListener("pointerdown", grab, { signal: stop.signal });
    box.addEventListener("pointermove", drag, { signal: stop.signal });
    box.addEventListener("scroll", scroll, { signal: stop.signal });
    return () => stop.abort();
  }, []);
  useShortcuts({
    ArrowLeft: () => move(40, 0),
    ArrowRight: () => move(-40, 0),
    ArrowUp: () => move(0, 40),
    ArrowDown: () => move(0, -40),
    "+": () => zoom(1.25),
    "=": () => zoom(1.25),
    "-": () => zoom(0.8),
    "0": () => void fit(),
  });
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex h-11 shrink-0 items-center gap-1 border-b px-3">
        <Switcher
          label={t("graph.mode")}
          options={[
            { key: "together", label: t("graph.together") },
            { key: "each", label: t("graph.each") },
          ]}
          value={each ? "each" : "together"}
          onChange={(next) => setEach(next === "each")}
        />
        <span className="flex-1" />
        <IconButton small icon={ZoomOut} label={t("graph.out")} keys="-" onClick={() => zoom(0.8)} />
        <IconButton small icon={ZoomIn} label={t("graph.in")} keys="=" onClick={() => zoom(1.25)} />
        <IconButton small icon={Maximize} label={t("graph.fit")} keys="0" onClick={fit} />
      </div>
      {calls.left > 0 && <p className="shrink-0 bg-warn-soft px-3 py-1.5 text-xs text-warn">{t("graph.many", { n: spans.length - calls.left })}</p>}
      <div
        ref={frame}
        role="group"
        aria-label={t("graph.title")}
        title={t("graph.hint")}
        className="relative min-h-0 flex-1 cursor-grab touch-none overflow-hidden bg-side active:cursor-grabbing"
      >
        <div className="absolute top-0 left-0 origin-top-left" style={{ width: placed.width, height: placed.height, transform: `translate(${look.x}px, ${look.y}px) scale(${look.zoom})` }}>
          <Edges edges={placed.edges} width={placed.width} height={placed.height} />
          {placed.nodes.map(({ node, x, y }) => (
            <NodeCard key={node.key} node={node} x={x} y={y} selected={selected} onSelect={onSelect} />
          ))}
        </div>
      </div>
    </div>
  );
}

interface Point {
  x: number;
  y: number;
}

interface Placed {
  nodes: { node: Node; x: number; y: number }[];
  edges: { edge: Edge; points: Point[] }[];
  width: number;
  height: number;
}

function place(calls: Calls): Placed {
  const graph = new Layout({ multigraph: true });
  graph.setGraph({ rankdir: "TB", nodesep: 36, ranksep: 46, marginx: PAD, marginy: PAD });
  for (const node of calls.nodes) graph.setNode(node.key, { width: WIDTH, height: HEIGHT });
  const laid = deciding(calls, SKIPPED);
  for (const edge of laid) graph.setEdge(edge.from, edge.to, {}, String(edge.order));
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width,
    height,
    nodes: calls.nodes.map((node) => {
      const { x, y } = graph.node(node.key) as Point;
      return { node, x: x - WIDTH / 2, y: y - HEIGHT / 2 };
    }),
    edges: calls.edges.map((edge) => ({
      edge,
      points: laid.has(edge)
        ? (graph.edge(edge.from, edge.to, String(edge.order)) as { points: Point[] }).points
        : straight(graph.node(edge.from) as Point, graph.node(edge.to) as Point),
    })),
  };
}

/** From the lower edge of a node to the upper edge of another, beside itself where it leads back. */
function straight(from: Point, to: Point): Point[] {
  const start = { x: from.x, y: from.y + HEIGHT / 2 };
  const end = { x: to.x, y: to.y - HEIGHT / 2 };
  const aside = end.y > start.y ? 0 : WIDTH;
  return [start, { x: (start.x + end.x) / 2 + aside, y: (start.y + end.y) / 2 }, end];
}

function fitted(frame: HTMLElement, { width, height }: Placed): Look {
  const zoom = Math.min(1, bound(Math.min(frame.clientWidth / Math.max(1, width), frame.clientHeight / Math.max(1, height))));
  return { x: Math.max(0, (frame.clientWidth - width * zoom) / 2), y: 0, zoom };
}

function Edges({ edges, width, height }: Omit<Placed, "nodes">) {
  return (
    <svg width={width} height={height} aria-hidden className="absolute inset-0 overflow-visible text-fg-3">
      <defs>
        <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">
          <path d="M0 0.5 L7 4 L0 7.5 z" fill="currentColor" />
        </marker>
      </defs>
      {edges.map(({ edge, points }) => {
        const middle = points[Math.floor(points.length / 2)]!;
        return (
          <g key={edge.order}>
            <path
              d={curve(points)}
              fill="none"
              stroke="currentColor"
              strokeWidth={Math.min(4, 1 + Math.log2(edge.count) / 2)}
              strokeDasharray={edge.calls ? "4 3" : undefined}
              markerEnd="url(#arrow)"
            />
            {edge.count > 1 && (
              <text x={middle.x + 6} y={middle.y + 4} className="fill-fg-2 stroke-side text-2xs" strokeWidth={4} paintOrder="stroke">
                ×{edge.count}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}

/** Through the middles of the points, so that corners are round. */
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return "";
  let path = `M${first.x} ${first.y}`;
  rest.forEach((point, index) => {
    const next = rest[index + 1];
    path += next ? ` Q${point.x} ${point.y} ${(point.x + next.x) / 2} ${(point.y + next.y) / 2}` : ` L${point.x} ${point.y}`;
  });
  return path;
}

interface NodeCardProps {
  node: Node;
  x: number;
  y: number;
  selected: string;
  onSelect: (spanId: string) => void;
}

function NodeCard({ node, x, y, selected, onSelect }: NodeCardProps) {
  const { t, f } = useSpeech();
  const at = node.spans.indexOf(selected);
  const facts = [
    node.spans.length > 1 ? (at >= 0 ? `${at + 1}/${node.spans.length}` : `×${node.spans.length}`) : "",
    f.duration(node.latency),
    node.tokens ? `${f.compact(node.tokens)} tok` : "",
    node.cost ? f.money(node.cost) : "",
  ];
  return (
    <button
      type="button"
      // Again and again: through all of its calls.
      onClick={() => onSelect(node.spans[(at + 1) % node.spans.length]!)}
      title={`${node.name || t("state.unnamed")} · ${t("graph.calls", { n: node.spans.length })}`}
      className={cx(
        "absolute flex flex-col justify-center gap-0.5 rounded-lg border border-l-4 bg-raised px-2.5 text-left hover:bg-hover",
        at >= 0 && "ring-2 ring-accent",
      )}
      style={{ left: x, top: y, width: WIDTH, height: HEIGHT, borderLeftColor: node.errors ? "var(--danger)" : kindColor(node.kind) }}
    >
      <span className="flex min-w-0 items-center gap-1.5">
        <KindIcon kind={node.kind} />
        <span className="min-w-0 flex-1 truncate font-medium">{node.name || t("state.unnamed")}</span>
        {node.errors > 0 && (
          <span title={t("trace.errors", { n: node.errors })} className="inline-flex items-center gap-0.5 text-2xs text-danger">
            <CircleAlert size={12} role="img" aria-label={t("trace.errors", { n: node.errors })} />
            {node.errors}
          </span>
        )}
      </span>
      <span className="truncate text-2xs text-fg-3">{facts.filter(Boolean).join(" · ")}</span>
    </button>
  );
}
