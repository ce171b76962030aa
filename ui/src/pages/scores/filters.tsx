/** What the list of scores is narrowed to. */
import { useQuery } from "@tanstack/react-query";
import { ListFilter } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import * as ask from "@/api/queries";
import { scoreKinds } from "@/api/scores";
import { SOURCES, type ScoresSearch, TARGETS, TYPES } from "@/lib/scores";
import { useSpeech } from "@/messages";
import { Button } from "@/ui/button";
import { cx } from "@/ui/cx";
import { Input, Select } from "@/ui/field";
import { useNarrow } from "@/ui/media";
import type { ScoresPart } from "./part";

const FIELDS = ["name", "source", "type", "author", "target", "min", "max", "label", "comment"] as const;
const NONE = Object.fromEntries(FIELDS.map((field) => [field, undefined]));

export const isNarrowed = (search: ScoresSearch): boolean => FIELDS.some((field) => search[field] !== undefined);

/** On a phone behind a button, so that the list keeps its room. */
export function Filters({ projectId, search, range, set }: ScoresPart) {
  const { t } = useSpeech();
  const narrow = useNarrow();
  const [open, setOpen] = useState(false);
  const kinds = useQuery(scoreKinds(projectId, range)).data ?? [];
  const members = useQuery({ ...ask.members(projectId), staleTime: 60_000 }).data?.items ?? [];
  const names = [...new Set([...kinds.map((one) => one.name), ...(search.name ? [search.name] : [])])].sort();
  const shown = !narrow || open;
  return (
    <div role="search" aria-label={t("scores.filters")} className="flex shrink-0 flex-wrap items-center gap-2 border-b px-4 py-2">
      {narrow && (
        <Button icon={ListFilter} aria-expanded={open} onClick={() => setOpen(!open)}>
          {t("scores.filters")}
        </Button>
      )}
      {shown && (
        <>
          <Pick label={t("score.name")} any={t("scores.any_name")} value={search.name} onChange={(name) => set({ name })} className="w-44!">
            {names.map((name) => (
              <option key={name} value={name}>{name}</option>
            ))}
          </Pick>
          <Pick label={t("score.source")} any={t("scores.any_source")} value={search.source} onChange={(source) => set({ source: SOURCES.find((one) => one === source) })}>
            {SOURCES.map((source) => (
              <option key={source} value={source}>{t(`score.source.${source}`)}</option>
            ))}
          </Pick>
          <Pick label={t("score.type")} any={t("scores.any_type")} value={search.type} onChange={(type) => set({ type: TYPES.find((one) => one === type) })}>
            {TYPES.map((type) => (
              <option key={type} value={type}>{t(`score.type.${type}`)}</option>
            ))}
          </Pick>
          <Pick label={t("score.target")} any={t("scores.any_target")} value={search.target} onChange={(target) => set({ target: TARGETS.find((one) => one === target) })}>
            {TARGETS.map((target) => (
              <option key={target} value={target}>{t(`scores.target.${target}`)}</option>
            ))}
          </Pick>
          <Pick label={t("score.author")} any={t("scores.any_author")} value={search.author} onChange={(author) => set({ author })} className="w-36!">
            {members.map((one) => (
              <option key={one.user_id} value={one.user_id}>{one.name || one.email}</option>
            ))}
          </Pick>
          <Typed label={t("scores.min")} type="number" value={search.min} onChange={(text) => set({ min: text === "" ? undefined : Number(text) })} />
          <Typed label={t("scores.max")} type="number" value={search.max} onChange={(text) => set({ max: text === "" ? undefined : Number(text) })} />
          <Typed label={t("scores.label")} type="text" value={search.label} onChange={(text) => set({ label: text || undefined })} />
          <label className="flex h-8 cursor-pointer items-center gap-1.5">
            <input type="checkbox" checked={search.comment === "yes"} onChange={(event) => set({ comment: event.target.checked ? "yes" : undefined })} className="accent-(--accent)" />
            {t("scores.commented")}
          </label>
        </>
      )}
      {isNarrowed(search) && (
        <Button look="ghost" onClick={() => set(NONE)}>
          {t("scores.clear")}
        </Button>
      )}
    </div>
  );
}

export const clearFilters = (set: ScoresPart["set"]) => set(NONE);

interface PickProps {
  label: string;
  any: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  className?: string;
  children: ReactNode;
}

function Pick({ label, any, value, onChange, className = "w-auto!", children }: PickProps) {
  return (
    <Select aria-label={label} value={value ?? ""} onChange={(event) => onChange(event.target.value || undefined)} className={cx(value && "border-accent! text-accent", className)}>
      <option value="">{any}</option>
      {children}
    </Select>
  );
}

interface TypedProps {
  label: string;
  type: "number" | "text";
  value: string | number | undefined;
  onChange: (text: string) => void;
}

/** Asks when one stops typing. */
function Typed({ label, type, value, onChange }: TypedProps) {
  const told = value === undefined ? "" : String(value);
  const [text, setText] = useState(told);
  const [known, setKnown] = useState(told);
  if (told !== known) {
    setKnown(told);
    setText(told);
  }
  useEffect(() => {
    const timer = setTimeout(() => {
      if (text !== told) onChange(text);
    }, 300);
    return () => clearTimeout(timer);
  });
  return <Input type={type} step="any" aria-label={label} placeholder={label} value={text} onChange={(event) => setText(event.target.value)} className={cx(type === "number" ? "w-28!" : "w-32!", told && "border-accent!")} />;
}
