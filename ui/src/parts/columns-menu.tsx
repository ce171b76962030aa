import { ArrowDown, ArrowUp, Columns3, GripVertical, Pin, PinOff } from "lucide-react";
import { useMemo } from "react";
import { type Placed, fitted, moveTo, pin, readColumns, resize, step, toggle, writeColumns } from "@/lib/columns";
import { remember, remembered } from "@/lib/memory";
import { useSpeech } from "@/messages";
import { Button, IconButton } from "@/ui/button";
import { cx } from "@/ui/cx";
import { draggedColumn, useDrop } from "@/ui/dragging";
import { Popover } from "@/ui/popover";
import type { Arranging, Column } from "@/ui/table";

export interface Choice<R> {
  shown: Column<R>[];
  placed: readonly Placed[];
  /** As the address and saved views keep it. */
  text: string;
  set: (placed: readonly Placed[]) => void;
  reset: () => void;
  arranging: Arranging;
}

/** Columns that nobody chose. */
export interface Usual {
  keys: readonly string[];
  /** Those that go first where the room is short. */
  spare: readonly string[];
  /** Pixels for all of them; 0 while that is not known. */
  width: number;
}

/** A column that grows reads well with so much of its least width. */
const GROWN = 1.5;

/** Which columns are on: as the URL says, else as last time in this project, else the usual ones that fit. */
export function useColumns<R>(
  name: string,
  all: readonly Column<R>[],
  { keys, spare, width }: Usual,
  inUrl: string | undefined,
  onChange: (columns: string | undefined) => void,
): Choice<R> {
  const known = useMemo(() => new Map(all.map((one) => [one.key, one])), [all]);
  const room = (key: string) => known.get(key)!.width * (known.get(key)!.grow ? GROWN : 1);
  const usual = fitted(keys, width ? spare : [], room, width).join(",");
  const text = inUrl ?? remembered(`columns.${name}`) ?? usual;
  return useMemo(() => {
    const found = readColumns(text, new Set(known.keys()));
    const placed = found.length ? found : readColumns(usual, new Set(known.keys()));
    const save = (next: string | null) => {
      remember(`columns.${name}`, next);
      onChange(next ?? undefined);
    };
    const set = (next: readonly Placed[]) => save(writeColumns(next));
    return {
      shown: placed.map((one) => arranged(known.get(one.key)!, one)),
      placed,
      text: writeColumns(placed),
      set,
      reset: () => save(null),
      arranging: {
        move: (key, target) => set(moveTo(placed, key, target)),
        resize: (key, width) => set(resize(placed, key, width)),
      },
    };
  }, [known, name, onChange, text, usual]);
}

function arranged<R>(column: Column<R>, { pinned, width }: Placed): Column<R> {
  if (width) return { ...column, width, grow: undefined, pinned };
  if (pinned && column.grow) return { ...column, width: column.width * GROWN, grow: undefined, pinned };
  return { ...column, pinned };
}

export function ColumnsMenu<R>({ all, choice }: { all: readonly Column<R>[]; choice: Choice<R> }) {
  const { t } = useSpeech();
  const { placed, set } = choice;
  const hidden = all.filter((one) => !placed.some((shown) => shown.key === one.key));
  return (
    <Popover
      label={t("list.columns")}
      className="w-80 max-w-[calc(100vw-1rem)]"
      trigger={
        <Button icon={Columns3}>
          <span className="max-lg:sr-only">{t("list.columns")}</span>
        </Button>
      }
    >
      <h3 className="px-1 pb-1 text-2xs font-medium text-fg-3">{t("columns.shown")}</h3>
      <ul>
        {placed.map((one, index) => (
          <Shown key={one.key} one={one} label={all.find((column) => column.key === one.key)!.label} first={index === 0} last={index === placed.length - 1} placed={placed} set={set} />
        ))}
      </ul>
      {hidden.length > 0 && <h3 className="px-1 pt-3 pb-1 text-2xs font-medium text-fg-3">{t("columns.hidden")}</h3>}
      <ul>
        {hidden.map((one) => (
          <li key={one.key}>
            <label className="flex h-8 items-center gap-2 rounded px-1 hover:bg-hover">
              <span className="w-4" />
              <input type="checkbox" checked={false} aria-label={t("columns.show", { column: one.label })} onChange={() => set(toggle(placed, one.key))} className="size-3.5 accent-accent" />
              <span className="min-w-0 flex-1 truncate">{one.label}</span>
            </label>
          </li>
        ))}
      </ul>
      <p className="mt-2 border-t px-1 pt-2 text-xs text-fg-3">{t("columns.hint")}</p>
      <Button small look="ghost" className="mt-1" onClick={choice.reset}>
        {t("list.columns_reset")}
      </Button>
    </Popover>
  );
}

interface ShownProps {
  one: Placed;
  label: string;
  first: boolean;
  last: boolean;
  placed: readonly Placed[];
  set: (placed: readonly Placed[]) => void;
}

function Shown({ one, label, first, last, placed, set }: ShownProps) {
  const { t } = useSpeech();
  const { over, place } = useDrop((key) => set(moveTo(placed, key, one.key)));
  return (
    // The keys bubble up from the controls inside.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <li
      {...draggedColumn(one.key)}
      {...place}
      onKeyDown={(event) => {
        const by = { ArrowUp: -1 as const, ArrowDown: 1 as const }[event.key];
        if (!event.altKey || !by) return;
        event.preventDefault();
        set(step(placed, one.key, by));
      }}
      className={cx("group flex h-8 items-center gap-2 rounded px-1 hover:bg-hover", over && "bg-selected")}
    >
      <GripVertical size={14} aria-hidden className="shrink-0 cursor-grab text-fg-3" />
      <label className="flex min-w-0 flex-1 items-center gap-2">
        <input type="checkbox" checked disabled={first && last} aria-label={t("columns.hide", { column: label })} onChange={() => set(toggle(placed, one.key))} className="size-3.5 accent-accent" />
        <span className="min-w-0 flex-1 truncate">{label}</span>
      </label>
      <IconButton small icon={ArrowUp} label={t("columns.left", { column: label })} disabled={first} onClick={() => set(step(placed, one.key, -1))} className="opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100" />
      <IconButton small icon={ArrowDown} label={t("columns.right", { column: label })} disabled={last} onClick={() => set(step(placed, one.key, 1))} className="opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100" />
      <IconButton
        small
        icon={one.pinned ? PinOff : Pin}
        label={t(one.pinned ? "columns.unpin" : "columns.pin", { column: label })}
        pressed={one.pinned}
        onClick={() => set(pin(placed, one.key))}
      />
    </li>
  );
}
