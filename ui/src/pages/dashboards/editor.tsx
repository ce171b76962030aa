/** A widget under construction: what it asks on one side, what it shows on the other. */
import { useQuery } from "@tanstack/react-query";
import {
  AreaChart,
  BarChart3,
  ChartColumnIncreasing,
  Grid3x3,
  Hash,
  LineChart,
  ListOrdered,
  type LucideIcon,
  PieChart,
  Plus,
  Table as TableIcon,
  X,
} from "lucide-react";
import { useId, useState } from "react";
import * as ask from "@/api/queries";
import type { FilterField, MeasureKind, Widget, WidgetQuestion } from "@/api/types";
import { type Aggregation, type Measured, type MeasureName, unitOf } from "@/lib/measures";
import type { Span } from "@/lib/time";
import { KINDS, type WidgetKind, both, fitted, needsDimension, takes } from "@/lib/widgets";
import { useSpeech } from "@/messages";
import { FilterBar } from "@/parts/filter-bar";
import { Button, IconButton } from "@/ui/button";
import { cx } from "@/ui/cx";
import { Sheet } from "@/ui/dialog";
import { Field, Input, Select } from "@/ui/field";
import { useSettled } from "@/ui/later";
import { Switcher } from "@/ui/tabs";
import { useKeys } from "./keys";
import { WidgetView } from "./widget-view";
import { dimensionText, questionText } from "./words";

const ICONS: Record<WidgetKind, LucideIcon> = {
  line: LineChart,
  area: AreaChart,
  bar: BarChart3,
  number: Hash,
  top: ListOrdered,
  pie: PieChart,
  table: TableIcon,
  histogram: ChartColumnIncreasing,
  heatmap: Grid3x3,
};
const BUCKETS = ["auto", "minute", "hour", "day", "week", "month"] as const;
const KEYED_DIMENSION = "metadata.";

interface EditorProps {
  projectId: string;
  widget: Widget;
  fresh: boolean;
  range: Span;
  /** Of the dashboard. */
  filter: string;
  onSave: (widget: Widget) => void;
  onClose: () => void;
}

export default function Editor({ projectId, widget, fresh, range, filter, onSave, onClose }: EditorProps) {
  const { t } = useSpeech();
  const kinds = useQuery(ask.measures(projectId)).data;
  const fields = useQuery(ask.filterFields(projectId)).data;
  return (
    <Sheet open onClose={onClose} title={t(fresh ? "dash.add" : "dash.edit")} className="w-full md:w-[min(72rem,94vw)]">
      {kinds && fields && <Form {...{ projectId, widget, fresh, range, filter, onSave, onClose, kinds, fields }} />}
    </Sheet>
  );
}

