/** A table that draws only the rows in sight, and cards in their place where the page is narrow. */
import { type Range, defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp } from "lucide-react";
import { type CSSProperties, type MouseEvent, type ReactNode, type RefObject, memo, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { NARROWEST, WIDEST, fitting } from "@/lib/columns";
import { choose } from "@/lib/selection";
import { useSpeech } from "@/messages";
import { cx } from "./cx";
import { useDensity } from "./density";
import { draggedColumn, useDrop } from "./dragging";
import { useNarrow } from "./media";
import { useShortcuts } from "./shortcuts";
import { useStable } from "./stable";
import { Box, TableRow } from "./table-row";
import { useWidth } from "./width";

export interface Column<R> {
  key: string;
  label: string;
  /** Pixels, or the least of them where `grow` says how much of the free room it takes. */
  width: number;
  grow?: number;
  right?: boolean;
  /** Stays in sight when the table is scrolled sideways. Pinned columns come first. */
  pinned?: boolean;
  /** What the server orders by, when it can. */
  sort?: string;
  cell: (row: R) => ReactNode;
}

export interface Selection {
  chosen: ReadonlySet<string>;
  onChange: (chosen: ReadonlySet<string>) => void;
  /** What a row is called. */
  name: (key: string) => string;
}

/** How columns are arranged by hand. */
export interface Arranging {
  move: (key: string, target: string) => void;
  /** No width: the column's own again. */
  resize: (key: string, width: number | undefined) => void;
}

interface TableProps<R> {
  label: string;
  rows: readonly R[];
  columns: readonly Column<R>[];
  rowKey: (row: R) => string;
  /** A row as a card of two or three lines. */
  card: (row: R) => ReactNode;
  cardHeight?: number;
  /** `column` or `-column`. */
  order?: string;
  onOrder?: (order: string) => void;
  onOpen: (row: R, event?: MouseEvent) => void;
  /** Key of the row that is open beside the table; it follows j and k. */
  open?: string;
  hasMore: boolean;
  loadingMore: boolean;
  onMore: () => void;
  /** Is what stands here about to be replaced? */
  stale?: boolean;
  selection?: Selection;
  arranging?: Arranging;
}

/** Rows that come into the page together: a frame in which anything comes costs more than what comes. */
const BATCH = 2;

function batched(range: Range): number[] {
  const startIndex = Math.floor(range.startIndex / BATCH) * BATCH;
  const endIndex = Math.min(range.count - 1, Math.ceil((range.endIndex + 1) / BATCH) * BATCH - 1);
  return defaultRangeExtractor({ ...range, startIndex, endIndex });
}

const ROW = { normal: 34, dense: 28 };
const BOX = 32;
const SIDES = 16;

/** Pixels that columns have for themselves in a table that fills this frame; 0 until that is known. */
export const useRoom = (frame: RefObject<HTMLElement | null>): number => Math.max(0, useWidth(frame) - BOX - SIDES);

export function Table<R>(props: TableProps<R>) {
  const { label, rows, columns, rowKey, card, cardHeight = 84, onOpen, open, hasMore, loadingMore, onMore, stale } = props;
  const { t } = useSpeech();
  const narrow = useNarrow();
  const frame = useRef<HTMLDivElement>(null);
  const [cursor, setCursor] = useState(-1);
  const [dragged, setDragged] = useState<{ key: string; width: number } | null>(null);
  const selecting = useSelecting(props);
  const rowHeight = ROW[useDensity()];
  const height = narrow ? cardHeight : rowHeight;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => height,
    overscan: 6,
    rangeExtractor: batched,
    scrollPaddingStart: narrow ? 0 : 36,
  });
  useLayoutEffect(() => virtual.measure(), [virtual, height]);
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (hasMore && !loadingMore && last >= rows.length - 20) onMore();
  }, [hasMore, loadingMore, last, rows.length, onMore]);

  const at = open === undefined ? cursor : rows.findIndex((row) => rowKey(row) === open);
  const move = (step: number) => {
    const next = Math.min(rows.length - 1, Math.max(0, at + step));
    const row = rows[next];
    if (!row) return;
    setCursor(next);
    virtual.scrollToIndex(next);
    if (open !== undefined) onOpen(row);
  };
  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: () => {
      const row = rows[at];
      if (!row) return false;
      onOpen(row);
      return true;
    },
    x: () => {
      const row = rows[at];
      if (!row || !selecting) return false;
      selecting.toggle(rowKey(row), false);
      return true;
    },
  });

  const box = selecting ? BOX : 0;
  const { grid, least, sticks, lastPinned } = useMemo(() => arranged(columns, dragged, box), [columns, dragged, box]);
  const name = useStable((key: string) => props.selection?.name(key) ?? key);
  const onToggle = useStable((key: string, shift: boolean) => selecting?.toggle(key, shift));
  const onPress = useStable((index: number, event: MouseEvent) => {
    // Links and buttons inside have their own meaning, and marking text is no click.
    if ((event.target as Element).closest("a, button, input") || window.getSelection()?.toString()) return;
    setCursor(index);
    onOpen(rows[index]!, event);
  });
  const selectable = selecting !== null;
  // What sticks costs a layer in every row: only where the table is wider than its frame.
  const sideways = useWidth(frame) < least;
  const asCard = narrow ? card : null;
  const look = useMemo(
    () => ({ columns, grid: asCard ? {} : grid, sticks, lastPinned, sideways, height, card: asCard, rowKey, selectable, name, onPress, onToggle }),
    [columns, grid, sticks, lastPinned, sideways, height, asCard, rowKey, selectable, name, onPress, onToggle],
  );
  const end = !hasMore && rows.length > 0;
  return (
    <div ref={frame} data-table tabIndex={-1} className="relative min-h-0 flex-1 overflow-auto outline-none">
      <table aria-label={label} aria-rowcount={hasMore ? -1 : rows.length + 1} className="block" style={narrow ? undefined : { minWidth: least }}>
        <thead className={cx("sticky top-0 z-10 block bg-bg", narrow && "sr-only")}>
          <tr className="grid h-9 border-b bg-bg px-2" style={look.grid}>
            {selecting && (
              <th scope="col" className="sticky left-0 z-1 grid place-items-center bg-inherit">
                <Box label={t("list.select_all")} state={selecting.all} onToggle={selecting.toggleAll} />
              </th>
            )}
            {columns.map((column, index) => (
              <Head
                key={column.key}
                column={column}
                order={props.order}
                onOrder={props.onOrder}
                arranging={props.arranging}
                onDrag={setDragged}
                style={sticks[index]}
                edge={index === lastPinned}
              />
            ))}
          </tr>
        </thead>
        <tbody className={cx("relative block transition-opacity", stale && "opacity-60")} style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index]!;
            const key = rowKey(row);
            return (
              <TableRow
                key={key}
                row={row}
                index={item.index}
                top={item.start}
                selected={item.index === at}
                chosen={selecting?.chosen.has(key) === true}
                look={look}
              />
            );
          })}
        </tbody>
      </table>
      {(loadingMore || end) && (
        <p className="sticky left-0 px-4 py-3 text-center text-xs text-fg-3">{loadingMore ? t("act.loading") : t("list.end")}</p>
      )}
    </div>
  );
}

