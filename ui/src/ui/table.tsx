/** A table that draws only the rows in sight, and cards in their place where the page is narrow. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp } from "lucide-react";
import { type CSSProperties, type MouseEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { useSpeech } from "@/messages";
import { cx } from "./cx";
import { useNarrow } from "./media";
import { useShortcuts } from "./shortcuts";

export interface Column<R> {
  key: string;
  label: string;
  /** Pixels, or the least of them where `grow` says how much of the free room it takes. */
  width: number;
  grow?: number;
  right?: boolean;
  /** What the server orders by, when it can. */
  sort?: string;
  cell: (row: R) => ReactNode;
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
}

const ROW = 34;

export function Table<R>(props: TableProps<R>) {
  const { label, rows, columns, rowKey, card, cardHeight = 84, onOpen, open, hasMore, loadingMore, onMore, stale } = props;
  const { t } = useSpeech();
  const narrow = useNarrow();
  const frame = useRef<HTMLDivElement>(null);
  const [cursor, setCursor] = useState(-1);
  const height = narrow ? cardHeight : ROW;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => height,
    overscan: 12,
    scrollPaddingStart: narrow ? 0 : 36,
  });
  useEffect(() => virtual.measure(), [virtual, height]);
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
  });

  const template = columns.map((one) => (one.grow ? `minmax(${one.width}px, ${one.grow}fr)` : `${one.width}px`)).join(" ");
  const least = columns.reduce((sum, one) => sum + one.width, 0);
  const grid: CSSProperties = narrow ? {} : { gridTemplateColumns: template };
  const end = !hasMore && rows.length > 0;
  return (
    <div ref={frame} data-table tabIndex={-1} className="relative min-h-0 flex-1 overflow-auto outline-none">
      <table aria-label={label} aria-rowcount={hasMore ? -1 : rows.length + 1} className="block" style={narrow ? undefined : { minWidth: least }}>
        <thead className={cx("sticky top-0 z-10 block bg-bg", narrow && "sr-only")}>
          <tr className="grid h-9 border-b px-2" style={grid}>
            {columns.map((column) => (
              <Head key={column.key} column={column} order={props.order} onOrder={props.onOrder} />
            ))}
          </tr>
        </thead>
        <tbody className={cx("relative block transition-opacity", stale && "opacity-60")} style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index]!;
            const selected = item.index === at;
            return (
              <tr
                key={rowKey(row)}
                aria-rowindex={item.index + 2}
                aria-selected={selected}
                onClick={(event) => {
                  // Links and buttons inside have their own meaning, and marking text is no click.
                  if ((event.target as Element).closest("a, button") || window.getSelection()?.toString()) return;
                  setCursor(item.index);
                  onOpen(row, event);
                }}
                className={cx(
                  "absolute inset-x-0 cursor-pointer border-b px-2",
                  narrow ? "block" : "grid items-center",
                  selected ? "bg-selected" : "hover:bg-hover",
                )}
                style={{ ...grid, height, transform: `translateY(${item.start}px)` }}
              >
                {narrow ? (
                  <td className="block h-full px-1.5 py-2">{card(row)}</td>
                ) : (
                  columns.map((column) => (
                    <td key={column.key} className={cx("block truncate px-2", column.right && "text-right")}>
                      {column.cell(row)}
                    </td>
                  ))
                )}
              </tr>
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

function Head<R>({ column, order, onOrder }: { column: Column<R>; order?: string; onOrder?: (order: string) => void }) {
  const { t } = useSpeech();
  const down = order === `-${column.sort}`;
  const up = order === column.sort;
  const sorted = column.sort !== undefined && (down || up);
  const Arrow = up ? ArrowUp : ArrowDown;
  const text = <span className="truncate">{column.label}</span>;
  return (
    <th
      scope="col"
      aria-sort={sorted ? (up ? "ascending" : "descending") : undefined}
      className={cx("flex min-w-0 items-center px-2 text-left text-xs font-medium text-fg-3", column.right && "justify-end")}
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
    </th>
  );
}
