/** Two panes with a bar between that can be dragged, or moved with the arrow keys. */
import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from "react";
import { remember, remembered } from "@/lib/memory";

interface SplitProps {
  name: string;
  label: string;
  /** Share of the first pane at first, in percent. */
  first?: number;
  left: ReactNode;
  right: ReactNode;
}

const bound = (share: number) => Math.min(75, Math.max(20, share));

export function Split({ name, label, first = 46, left, right }: SplitProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [share, setShare] = useState(() => bound(Number(remembered(`split.${name}`)) || first));
  const set = (next: number) => {
    setShare(bound(next));
    remember(`split.${name}`, String(Math.round(bound(next))));
  };
  const drag = (event: PointerEvent) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId) || !frame.current) return;
    const box = frame.current.getBoundingClientRect();
    set(((event.clientX - box.left) / box.width) * 100);
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -2, ArrowRight: 2 }[event.key];
    if (!step) return;
    event.preventDefault();
    set(share + step);
  };
  return (
    <div ref={frame} className="flex min-h-0 flex-1">
      <div className="flex min-w-0 flex-col" style={{ width: `${share}%` }}>
        {left}
      </div>
      <div
        role="separator"
        aria-orientation="vertical"
        aria-label={label}
        aria-valuenow={Math.round(share)}
        aria-valuemin={20}
        aria-valuemax={75}
        tabIndex={0}
        onKeyDown={press}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={drag}
        className="relative w-px shrink-0 cursor-col-resize touch-none bg-line before:absolute before:inset-y-0 before:-left-1 before:w-2.5 hover:bg-accent focus-visible:bg-accent"
      />
      <div className="flex min-w-0 flex-1 flex-col">{right}</div>
    </div>
  );
}