/** Where the columns stand: `dragged` is the one whose width is being changed. */
function arranged<R>(columns: readonly Column<R>[], dragged: { key: string; width: number } | null, box: number) {
  const widths = columns.map((one) => (dragged?.key === one.key ? dragged.width : one.width));
  const tracks = columns.map((one, index) => (one.grow && dragged?.key !== one.key ? `minmax(${widths[index]}px, ${one.grow}fr)` : `${widths[index]}px`));
  const lefts = widths.map((_, index) => widths.slice(0, index).reduce((sum, width) => sum + width, box));
  return {
    grid: { gridTemplateColumns: [...(box ? [`${box}px`] : []), ...tracks].join(" ") } satisfies CSSProperties,
    least: widths.reduce((sum, width) => sum + width, box),
    sticks: columns.map((one, index): CSSProperties | undefined => (one.pinned ? { left: lefts[index] } : undefined)),
    lastPinned: columns.findLastIndex((one) => one.pinned),
  };
}

/** Choosing rows: one by one, from one to another with Shift, or all that are loaded. */
function useSelecting<R>({ rows, rowKey, selection }: TableProps<R>) {
  const [anchor, setAnchor] = useState<string | null>(null);
  const keys = useMemo(() => rows.map(rowKey), [rows, rowKey]);
  if (!selection) return null;
  const { chosen, onChange } = selection;
  const count = chosen.size ? keys.filter((key) => chosen.has(key)).length : 0;
  const all: boolean | "mixed" = count > 0 && count === keys.length ? true : count > 0 ? "mixed" : false;
  return {
    chosen,
    all,
    toggle: (key: string, shift: boolean) => {
      onChange(choose(chosen, keys, key, shift ? anchor : null));
      setAnchor(key);
    },
    toggleAll: () => onChange(all === true ? new Set() : new Set(keys)),
  };
}

