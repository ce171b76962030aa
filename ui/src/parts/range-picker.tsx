import { CalendarClock, RefreshCw, ZoomOut } from "lucide-react";
import { useState } from "react";
import {
  DEFAULT_PRESET,
  PRESETS,
  type RangeSearch,
  fromLocalInput,
  isAbsolute,
  presetLength,
  toLocalInput,
} from "@/lib/time";
import { type Key, useSpeech } from "@/messages";
import { Button, IconButton } from "@/ui/button";
import { cx } from "@/ui/cx";
import { Field, Input } from "@/ui/field";
import { Popover } from "@/ui/popover";
import type { Range } from "./range";

const KNOWN = new Set<string>(PRESETS);

interface RangePickerProps {
  range: Range;
  onChange: (search: RangeSearch) => void;
}

export function RangePicker({ range, onChange }: RangePickerProps) {
  const { t } = useSpeech();
  const text = useRangeText(range);
  const [open, setOpen] = useState(false);
  const choose = (search: RangeSearch) => {
    setOpen(false);
    onChange(search);
    range.refresh();
  };
  const absolute = isAbsolute(range.search);
  const widen = () => {
    const half = (range.end - range.start) / 2;
    choose({ start: Math.round(range.start - half), end: Math.round(range.end + half) });
  };
  return (
    <div className="flex shrink-0 items-center gap-1">
      {absolute && <IconButton icon={ZoomOut} label={t("range.zoom_out")} onClick={widen} />}
      <Popover
        label={t("range.title")}
        open={open}
        onOpenChange={setOpen}
        className="flex w-[min(30rem,calc(100vw-1rem))] flex-col gap-4 sm:flex-row"
        trigger={
          <Button icon={CalendarClock} aria-label={`${t("range.title")}: ${text}`} className="max-w-64">
            <span className="truncate">{text}</span>
          </Button>
        }
      >
        <ul className="grid shrink-0 grid-cols-2 sm:w-40 sm:grid-cols-1">
          {PRESETS.map((preset) => {
            const on = !absolute && (range.search.range ?? DEFAULT_PRESET) === preset;
            return (
              <li key={preset}>
                <button
                  type="button"
                  aria-pressed={on}
                  onClick={() => choose({ range: preset })}
                  className={cx("h-8 w-full rounded px-2 text-left", on ? "bg-selected font-medium text-accent" : "hover:bg-hover")}
                >
                  {t(`range.${preset}`)}
                </button>
              </li>
            );
          })}
        </ul>
        <Custom key={String(open)} range={range} onApply={(start, end) => choose({ start, end })} />
      </Popover>
      <IconButton icon={RefreshCw} label={t("act.refresh")} onClick={range.refresh} className="max-sm:hidden" />
    </div>
  );
}

function Custom({ range, onApply }: { range: Range; onApply: (start: number, end: number) => void }) {
  const { t, f } = useSpeech();
  const [from, setFrom] = useState(toLocalInput(range.start, f.zone));
  const [to, setTo] = useState(toLocalInput(range.end, f.zone));
  const start = fromLocalInput(from, f.zone);
  const end = fromLocalInput(to, f.zone);
  const good = start !== null && end !== null && end > start;
  return (
    <form
      className="flex min-w-0 flex-1 flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (good) onApply(start, end);
      }}
    >
      <Field label={t("range.from")}>
        {(ids) => <Input {...ids} type="datetime-local" value={from} onChange={(event) => setFrom(event.target.value)} />}
      </Field>
      <Field label={t("range.to")} error={good ? null : t("range.broken")}>
        {(ids) => <Input {...ids} type="datetime-local" value={to} onChange={(event) => setTo(event.target.value)} />}
      </Field>
      <p className="text-xs text-fg-3">{t("range.local", { zone: f.zone })}</p>
      <Button type="submit" look="primary" disabled={!good} className="self-start">
        {t("act.apply")}
      </Button>
    </form>
  );
}

export function useRangeText({ search, start, end }: Range): string {
  const { t, f } = useSpeech();
  if (isAbsolute(search)) return `${f.moment(start)} – ${f.moment(end)}`;
  const preset = search.range ?? DEFAULT_PRESET;
  if (KNOWN.has(preset)) return t(`range.${preset}` as Key);
  return t("range.last", { length: f.duration(presetLength(preset) ?? 0) });
}
