/** Figures of calls in rows, each with its interval and the way to the calls behind it. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { PromptFigures } from "@/api/prompts";
import { narrowed, term } from "@/lib/filter";
import { IN_USE } from "@/lib/prompts";
import { useSpeech } from "@/messages";
import { Missing } from "@/parts/figures";
import { FreedScore, writerOf } from "./freed-score";
import { LabelBadge } from "./label-badge";

export interface FiguresRow {
  key: string;
  figures: PromptFigures | null;
  labels: readonly string[];
  /** Where there are no figures that tell it. */
  version?: number;
  start?: number;
  end?: number;
}

interface FiguresTableProps {
  projectId: string;
  name: string;
  title: string;
  rows: readonly FiguresRow[];
  /** Does each row have a time of its own? */
  timed?: boolean;
  /** Which calls were counted. */
  filter?: string;
}

type Score = PromptFigures["scores"][number];

/** A column of its own: a score, or one category of it. */
const columnOf = ({ name, category }: Pick<Score, "name" | "category">) => (category ? `${name}: ${category}` : name);

/** Names of scores that are numbers, the most frequent first. */
export function scoreNames(all: readonly (PromptFigures | null)[]): string[] {
  return [...counted(all, ({ name, category }) => (category ? null : name))].sort((a, b) => b[1] - a[1]).map(([name]) => name);
}

/** The most frequent scores first, the categories of one beside each other. */
function scoreColumns(all: readonly (PromptFigures | null)[]): string[] {
  const names = counted(all, ({ name }) => name);
  const given = new Map<string, { name: string; hits: number }>();
  for (const figures of all)
    for (const one of figures?.scores ?? []) given.set(columnOf(one), { name: one.name, hits: (given.get(columnOf(one))?.hits ?? 0) + one.count * one.value.value });
  const order = [...given].sort(([, a], [, b]) => names.get(b.name)! - names.get(a.name)! || a.name.localeCompare(b.name) || b.hits - a.hits);
  return order.map(([column]) => column);
}

function counted(all: readonly (PromptFigures | null)[], key: (score: Score) => string | null): Map<string, number> {
  const counts = new Map<string, number>();
  for (const figures of all)
    for (const one of figures?.scores ?? []) {
      const name = key(one);
      if (name !== null) counts.set(name, (counts.get(name) ?? 0) + one.count);
    }
  return counts;
}

const MOST_SCORES = 8;

const quoted = (text: string) => `"${text.replace(/(["\\])/g, "\\$1")}"`;

/** Calls that have the score, or the category of it. */
const scored = ({ name, category }: Score) => `score.${/^\w+$/.test(name) ? name : quoted(name)}:${category ? quoted(category) : "*"}`;

/** Calls that took as long. */
const slow = (micros: number) => `latency:>=${Math.floor(micros / 1000)}ms`;