function Form({ projectId, widget, fresh, range, filter, onSave, onClose, kinds, fields }: EditorProps & { kinds: MeasureKind[]; fields: FilterField[] }) {
  const { t, f } = useSpeech();
  const [draft, setDraft] = useState(widget);
  const { kind, question } = draft;
  const most = takes(kind);
  const own = (one: Measured): Aggregation => kinds.find((each) => each.name === one.measure)!.aggregations[0]!;
  const askFor = (next: Partial<WidgetQuestion>, as = kind) => setDraft({ ...draft, kind: as, question: fitted({ ...question, ...next }, as, own) });
  const dimensions = question.dimensions ?? [];
  const title = draft.title || questionText(t, f, question);
  const lacking = question.measures.some((one) => kinds.find((each) => each.name === one.measure)?.keyed && !one.key)
    ? t("dash.needs_key")
    : needsDimension(kind) && !dimensions[0]
      ? t("dash.needs_dimension")
      : dimensions.some((one) => one.endsWith("."))
        ? t("dash.needs_dimension")
        : null;
  const settled = useSettled(draft, 250);
  const changeDimension = (place: number, value: string) =>
    askFor({ dimensions: value ? [...dimensions.slice(0, place), value, ...dimensions.slice(place + 1)] : dimensions.filter((_, index) => index !== place) });
  return (
    <form
      className="flex min-h-0 flex-1 flex-col"
      onSubmit={(event) => {
        event.preventDefault();
        if (!lacking) onSave({ ...draft, title: (draft.title ?? "").trim() });
      }}
    >
      <header className="flex h-12 shrink-0 items-center gap-2 border-b px-4">
        <h2 className="min-w-0 flex-1 truncate text-base font-semibold">{t(fresh ? "dash.add" : "dash.edit")}</h2>
        <Button type="submit" look="primary" disabled={lacking !== null}>{t(fresh ? "dash.add_it" : "act.save")}</Button>
        <IconButton icon={X} label={t("act.close")} onClick={onClose} />
      </header>
      <div className="flex min-h-0 flex-1 flex-col overflow-y-auto md:flex-row md:overflow-hidden">
        <div className="flex shrink-0 flex-col gap-4 p-4 md:w-96 md:overflow-y-auto md:border-r">
          <Kinds value={kind} onChange={(next) => askFor({}, next)} />
          <Field label={t("dash.title")}>
            {(ids) => <Input {...ids} value={draft.title} maxLength={100} placeholder={questionText(t, f, question)} onChange={(event) => setDraft({ ...draft, title: event.target.value })} />}
          </Field>
          <div className="flex flex-col gap-1">
            <span className="text-xs font-medium text-fg-2">{t("dash.over")}</span>
            <Switcher
              label={t("dash.over")}
              value={question.view ?? "spans"}
              options={[{ key: "traces", label: t("list.traces") }, { key: "spans", label: t("list.spans") }]}
              onChange={(view) => askFor({ view })}
            />
          </div>
          <Measures projectId={projectId} range={range} kinds={kinds} kind={kind} question={question} onChange={(measures) => askFor({ measures })} most={dimensions.length && kind !== "table" ? 1 : most.measures} />
          {Array.from({ length: Math.min(most.dimensions, dimensions.length + 1) }, (_, place) => (
            <DimensionField key={place} label={t(place ? "dash.then_by" : "dash.split")} fields={fields} value={dimensions[place] ?? ""} onChange={(value) => changeDimension(place, value)} />
          ))}
          {most.time !== "never" && (
            <Field label={t("dash.bucket")}>
              {(ids) => (
                <Select {...ids} value={question.bucket} onChange={(event) => askFor({ bucket: event.target.value as WidgetQuestion["bucket"] })}>
                  {most.time === "may" && <option value="none">{t("dash.bucket.none")}</option>}
                  {BUCKETS.map((one) => <option key={one} value={one}>{t(`dash.bucket.${one}`)}</option>)}
                </Select>
              )}
            </Field>
          )}
          {most.time === "always" && kind !== "heatmap" && (
            <label className="flex items-center gap-2">
              <input type="checkbox" checked={draft.compare ?? false} onChange={(event) => setDraft({ ...draft, compare: event.target.checked })} className="size-3.5 accent-accent" />
              {t("chart.compare")}
            </label>
          )}
          {(kind === "top" || kind === "table") && (
            <Field label={t("dash.rows")}>
              {(ids) => <Input {...ids} type="number" min={1} max={1000} value={question.limit} onChange={(event) => askFor({ limit: Math.min(1000, Math.max(1, Number(event.target.value) || 1)) })} />}
            </Field>
          )}
          <div className="flex flex-col gap-1">
            <span className="text-xs font-medium text-fg-2">{t("list.filter")}</span>
            <FilterBar projectId={projectId} value={question.filter ?? ""} start={range.start} end={range.end} onApply={(text) => text !== question.filter && askFor({ filter: text })} />
          </div>
        </div>
        <div className="flex min-h-80 min-w-0 flex-1 flex-col bg-side p-4">
          <section aria-label={t("dash.preview")} className="card flex h-96 flex-col p-3.5">
            <h3 className="mb-1.5 truncate text-xs font-medium text-fg-2">{title}</h3>
            <div className="min-h-0 flex-1">
              {lacking ? <p className="grid h-full place-items-center text-fg-3">{lacking}</p> : <WidgetView projectId={projectId} kind={settled.kind} question={settled.question} title={title} range={range} filter={filter} compare={settled.compare} />}
            </div>
          </section>
          {both(filter, question.filter ?? "") !== (question.filter ?? "") && <p className="mt-2 text-xs text-fg-3">{t("dash.also", { filter })}</p>}
        </div>
      </div>
    </form>
  );
}

function Kinds({ value, onChange }: { value: WidgetKind; onChange: (kind: WidgetKind) => void }) {
  const { t } = useSpeech();
  return (
    <div role="radiogroup" aria-label={t("dash.kind")} className="grid grid-cols-3 gap-1.5">
      {KINDS.map((one) => {
        const Icon = ICONS[one];
        return (
          <button
            key={one}
            type="button"
            role="radio"
            aria-checked={one === value}
            onClick={() => onChange(one)}
            className={cx("flex h-14 flex-col items-center justify-center gap-1 rounded-md border text-xs", one === value ? "border-accent bg-accent-soft text-accent" : "text-fg-2 hover:bg-hover")}
          >
            <Icon size={16} aria-hidden />
            {t(`widget.${one}`)}
          </button>
        );
      })}
    </div>
  );
}

