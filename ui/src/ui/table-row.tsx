/** A row of a table, drawn again only when something of it has changed: scrolling draws what comes into sight. */
import { type CSSProperties, type MouseEvent, type ReactNode, memo } from "react";
import { useSpeech } from "@/messages";
import { cx } from "./cx";
import type { Column } from "./table";

/** What all rows have in common; the same object as long as nothing of it changes. */
export interface Look<R> {
  columns: readonly Column<R>[];
  grid: CSSProperties;
  /** Per column, how a pinned one stays in sight. */
  sticks: readonly (CSSProperties | undefined)[];
  lastPinned: number;
  /** Can the table be scrolled sideways? */
  sideways: boolean;
  height: number;
  /** Draws a row as a card, where the page is narrow. */
  card: ((row: R) => ReactNode) | null;
  rowKey: (row: R) => string;
  selectable: boolean;
  name: (key: string) => string;
  onPress: (index: number, event: MouseEvent) => void;
  onToggle: (key: string, shift: boolean) => void;
}

interface TableRowProps<R> {
  row: R;
  index: number;
  top: number;
  /** Is the cursor here? */
  selected: boolean;
  chosen: boolean;
  look: Look<R>;
}

function Row<R>({ row, index, top, selected, chosen, look }: TableRowProps<R>) {
  const { t } = useSpeech();
  const { columns, grid, sticks, lastPinned, sideways, height, card, rowKey } = look;
  const key = rowKey(row);
  return (
    <tr
      aria-rowindex={index + 2}
      aria-selected={selected}
      onClick={(event) => look.onPress(index, event)}
      className={cx(
        "group/row absolute inset-x-0 cursor-pointer border-b px-2",
        card ? "flex" : "grid items-center",
        selected || chosen ? "bg-selected" : "bg-bg hover:bg-hover",
      )}
      style={{ ...grid, height, top }}
    >
      {look.selectable && (
        <td className={cx("grid h-full shrink-0 place-items-center bg-inherit", sideways && "sticky left-0 z-1", card && "w-8")}>
          <Box label={t("list.select", { name: look.name(key) })} state={chosen} onToggle={(shift) => look.onToggle(key, shift)} />
        </td>
      )}
      {card ? (
        <td className="block h-full min-w-0 flex-1 px-1.5 py-2">{card(row)}</td>
      ) : (
        columns.map((column, place) => (
          <td
            key={column.key}
            style={column.pinned ? { ...sticks[place], lineHeight: `${height - 1}px` } : undefined}
            className={cx(
              "block truncate px-2",
              column.right && "text-right",
              column.pinned && "bg-inherit",
              column.pinned && sideways && "sticky z-1",
              place === lastPinned && "border-r",
            )}
          >
            {column.cell(row)}
          </td>
        ))
      )}
    </tr>
  );
}

export const TableRow = memo(Row) as typeof Row;

export function Box({ label, state, onToggle }: { label: string; state: boolean | "mixed"; onToggle: (shift: boolean) => void }) {
  return (
    <input
      type="checkbox"
      aria-label={label}
      checked={state === true}
      ref={(box) => {
        if (box) box.indeterminate = state === "mixed";
      }}
      // Only a click knows whether Shift was held.
      onChange={() => undefined}
      onClick={(event) => onToggle(event.shiftKey)}
      className="size-3.5 accent-accent"
    />
  );
}
