/** The most frequent values of some fields, with counts; a click narrows the list. */
import { useQuery } from "@tanstack/react-query";
import { Ban, ChevronDown } from "lucide-react";
import { useState } from "react";
import * as ask from "@/api/queries";
import type { Facet } from "@/api/types";
import { FACETS, FIELD_LABELS } from "@/lib/fields";
import { addTerm, chosen, removeTerm, toggleTerm } from "@/lib/filter";
import { remember, remembered } from "@/lib/memory";
import type { View } from "@/lib/search";
import { type Key, useSpeech } from "@/messages";
import { cx } from "@/ui/cx";
import { useLater } from "@/ui/later";
import { Skeleton } from "@/ui/states";
import { useKindName } from "./kind";

export interface FacetsProps {
  projectId: string;
  view: View;
  start: number;
  end: number;
  filter: string;
  onFilter: (filter: string) => void;
}

export function Facets({ projectId, view, start, end, filter, onFilter }: FacetsProps) {
  const fields = FACETS[view].join(",");
  const { data, error, isPending, isPlaceholderData } = useQuery(ask.facets(projectId, { start, end, filter, view, fields }));
  const late = useLater(isPending);
  const { t } = useSpeech();
  return (
    <div className={cx("flex flex-col py-1", isPlaceholderData && "opacity-60")}>
      {late && Array.from({ length: 12 }, (_, index) => <Skeleton key={index} className="mx-4 my-2 h-3.5" />)}
      {error && !data && <p className="px-4 py-2 text-xs text-fg-3">{t("list.facets_failed")}</p>}
      {data?.facets
        .filter((one) => one.values.some((value) => value.value !== ""))
        .map((one) => <Group key={one.field} facet={one} estimated={data.is_estimate} filter={filter} onFilter={onFilter} />)}
      {data?.is_estimate && <p className="px-4 py-2 text-xs text-fg-3">{t("list.facets_estimated")}</p>}
    </div>
  );
}

const SHORT = 7;

interface GroupProps {
  facet: Facet;
  estimated: boolean;
  filter: string;
  onFilter: (filter: string) => void;
}

function Group({ facet, estimated, filter, onFilter }: GroupProps) {
  const { t } = useSpeech();
  const memory = `facet.${facet.field}`;
  const [open, setOpen] = useState(remembered(memory) !== "closed");
  const [all, setAll] = useState(false);
  const { wanted, refused } = chosen(filter, facet.field);
  const values = facet.values.filter((one) => one.value !== "");
  const shown = all ? values : values.slice(0, SHORT);
  const label = FIELD_LABELS[facet.field];
  const title = label ? t(label) : facet.field;
  const toggle = () => {
    remember(memory, open ? "closed" : null);
    setOpen(!open);
  };
  return (
    <section aria-label={title} className="border-b px-2 py-1.5 last:border-0">
      <button type="button" aria-expanded={open} onClick={toggle} className="flex h-7 w-full items-center gap-1.5 rounded px-2 text-xs font-medium text-fg-2 hover:text-fg">
        <ChevronDown size={13} aria-hidden className={cx("transition-transform", !open && "-rotate-90")} />
        {title}
      </button>
      {open && (
        <ul>
          {shown.map((one) => (
            <Value
              key={one.value}
              field={facet.field}
              value={one.value}
              count={one.count}
              estimated={estimated}
              on={wanted.has(one.value)}
              off={refused.has(one.value)}
              onToggle={() => onFilter(toggleTerm(filter, facet.field, one.value))}
              onExclude={() =>
                onFilter(
                  refused.has(one.value)
                    ? removeTerm(filter, facet.field, one.value, true)
                    : addTerm(removeTerm(filter, facet.field, one.value), facet.field, one.value, true),
                )
              }
            />
          ))}
          {values.length > SHORT && (
            <li>
              <button type="button" onClick={() => setAll(!all)} className="h-7 px-2 text-xs text-accent hover:underline">
                {all ? t("act.show_less") : t("list.facet_more", { n: values.length - SHORT })}
              </button>
            </li>
          )}
        </ul>
      )}
    </section>
  );
}

interface ValueProps {
  field: string;
  value: string;
  count: number;
  estimated: boolean;
  on: boolean;
  off: boolean;
  onToggle: () => void;
  onExclude: () => void;
}

function Value({ field, value, count, estimated, on, off, onToggle, onExclude }: ValueProps) {
  const { t, f } = useSpeech();
  const kindName = useKindName();
  const text = field === "level" ? t(`level.${value}` as Key) : field === "kind" ? kindName(value) : value;
  return (
    <li className="group relative flex items-center">
      <button
        type="button"
        role="checkbox"
        aria-checked={on}
        title={value}
        onClick={onToggle}
        className={cx("flex h-7 min-w-0 flex-1 items-center gap-2 rounded px-2 text-left hover:bg-hover", on && "bg-selected font-medium", off && "text-fg-3 line-through")}
      >
        <span aria-hidden className={cx("grid size-3.5 shrink-0 place-items-center rounded-sm border text-accent-fg", on ? "border-accent bg-accent" : "border-line-strong")}>
          {on && <svg viewBox="0 0 12 12" className="size-2.5" fill="none" stroke="currentColor" strokeWidth="2"><path d="m2 6 3 3 5-6" /></svg>}
        </span>
        <span className="min-w-0 flex-1 truncate">{text}</span>
        <span className="text-xs text-fg-3 group-focus-within:invisible group-hover:invisible">{count > 0 && (estimated ? `≈ ${f.compact(count)}` : f.compact(count))}</span>
      </button>
      <button
        type="button"
        aria-label={t("list.exclude", { value: text })}
        title={t("list.exclude", { value: text })}
        aria-pressed={off}
        onClick={onExclude}
        className="absolute right-1 grid size-5 place-items-center rounded text-fg-3 opacity-0 group-hover:opacity-100 hover:bg-bg hover:text-danger focus-visible:opacity-100"
      >
        <Ban size={12} aria-hidden />
      </button>
    </li>
  );
}