interface MeasuresProps {
  projectId: string;
  range: Span;
  kinds: MeasureKind[];
  kind: WidgetKind;
  question: WidgetQuestion;
  most: number;
  onChange: (measures: Measured[]) => void;
}

function Measures({ projectId, range, kinds, kind, question, most, onChange }: MeasuresProps) {
  const { t } = useSpeech();
  const { measures } = question;
  const bins = kind === "histogram" || (kind === "heatmap" && !question.dimensions?.length);
  const unit = unitOf(measures[0]!);
  // Lines that share an axis share a unit.
  const fits = (one: MeasureKind, place: number) =>
    (!bins || one.aggregations.includes("histogram")) && (place === 0 || kind === "table" || unitOf({ measure: one.name, aggregation: one.aggregations[0]!, key: "" }) === unit);
  const put = (place: number, next: Measured | null) => onChange(measures.flatMap((one, index) => (index === place ? (next ? [next] : []) : [one])));
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1 text-xs font-medium text-fg-2">{t("dash.measure")}</legend>
      {measures.map((one, place) => {
        const known = kinds.find((each) => each.name === one.measure)!;
        return (
          <div key={place} className="flex flex-wrap items-center gap-1.5">
            <Select
              aria-label={t("dash.measure")}
              className="min-w-32 flex-1"
              value={one.measure}
              onChange={(event) => {
                const next = kinds.find((each) => each.name === (event.target.value as MeasureName))!;
                put(place, { measure: next.name, aggregation: next.aggregations[0]!, key: "" });
              }}
            >
              {kinds.filter((each) => fits(each, place)).map((each) => <option key={each.name} value={each.name}>{t(`measure.${each.name}`)}</option>)}
            </Select>
            {!bins && known.aggregations.length > 1 && (
              <Select aria-label={t("dash.aggregation")} className="w-24!" value={one.aggregation ?? known.aggregations[0]} onChange={(event) => put(place, { ...one, aggregation: event.target.value as Aggregation })}>
                {known.aggregations.filter((way) => way !== "histogram").map((way) => <option key={way} value={way}>{t(`agg.${way}`)}</option>)}
              </Select>
            )}
            {measures.length > 1 && <IconButton small icon={X} label={t("dash.remove_measure")} onClick={() => put(place, null)} />}
            {known.keyed && <KeyInput projectId={projectId} range={range} field={one.measure === "score" ? "score" : "usage"} value={one.key ?? ""} onChange={(key) => put(place, { ...one, key })} />}
          </div>
        );
      })}
      {measures.length < most && (
        <Button small look="ghost" icon={Plus} className="self-start" onClick={() => onChange([...measures, measures[0]!])}>{t("dash.add_measure")}</Button>
      )}
    </fieldset>
  );
}

/** The name of a score, or of a usage bucket, out of those that the project has. */
function KeyInput({ projectId, range, field, value, onChange }: { projectId: string; range: Span; field: "score" | "usage"; value: string; onChange: (key: string) => void }) {
  const { t } = useSpeech();
  const id = useId();
  const known = useKeys(projectId, range, field);
  return (
    <>
      <Input list={id} aria-label={t(`dash.key.${field}`)} placeholder={t(`dash.key.${field}`)} value={value} onChange={(event) => onChange(event.target.value)} className="basis-full" />
      <datalist id={id}>{known.map((one) => <option key={one} value={one}>{one}</option>)}</datalist>
    </>
  );
}

function DimensionField({ label, fields, value, onChange }: { label: string; fields: FilterField[]; value: string; onChange: (value: string) => void }) {
  const { t } = useSpeech();
  const keyed = value.startsWith(KEYED_DIMENSION);
  return (
    <Field label={label}>
      {(ids) => (
        <div className="flex gap-1.5">
          <Select {...ids} value={keyed ? KEYED_DIMENSION : value} onChange={(event) => onChange(event.target.value)}>
            <option value="">{t("dash.no_split")}</option>
            {fields.filter((one) => one.dimension).map((one) => <option key={one.name} value={one.name}>{dimensionText(t, one.name)}</option>)}
            <option value={KEYED_DIMENSION}>{t("span.metadata")}…</option>
          </Select>
          {keyed && <Input aria-label={t("dash.metadata_key")} placeholder={t("dash.metadata_key")} value={value.slice(KEYED_DIMENSION.length)} onChange={(event) => onChange(KEYED_DIMENSION + event.target.value)} />}
        </div>
      )}
    </Field>
  );
}