interface HeadProps<R> {
  column: Column<R>;
  order?: string;
  onOrder?: (order: string) => void;
  arranging?: Arranging;
  onDrag: (dragged: { key: string; width: number } | null) => void;
  style?: CSSProperties;
  /** Is it the last one that is pinned? */
  edge: boolean;
}

/** Not drawn again by scrolling. */
const Head = memo(ColumnHead) as typeof ColumnHead;

function ColumnHead<R>({ column, order, onOrder, arranging, onDrag, style, edge }: HeadProps<R>) {
  const { t } = useSpeech();
  const { over, place } = useDrop((key) => arranging?.move(key, column.key));
  const down = order === `-${column.sort}`;
  const up = order === column.sort;
  const sorted = column.sort !== undefined && (down || up);
  const Arrow = up ? ArrowUp : ArrowDown;
  const text = <span className="truncate">{column.label}</span>;
  return (
    <th
      scope="col"
      aria-sort={sorted ? (up ? "ascending" : "descending") : undefined}
      style={style}
      {...place}
      className={cx(
        "flex min-w-0 items-center px-2 text-left text-xs font-medium text-fg-3",
        column.pinned ? "sticky z-1 bg-inherit" : "relative",
        edge && "border-r",
        over && "bg-selected!",
      )}
    >
      <span
        {...(arranging && draggedColumn(column.key))}
        className={cx("flex h-full min-w-0 flex-1 items-center", column.right && "justify-end")}
      >
        {column.sort && onOrder ? (
          <button
            type="button"
            title={t("list.sort", { column: column.label })}
            onClick={() => onOrder(down ? column.sort! : `-${column.sort}`)}
            className={cx("group flex min-w-0 items-center gap-1 rounded hover:text-fg", column.right && "flex-row-reverse", sorted && "text-fg")}
          >
            {text}
            <Arrow size={12} aria-hidden className={cx("shrink-0", !sorted && "opacity-0 group-hover:opacity-60")} />
          </button>
        ) : (
          text
        )}
      </span>
      {arranging && <Grip column={column} onDrag={onDrag} onResize={(width) => arranging.resize(column.key, width)} />}
    </th>
  );
}

const STEP = 16;

/** The right edge of a head, for changing the width by mouse or arrow keys. */
function Grip<R>({ column, onDrag, onResize }: { column: Column<R>; onDrag: HeadProps<R>["onDrag"]; onResize: (width: number | undefined) => void }) {
  const { t } = useSpeech();
  const from = useRef<{ x: number; width: number } | null>(null);
  const width = (x: number) => fitting(from.current!.width + x - from.current!.x);
  return (
    // A separator that can be moved takes the focus: that is its role in ARIA.
    <div
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={t("columns.width", { column: column.label })}
      aria-valuenow={column.width}
      aria-valuemin={NARROWEST}
      aria-valuemax={WIDEST}
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = { x: event.clientX, width: event.currentTarget.parentElement!.offsetWidth };
      }}
      onPointerMove={(event) => from.current && onDrag({ key: column.key, width: width(event.clientX) })}
      onPointerUp={(event) => {
        if (!from.current) return;
        const wanted = width(event.clientX);
        const moved = event.clientX !== from.current.x;
        from.current = null;
        onDrag(null);
        if (moved) onResize(wanted);
      }}
      onPointerCancel={() => {
        from.current = null;
        onDrag(null);
      }}
      onDoubleClick={() => onResize(undefined)}
      onKeyDown={(event) => {
        const by = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
        if (by === undefined) return;
        event.preventDefault();
        onResize(event.currentTarget.parentElement!.offsetWidth + by);
      }}
      className="absolute inset-y-1.5 right-0 w-1.5 cursor-col-resize touch-none rounded-full hover:bg-line-strong focus-visible:bg-accent active:bg-accent"
    />
  );
}
