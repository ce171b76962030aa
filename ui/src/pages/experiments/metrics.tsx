/** Every metric of a candidate: how far from the baseline, and whether that is real. */
import { CircleCheck, CircleHelp, CircleX, Equal } from "lucide-react";
import type { MetricTold } from "@/api/datasets";
import { useSpeech } from "@/messages";
import { cx } from "@/ui/cx";
import { ShortTable } from "@/ui/short-table";
import { Tip } from "@/ui/tip";
import { Freed } from "./freed";
import { isOwn, nameOf, writeDifference, writeValue } from "./metric";

interface MetricsProps {
  metrics: readonly MetricTold[];
  /** What each row is called; otherwise its metric. */
  labels?: readonly string[];
  /** By which the items below are ordered. */
  chosen?: string;
  onChoose?: (metric: string) => void;
  /** Of which less is better, as one has said: the verdicts follow. */
  lower?: readonly string[];
  onTurn?: (metric: string) => void;
}

export function Metrics({ metrics, labels, chosen, onChoose, lower, onTurn }: MetricsProps) {
  const { t } = useSpeech();
  return (
    <div className="overflow-x-auto">
      <table className="w-full">
        <thead>
          <tr className="border-b text-left text-xs text-fg-3 [&>th]:h-8 [&>th]:px-3 [&>th]:font-medium [&>th]:whitespace-nowrap">
            <th scope="col">{t(labels ? "cmp.value" : "exp.metric")}</th>
            <th scope="col">{t("cmp.verdict")}</th>
            <th scope="col" className="text-right!">{t("cmp.difference")}</th>
            <th scope="col" className="w-40 max-lg:hidden">{t("exp.interval")}</th>
            <th scope="col" className="text-right! max-sm:hidden">{t("cmp.baseline")}</th>
            <th scope="col" className="text-right! max-sm:hidden">{t("cmp.candidate")}</th>
            <th scope="col" className="text-right! max-md:hidden">{t("cmp.p")}</th>
            <th scope="col" className="text-right! max-md:hidden">{t("cmp.flips")}</th>
            <th scope="col" className="text-right! max-lg:hidden">{t("cmp.smallest")}</th>
            {onTurn && <th scope="col" className="max-md:hidden">{t("cmp.lower")}</th>}
          </tr>
        </thead>
        <tbody className="[&_td]:h-10 [&_td]:px-3 [&_td]:py-1 [&>tr]:border-b [&>tr:last-child]:border-0">
          {metrics.map((one, place) => (
            <Row
              key={labels?.[place] ?? one.metric}
              told={one}
              label={labels?.[place] ?? nameOf(t, one.metric)}
              chosen={one.metric === chosen}
              isLower={lower?.includes(one.metric) ?? false}
              onChoose={onChoose && (() => onChoose(one.metric))}
              onTurn={onTurn && (() => onTurn(one.metric))}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The same in few columns, of what can be compared, for where one decides. */
export function Differences({ metrics }: { metrics: readonly MetricTold[] }) {
  const { t, f } = useSpeech();
  const told = metrics.filter((one) => one.difference !== null);
  if (told.length === 0) return <p className="text-fg-3">{t("cmp.no_pair")}</p>;
  return (
    <ShortTable
      heads={[
        { key: "metric", label: t("exp.metric") },
        { key: "verdict", label: t("cmp.verdict") },
        { key: "difference", label: t("cmp.difference"), right: true },
        { key: "interval", label: t("exp.interval"), right: true, className: "max-sm:hidden" },
      ]}
      rows="[&_td]:h-9"
    >
      {told.map((one) => (
        <tr key={one.metric}>
          <td className="min-w-20 wrap-anywhere">{nameOf(t, one.metric)}</td>
          <td>
            <Verdict told={one} />
          </td>
          <td className="text-right font-medium whitespace-nowrap">
            {one.difference && writeDifference(f, one.metric, one.difference.value, widthOf(one))}
            <span className="block text-2xs font-normal text-fg-3 sm:hidden">{intervalOf(f, one)}</span>
          </td>
          <td className="text-right whitespace-nowrap text-fg-2 max-sm:hidden">{intervalOf(f, one)}</td>
        </tr>
      ))}
    </ShortTable>
  );
}

interface RowProps {
  told: MetricTold;
  label: string;
  chosen: boolean;
  isLower: boolean;
  onChoose: (() => void) | undefined;
  onTurn: (() => void) | undefined;
}

function Row({ told, label, chosen, isLower, onChoose, onTurn }: RowProps) {
  const { t, f } = useSpeech();
  const { metric, difference: found } = told;
  const width = widthOf(told);
  return (
    <tr className={cx("hover:bg-hover", chosen && "bg-accent-soft")}>
      <td className="max-w-56">
        {onChoose ? (
          <button type="button" onClick={onChoose} aria-pressed={chosen} className="max-w-full truncate rounded font-medium">
            {label}
          </button>
        ) : (
          <bdi className="block truncate">{label}</bdi>
        )}
      </td>
      <td>
        <Verdict told={told} />
      </td>
      {found === null ? (
        <td colSpan={8} className="text-fg-3">{t("cmp.no_pair")}</td>
      ) : (
        <>
          <td className="text-right font-medium whitespace-nowrap">{writeDifference(f, metric, found.value, width)}</td>
          <td className="max-lg:hidden">
            <Interval told={told} />
          </td>
          <td className="text-right whitespace-nowrap max-sm:hidden">
            {writeValue(f, metric, found.baseline, width)}
            <Freed metric={metric} corrected={told.freed_baseline} powered={told.powered_baseline} />
          </td>
          <td className="text-right whitespace-nowrap max-sm:hidden">
            {writeValue(f, metric, found.candidate, width)}
            <Freed metric={metric} corrected={told.freed_candidate} powered={told.powered_candidate} />
          </td>
          <td className="text-right whitespace-nowrap max-md:hidden">
            <Chance told={told} />
          </td>
          <td className="text-right whitespace-nowrap max-md:hidden">{`${f.integer(found.up)} / ${f.integer(found.down)}`}</td>
          <td className="text-right whitespace-nowrap text-fg-2 max-lg:hidden">
            {found.smallest !== null && (
              <Tip text={t("cmp.smallest_hint")}>
                <span className="cursor-default">{writeValue(f, metric, found.smallest, width)}</span>
              </Tip>
            )}
          </td>
          {onTurn && (
            <td className="max-md:hidden">
              {told.is_known
                ? !isOwn(metric) && <Tip text={t("cmp.lower_known")}><span className="cursor-default text-xs text-fg-2">{t("cmp.yes")}</span></Tip>
                : <input type="checkbox" aria-label={`${t("cmp.lower")}: ${label}`} checked={isLower} onChange={onTurn} />}
            </td>
          )}
        </>
      )}
    </tr>
  );
}

const LOOKS = {
  better: { icon: CircleCheck, tone: "text-ok" },
  worse: { icon: CircleX, tone: "text-danger" },
  equivalent: { icon: Equal, tone: "text-accent" },
  "cannot tell": { icon: CircleHelp, tone: "text-fg-2" },
} as const;

function Verdict({ told }: { told: MetricTold }) {
  const { t, f } = useSpeech();
  const fine = told.verdict === "cannot tell" && told.not_worse && told.margin > 0;
  const { icon: Icon, tone } = fine ? LOOKS.equivalent : LOOKS[told.verdict];
  const word = fine ? t("cmp.not_worse", { margin: f.decimal(told.margin, 4) }) : t(told.verdict === "cannot tell" ? "cmp.unclear" : `cmp.${told.verdict}`);
  const notes = notesOf(t, f, told);
  const shown = (
    <span className={cx("inline-flex cursor-default items-center gap-1.5 font-medium whitespace-nowrap", tone)}>
      <Icon size={15} aria-hidden className="shrink-0" />
      {word}
    </span>
  );
  return notes ? <Tip text={notes}>{shown}</Tip> : shown;
}

/** How likely such a difference is by chance, all questions counted. */
function Chance({ told }: { told: MetricTold }) {
  const { t, f } = useSpeech();
  return (
    <Tip text={how(t, f, told)}>
      <span className="cursor-default">{told.p_together < 0.001 ? `<${f.decimal(0.001, 3)}` : f.decimal(told.p_together, 3)}</span>
    </Tip>
  );
}

type Speech = ReturnType<typeof useSpeech>;

function notesOf(t: Speech["t"], f: Speech["f"], told: MetricTold): string {
  const missing = told.baseline_missing + told.candidate_missing;
  return [
    told.difference && !told.difference.enough && t("cmp.few"),
    missing > 0 && t("cmp.missing", { n: missing }),
    told.noise !== null && t("cmp.noise", { share: f.percent(told.noise, 0), advice: t(told.noise > 0.5 ? "cmp.noise_high" : "cmp.noise_low") }),
  ]
    .filter(Boolean)
    .join(" ");
}

function how(t: Speech["t"], f: Speech["f"], { difference: found }: MetricTold): string {
  if (!found) return "";
  const values = { method: found.method, pairs: found.pairs, p: f.decimal(found.p, 4) };
  return found.clusters === null ? t("cmp.how", values) : t("cmp.how_clusters", { ...values, clusters: found.clusters });
}

function widthOf({ difference: found }: MetricTold): number | null {
  return found?.low != null && found.high != null ? found.high - found.low : null;
}

function intervalOf(f: Speech["f"], told: MetricTold): string {
  const found = told.difference;
  if (!found || found.low === null || found.high === null) return "";
  const width = widthOf(told);
  return `[${writeDifference(f, told.metric, found.low, width)}, ${writeDifference(f, told.metric, found.high, width)}]`;
}

/** The interval on a line on which 0, and the margin, are marked. */
function Interval({ told }: { told: MetricTold }) {
  const { f } = useSpeech();
  const found = told.difference;
  if (!found || found.low === null || found.high === null) return null;
  const reach = Math.max(Math.abs(found.low), Math.abs(found.high), told.margin) * 1.1 || 1;
  const at = (value: number) => `${50 + (value / reach) * 50}%`;
  const text = intervalOf(f, told);
  const real = told.verdict === "better" ? "bg-ok" : told.verdict === "worse" ? "bg-danger" : "bg-fg-3";
  return (
    <Tip text={text}>
      <div role="img" aria-label={text} className="relative h-5 w-36">
        {told.margin > 0 && <span className="absolute inset-y-0 bg-sunken" style={{ left: at(-told.margin), right: `calc(100% - ${at(told.margin)})` }} />}
        <span className="absolute inset-y-0 w-px bg-line-strong" style={{ left: "50%" }} />
        <span className={cx("absolute top-1/2 h-0.5 -translate-y-1/2 rounded", real)} style={{ left: at(found.low), right: `calc(100% - ${at(found.high)})`, minWidth: 2 }} />
        <span className={cx("absolute top-1/2 size-2 -translate-1/2 rounded-full", real)} style={{ left: at(found.value) }} />
      </div>
    </Tip>
  );
}
