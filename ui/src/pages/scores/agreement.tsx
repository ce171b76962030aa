/** How far two scores of the same things agree: a table of what was said, and what statistics make of it. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Estimate, ScoreAgreement, ScoreBin } from "@/api/scores";
import { FEW_PAIRS, type Kind, behind, depths, digitsOf, strength } from "@/lib/scores";
import { DAY } from "@/lib/time";
import { useSpeech } from "@/messages";
import type { Range } from "@/parts/range";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Empty } from "@/ui/states";
import { useKindOfScore } from "./name";
import { useBinName } from "./summary";

interface AgreementProps {
  projectId: string;
  range: Range;
  first: Kind;
  second: Kind;
  found: ScoreAgreement;
  by: "target" | "trace";
  onByTrace: () => void;
}

export function Agreement({ projectId, range, first, second, found, by, onByTrace }: AgreementProps) {
  const { t, f } = useSpeech();
  const title = t("agree.title");
  const sampled = found.used < found.pairs;
  return (
    <section aria-label={title} className="card min-w-0 px-3.5 pt-3 pb-3.5">
      <div className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="font-medium">{title}</h2>
        <Badge>{t("agree.pairs", { n: found.pairs })}</Badge>
        {sampled && <span className="text-xs text-fg-3">{t("agree.sampled", { n: found.pairs, used: f.integer(found.used) })}</span>}
        {found.pairs > 0 && found.pairs < FEW_PAIRS && (found.labels || found.numbers) && <span className="text-xs text-warn">{t("agree.few")}</span>}
      </div>
      {found.pairs === 0 ? (
        <Empty title={t("agree.no_pairs")} hint={t(by === "target" ? "agree.no_pairs_target" : "agree.no_pairs_hint")} className="py-8!">
          {by === "target" && <Button onClick={onByTrace}>{t("agree.by_trace")}</Button>}
        </Empty>
      ) : (
        <div className="grid gap-x-8 gap-y-4 lg:grid-cols-[minmax(0,3fr)_minmax(16rem,2fr)]">
          <Matrix projectId={projectId} range={range} first={first} second={second} found={found} />
          <Statistics found={found} />
        </div>
      )}
    </section>
  );
}

/** Traces are scored after they began, at times days after. */
const SCORED_WITHIN = 30 * DAY;

const key = (bin: ScoreBin) => `${bin.label}/${bin.low}/${bin.others}`;

const isRange = (bin: ScoreBin | undefined) => bin !== undefined && bin.low !== null && bin.low !== bin.high;

