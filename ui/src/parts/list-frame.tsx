/** What lists have in common: how many rows there are, and what to do when there are none. */
import { Link } from "@tanstack/react-router";
import { SearchX } from "lucide-react";
import { type ReactNode, useEffect } from "react";
import { TabTitle } from "@/app/page";
import type { ListSearch } from "@/lib/search";
import { useSpeech } from "@/messages";
import { Button, buttonClass } from "@/ui/button";
import { Empty } from "@/ui/states";
import { FilterBar } from "./filter-bar";
import type { Range } from "./range";
import { RangePicker } from "./range-picker";

export type Change = (change: Partial<ListSearch>, replace?: boolean) => void;

interface ListHeadProps {
  projectId: string;
  title: string;
  filter: string;
  range: Range;
  set: Change;
  error: unknown;
  /** What stands before the title. */
  children?: ReactNode;
  /** What stands before the time range. */
  tools?: ReactNode;
}

/** Title, filter and time range of a list. */
export function ListHead({ projectId, title, filter, range, set, error, children, tools }: ListHeadProps) {
  return (
    <header className="flex shrink-0 flex-wrap items-center gap-2 border-b px-4 py-2">
      <TabTitle text={title} />
      {children}
      <h1 className="mr-2 text-base font-semibold">{title}</h1>
      <div className="order-last flex w-full min-w-0 md:order-none md:w-auto md:flex-1">
        <FilterBar
          projectId={projectId}
          value={filter}
          start={range.start}
          end={range.end}
          onApply={(next) => set({ filter: next || undefined })}
          error={error}
        />
      </div>
      <div className="flex-1 md:hidden" />
      {tools}
      <RangePicker range={range} onChange={(next) => set({ range: undefined, start: undefined, end: undefined, ...next })} />
    </header>
  );
}

export function Counter({ text, more, children }: { text: string; more: boolean; children?: ReactNode }) {
  const { t } = useSpeech();
  return (
    <div className="flex h-10 shrink-0 items-center gap-2 border-b px-4">
      <p aria-live="polite" className="min-w-0 flex-1 truncate text-xs text-fg-3">
        {more ? t("list.count_more", { count: text }) : text}
      </p>
      {children}
    </div>
  );
}

interface NothingProps {
  projectId: string;
  filter: string;
  range: Range;
  set: Change;
  /** What to say where no filter is to blame. */
  title?: string;
  hint?: string;
}

export function Nothing({ projectId, filter, range, set, title, hint }: NothingProps) {
  const { t } = useSpeech();
  const plain = filter === "";
  return (
    <Empty
      icon={SearchX}
      title={plain ? (title ?? t("state.empty_range")) : t("list.no_match")}
      hint={plain ? (hint ?? t("state.empty_range_hint")) : t("state.empty_range_hint")}
    >
      {plain && (
        <Link to="/project/$projectId/start" params={{ projectId }} className={buttonClass("plain")}>
          {t("nav.start")}
        </Link>
      )}
      {!plain && <Button onClick={() => set({ filter: undefined })}>{t("state.clear_filter")}</Button>}
      {range.search.range !== "30d" && (
        <Button onClick={() => set({ range: "30d", start: undefined, end: undefined })}>{t("state.widen")}</Button>
      )}
    </Empty>
  );
}

/** Tells the head of the list what went wrong with its filter. */
export function useTell(error: unknown, tell: (error: unknown) => void): void {
  useEffect(() => tell(error), [error, tell]);
}
