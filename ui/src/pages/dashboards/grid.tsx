/** Widgets in their grid: moved and resized with the mouse, with touch, or with arrow keys. */
import { Grip } from "lucide-react";
import { type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useRef, useState } from "react";
import type { Widget } from "@/api/types";
import { COLUMNS, bottom, movedBy, resizedBy, settle } from "@/lib/grid";
import { useSpeech } from "@/messages";
import { cx } from "@/ui/cx";
import { useNarrow } from "@/ui/media";

const ROW = 28;
const GAP = 12;
const ARROWS: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

interface GridProps {
  widgets: readonly Widget[];
  /** Absent for who may only look. */
  onLayout?: (widgets: Widget[]) => void;
  title: (widget: Widget) => string;
  children: (widget: Widget, grip: ReactNode) => ReactNode;
}

type Act = (one: Widget, x: number, y: number) => Widget;

interface Drag {
  widget: Widget;
  act: Act;
  from: { x: number; y: number };
}

export function Grid({ widgets, onLayout, title, children }: GridProps) {
  const { t } = useSpeech();
  const narrow = useNarrow();
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const [drag, setDrag] = useState<Drag | null>(null);
  const [draft, setDraft] = useState<Widget[] | null>(null);
  const [said, setSaid] = useState("");
  const shown = draft ?? widgets;
  const cell = (width + GAP) / COLUMNS;

  if (narrow) {
    const listed = [...widgets].sort((a, b) => a.y - b.y || a.x - b.x);
    return (
      <div className="flex flex-col gap-3">
        {listed.map((one) => <div key={one.id} style={{ height: Math.min(one.h, 9) * (ROW + GAP) }}>{children(one, null)}</div>)}
      </div>
    );
  }

  const begin = (widget: Widget, act: Act) => (event: PointerEvent) => {
    if (event.button !== 0) return;
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    (event.currentTarget as HTMLElement).focus();
    setDrag({ widget, act, from: { x: event.clientX, y: event.clientY } });
  };
  const follow = (event: PointerEvent) => {
    if (!drag) return;
    const x = Math.round((event.clientX - drag.from.x) / cell);
    const y = Math.round((event.clientY - drag.from.y) / (ROW + GAP));
    setDraft(settle(widgets, drag.act(drag.widget, x, y)));
  };
  const drop = () => {
    if (draft) onLayout?.(draft);
    setDrag(null);
    setDraft(null);
  };
  const press = (widget: Widget) => (event: KeyboardEvent) => {
    const step = ARROWS[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const next = settle(widgets, (event.shiftKey ? resizedBy : movedBy)(widget, ...step));
    const at = next.find((one) => one.id === widget.id)!;
    setSaid(t("dash.placed", { x: at.x + 1, y: at.y + 1, w: at.w, h: at.h }));
    onLayout?.(next);
  };
  const handlers = { onPointerMove: follow, onPointerUp: drop, onPointerCancel: () => (setDrag(null), setDraft(null)) };

  return (
    <div ref={frame} className="relative" style={{ height: bottom(shown) * (ROW + GAP) }}>
      {width > 0 && shown.map((one) => {
        const moving = drag?.widget.id === one.id;
        const grip = onLayout && (
          <button
            type="button"
            aria-label={t("dash.move", { name: title(one) })}
            title={t("dash.move_hint")}
            onPointerDown={begin(one, movedBy)}
            {...handlers}
            onKeyDown={press(one)}
            className="grid size-6 shrink-0 cursor-grab touch-none place-items-center rounded-md text-fg-2 hover:bg-hover hover:text-fg active:cursor-grabbing"
          >
            <Grip size={13} aria-hidden />
          </button>
        );
        return (
          <div
            key={one.id}
            className={cx("group absolute", moving ? "z-10 opacity-85 *:shadow-float" : "transition-[left,top,width,height] duration-150")}
            style={{ left: one.x * cell, top: one.y * (ROW + GAP), width: one.w * cell - GAP, height: one.h * (ROW + GAP) - GAP }}
          >
            {children(one, grip)}
            {onLayout && (
              <span
                aria-hidden
                onPointerDown={begin(one, resizedBy)}
                {...handlers}
                className="absolute right-0 bottom-0 size-4 cursor-nwse-resize touch-none rounded-br-lg border-r-2 border-b-2 border-transparent group-hover:border-line-strong hover:border-accent!"
              />
            )}
          </div>
        );
      })}
      <p aria-live="polite" className="sr-only">{said}</p>
    </div>
  );
}

function useWidth(frame: React.RefObject<HTMLDivElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!frame.current) return undefined;
    const watch = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    watch.observe(frame.current);
    return () => watch.disconnect();
  });
  return width;
}