/** Depth of colour tells how often; what lies on the diagonal of equal axes was said alike. */
function Matrix({ projectId, range, first, second, found }: Pick<AgreementProps, "projectId" | "range" | "first" | "second" | "found">) {
  const { t, f } = useSpeech();
  const name = useBinName();
  const nameOf = useKindOfScore(projectId);
  const { rows, columns, counts } = found;
  const depth = depths(counts);
  const equal = first.data_type === second.data_type;
  return (
    <div className="min-w-0">
      <p className="mb-1 truncate pl-24 text-center text-xs text-fg-2">{nameOf(second)}</p>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it is scrolled sideways by keys too */}
      <div role="group" aria-label={t("agree.matrix")} tabIndex={0} className="overflow-x-auto focus-visible:-outline-offset-2">
        <table aria-label={t("agree.matrix")} className="w-full table-fixed border-separate border-spacing-0.5 text-xs" style={{ minWidth: `${6 + columns.length * (isRange(columns[0]) ? 2.9 : 4.25)}rem` }}>
          <thead>
            <tr>
              <th scope="col" className="w-24">
                <span className="sr-only">{nameOf(first)}</span>
              </th>
              {columns.map((bin) => (
                <th key={key(bin)} scope="col" title={name(bin, second.data_type)} className="truncate px-0.5 pb-0.5 font-normal text-fg-3">
                  {isRange(bin) ? `≥ ${f.decimal(bin.low!, digitsOf(bin.high! - bin.low!))}` : name(bin, second.data_type)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, place) => (
              <tr key={key(row)}>
                <th scope="row" title={name(row, first.data_type)} className="sticky left-0 truncate bg-bg pr-1.5 text-right font-normal text-fg-3">
                  {name(row, first.data_type)}
                </th>
                {columns.map((column, index) => {
                  const n = counts[place]![index]!;
                  const text = t("agree.cell", { one: name(row, first.data_type), other: name(column, second.data_type), n });
                  const terms = [behind(first, row, place === rows.length - 1), behind(second, column, index === columns.length - 1)];
                  return (
                    <td
                      key={key(column)}
                      title={text}
                      className={equal && place === index ? "h-8 rounded-sm text-center font-semibold outline outline-line-strong" : "h-8 rounded-sm text-center"}
                      style={{ background: depth[place]![index] ? `color-mix(in srgb, var(--series-1) ${depth[place]![index]}%, var(--bg))` : "var(--bg-sunken)" }}
                    >
                      {n > 0 &&
                        (terms.includes(null) ? (
                          f.compact(n)
                        ) : (
                          <Link
                            to="/project/$projectId/traces"
                            params={{ projectId }}
                            search={{ filter: terms.join(" "), start: range.start - SCORED_WITHIN, end: range.end }}
                            aria-label={t("agree.open", { cell: text })}
                            className="grid h-full place-items-center rounded-sm hover:underline focus-visible:-outline-offset-2"
                          >
                            {f.compact(n)}
                          </Link>
                        ))}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="mt-1 truncate text-xs text-fg-2">↑ {nameOf(first)}</p>
    </div>
  );
}

function Statistics({ found }: { found: ScoreAgreement }) {
  const { t, f } = useSpeech();
  const { labels, numbers, same_scale } = found;
  const number = (value: number) => f.decimal(value, 3);
  if (!labels && !numbers) return <p className="self-start text-fg-2">{t("agree.mixed")}</p>;
  return (
    <dl className="grid content-start gap-x-4 gap-y-3 sm:grid-cols-2 lg:grid-cols-1 xl:grid-cols-2">
      {labels && (
        <>
          <Statistic title={t("agree.kappa")} hint={t("agree.kappa_hint")} found={labels.kappa} format={number} badge={labels.kappa && <Badge tone={labels.kappa.value > 0.6 ? "ok" : labels.kappa.value > 0.2 ? "neutral" : "warn"}>{t(`agree.strength.${strength(labels.kappa.value)}`)}</Badge>} />
          <Statistic title={t("agree.same")} hint={t("agree.same_hint")} found={labels.agreement} format={f.percent} />
          {labels.f1 !== null && <Plain title={t("agree.f1")} hint={t("agree.f1_hint")}>{number(labels.f1)}</Plain>}
        </>
      )}
      {numbers && (
        <>
          <Statistic title={t("agree.pearson")} hint={t("agree.pearson_hint")} found={numbers.pearson} format={number} />
          <Statistic title={t("agree.spearman")} hint={t("agree.spearman_hint")} found={numbers.spearman} format={number} />
        </>
      )}
      {numbers && same_scale && (
        <>
          <Plain title={t("agree.mae")} hint={t("agree.mae_hint")}>{number(numbers.mae)}</Plain>
          <Plain title={t("agree.rmse")} hint={t("agree.rmse_hint")}>{number(numbers.rmse)}</Plain>
          <Plain title={t("agree.bias")} hint={t("agree.bias_hint")}>{`${numbers.bias > 0 ? "+" : ""}${number(numbers.bias)}`}</Plain>
        </>
      )}
    </dl>
  );
}

interface StatisticProps {
  title: string;
  hint: string;
  found: Estimate | null;
  format: (value: number) => string;
  badge?: ReactNode;
}

function Statistic({ title, hint, found, format, badge }: StatisticProps) {
  const { t } = useSpeech();
  if (!found) return <Plain title={title} hint={t("agree.undefined")}>–</Plain>;
  const { value, low, high } = found;
  return (
    <Plain title={title} hint={hint} badge={badge} interval={low === null || high === null ? t("agree.no_interval") : t("agree.interval", { low: format(low), high: format(high) })}>
      {format(value)}
    </Plain>
  );
}

function Plain({ title, hint, badge, interval, children }: { title: string; hint: string; badge?: ReactNode; interval?: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-fg-2">{title}</dt>
      <dd>
        <span className="flex flex-wrap items-baseline gap-x-2">
          <span className="text-xl font-semibold tracking-tight">{children}</span>
          {badge}
          {interval && <span className="text-xs text-fg-2">{interval}</span>}
        </span>
        <span className="block text-xs text-fg-3">{hint}</span>
      </dd>
    </div>
  );
}
