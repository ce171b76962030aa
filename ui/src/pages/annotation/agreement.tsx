/** How far the people of a queue agree, by score. */
import { useQuery } from "@tanstack/react-query";
import { UsersRound } from "lucide-react";
import { type ConfigAgreement, type QueueDetail, agreement } from "@/api/annotation";
import type { Estimate } from "@/api/scores";
import { type Key, useSpeech } from "@/messages";
import { EstimateFact, Interval } from "@/parts/estimate";
import { Missing } from "@/parts/figures";
import { Badge } from "@/ui/badge";
import { useLater } from "@/ui/later";
import { Empty, Failure, Rows } from "@/ui/states";
import { useNames } from "./names";

export function Agreement({ projectId, queue }: { projectId: string; queue: QueueDetail }) {
  const { t, f } = useSpeech();
  const query = useQuery(agreement(projectId, queue.id));
  const late = useLater(query.isPending);
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return late && <Rows />;
  const told = query.data.filter((one) => one.items > 0);
  if (told.length === 0) return <Empty icon={UsersRound} title={t("accord.none")} hint={t("accord.none_hint")} />;
  return (
    <div className="flex max-w-5xl flex-col gap-4">
      {told.map((one) => (
        <OfConfig key={one.config.id} projectId={projectId} queue={queue} told={one} />
      ))}
      <p className="text-xs text-fg-3">{t("accord.method", { n: f.integer(1_999) })}</p>
    </div>
  );
}

/** What Krippendorff (2004) asks of data that conclusions are to rest on. */
function Strength({ alpha }: { alpha: Estimate }) {
  const { t } = useSpeech();
  const { value } = alpha;
  return <Badge tone={value >= 0.8 ? "ok" : value >= 0.667 ? "neutral" : "warn"}>{t(value >= 0.8 ? "accord.strong" : value >= 0.667 ? "accord.tentative" : "accord.weak")}</Badge>;
}

function OfConfig({ projectId, queue, told }: { projectId: string; queue: QueueDetail; told: ConfigAgreement }) {
  const { t, f } = useSpeech();
  const name = useNames(projectId, queue);
  const number = (value: number) => f.decimal(value, 3);
  const weighted = told.pairs.some((one) => one.weighted_kappa);
  const cell = (found: Estimate | null, format = number) =>
    found ? (
      <>
        <span className="font-medium">{format(found.value)}</span> <Interval found={found} format={format} />
      </>
    ) : (
      <Missing />
    );
  return (
    <section aria-label={told.config.name} className="card px-3.5 pt-3 pb-3.5">
      <div className="mb-2 flex flex-wrap items-center gap-2">
        <h2 className="min-w-0 truncate font-medium"><bdi>{told.config.name}</bdi></h2>
        <Badge>{t(`score.type.${told.config.data_type}` as Key)}</Badge>
        <span className="text-xs text-fg-2">{t("accord.items", { n: told.items })}</span>
      </div>
      <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-2 lg:grid-cols-3">
        <EstimateFact
          title={t("accord.alpha")}
          hint={t(told.level === "interval" ? "accord.alpha_interval" : "accord.alpha_nominal")}
          found={told.alpha}
          format={number}
          missing={t("accord.undefined")}
          badge={told.alpha && <Strength alpha={told.alpha} />}
        />
        {told.ordinal_alpha && <EstimateFact title={t("accord.alpha_ordinal")} hint={t("accord.alpha_ordinal_hint")} found={told.ordinal_alpha} format={number} />}
        <EstimateFact title={t("accord.same")} hint={t("accord.same_hint")} found={told.same} format={f.percent} />
      </dl>
      {told.pairs.length > 0 && (
        <>
          <h3 className="mt-4 mb-1 text-xs font-medium text-fg-2">{t("accord.pairs")}</h3>
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it is scrolled sideways by keys too */}
          <div role="group" aria-label={`${t("accord.pairs")}: ${told.config.name}`} tabIndex={0} className="overflow-x-auto focus-visible:-outline-offset-2">
            <table className="w-full">
              <thead>
                <tr className="border-b text-left text-xs text-fg-3 [&>th]:h-8 [&>th]:pr-4 [&>th]:font-medium [&>th]:whitespace-nowrap">
                  <th scope="col">{t("accord.pair")}</th>
                  <th scope="col" className="text-right!">{t("accord.both")}</th>
                  <th scope="col">{t("accord.same")}</th>
                  <th scope="col">{t("accord.kappa")}</th>
                  {weighted && <th scope="col">{t("accord.weighted")}</th>}
                </tr>
              </thead>
              <tbody className="[&_td]:h-9 [&_td]:pr-4 [&_td]:whitespace-nowrap [&>tr]:border-b [&>tr:last-child]:border-0">
                {told.pairs.map((one) => (
                  <tr key={`${one.first} ${one.second}`}>
                    <td>{name(one.first)} · {name(one.second)}</td>
                    <td className="text-right">{f.integer(one.items)}</td>
                    <td>{cell(one.same, f.percent)}</td>
                    <td>{cell(one.kappa)}</td>
                    {weighted && <td>{cell(one.weighted_kappa)}</td>}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </section>
  );
}