export function FiguresTable({ projectId, name, title, rows, timed, filter = IN_USE }: FiguresTableProps) {
  const { t, f } = useSpeech();
  const names = scoreColumns(rows.map((one) => one.figures)).slice(0, MOST_SCORES);
  return (
    <section aria-label={title} className="min-w-0">
      <h2 className="mb-1.5 text-sm font-semibold">{title}</h2>
      <div className="card overflow-x-auto">
        <table className="w-full">
          <thead>
            <tr className="border-b bg-side text-xs text-fg-3 [&>th]:h-8 [&>th]:px-3 [&>th]:text-right [&>th]:font-medium [&>th]:whitespace-nowrap [&>th:last-child]:pr-4">
              <th scope="col" className="text-left!">{t("prompt.version_head")}</th>
              {timed && <th scope="col" className="text-left!">{t("prompt.when")}</th>}
              <th scope="col">{t("prompt.calls")}</th>
              <th scope="col">{t("prompt.error_rate")}</th>
              <th scope="col">p50</th>
              <th scope="col">p95</th>
              <th scope="col">{t("prompt.cost_per_call")}</th>
              {names.map((one) => (
                <th key={one} scope="col" className="max-w-40 truncate" title={one}>
                  {one}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="[&_td]:px-3 [&_td:last-child]:pr-4 [&_td]:py-1.5 [&_td]:text-right [&_td]:align-top [&>tr]:border-b [&>tr:last-child]:border-0">
            {rows.map(({ key, figures, labels, version, start, end }) => {
              const at = figures?.version ?? version ?? 0;
              return (
                <tr key={key}>
                  <td className="text-left!">
                    <span className="flex flex-wrap items-center gap-1.5">
                      <Link to="/project/$projectId/prompts/$name" params={{ projectId, name }} search={at ? { version: at } : {}} className="rounded font-medium whitespace-nowrap hover:text-accent hover:underline">
                        {at ? t("prompt.version", { version: String(at) }) : t("prompt.no_version")}
                      </Link>
                      {labels.map((one) => (
                        <LabelBadge key={one} label={one} />
                      ))}
                    </span>
                  </td>
                  {timed && <td className="text-left! text-xs whitespace-nowrap text-fg-2">{`${f.clock(start ?? 0)} – ${f.clock(end ?? 0)}`}</td>}
                  {figures ? <Cells projectId={projectId} name={name} figures={figures} names={names} filter={filter} /> : <td colSpan={5 + names.length} className="text-left! text-fg-3">{t("prompt.not_called")}</td>}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface CellsProps {
  projectId: string;
  name: string;
  figures: PromptFigures;
  names: readonly string[];
  filter: string;
}

function Cells({ projectId, name, figures, names, filter }: CellsProps) {
  const { t, f } = useSpeech();
  const { p50, p95, cost, error_rate: rate } = figures;
  const calls = narrowed(filter, `${term("prompt", name)} prompt_version:${figures.version}`);
  const to = (wanted: string, children: ReactNode) => (
    <Link
      to="/project/$projectId/traces"
      params={{ projectId }}
      search={{ view: "spans", filter: wanted, start: figures.start, end: figures.end }}
      className="rounded hover:text-accent hover:underline"
    >
      {children}
    </Link>
  );
  const value = (estimate: { value: number; low: number | null; high: number | null }, format: (value: number) => string, wanted: string) => (
    <>
      {to(wanted, format(estimate.value))}
      <Bounds low={estimate.low} high={estimate.high} format={format} />
    </>
  );
  return (
    <>
      <td>{to(calls, f.integer(figures.calls))}</td>
      <td>{value(rate, f.percent, `${calls} level:error`)}</td>
      <td>{p50 ? value(p50, f.duration, calls) : <Missing />}</td>
      <td>{p95 ? value(p95, f.duration, `${calls} ${slow(p95.value)}`) : <Missing />}</td>
      <td>
        {cost ? value(cost, f.money, calls) : figures.unpriced ? <span className="text-fg-3">{t("cost.unpriced")}</span> : <Missing />}
      </td>
      {names.map((one) => {
        const score = figures.scores.find((each) => columnOf(each) === one);
        return (
          <td key={one}>
            {score ? (
              <>
                {value(score.value, writerOf(f, score), `${calls} ${scored(score)}`)}
                <span className="block text-2xs text-fg-3">{t("prompt.of_scores", { n: score.count })}</span>
                <FreedScore score={score} className="whitespace-nowrap" />
              </>
            ) : (
              <Missing />
            )}
          </td>
        );
      })}
    </>
  );
}

function Bounds({ low, high, format }: { low: number | null; high: number | null; format: (value: number) => string }) {
  if (low === null && high === null) return null;
  const told = high === null ? `≥ ${format(low!)}` : low === null ? `≤ ${format(high)}` : `${format(low)} – ${format(high)}`;
  return <span className="block text-2xs whitespace-nowrap text-fg-3">{told}</span>;
}
