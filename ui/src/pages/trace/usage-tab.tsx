import { Link } from "@tanstack/react-router";
import type { SpanDetail } from "@/api/types";
import { inOrder } from "@/lib/usage";
import { useSpeech } from "@/messages";
import { CostSource, useBucketName } from "@/parts/cost-source";
import { Missing } from "@/parts/figures";
import { buttonClass } from "@/ui/button";
import { Empty } from "@/ui/states";

export function UsageTab({ projectId, detail }: { projectId: string; detail: SpanDetail }) {
  const { t, f } = useSpeech();
  const bucketName = useBucketName();
  const { span, cost, price_id, price_date } = detail;
  const buckets = inOrder([...Object.keys(span.usage), ...Object.keys(cost)]).filter((one) => one !== "total");
  const source = span.cost_source;
  if (!buckets.length && !span.total_cost && !span.total_tokens) return <Empty title={t("span.no_usage")} />;
  return (
    <div className="flex flex-col gap-4 p-4">
      {!span.billable && <p className="rounded-md bg-warn-soft px-3 py-2 text-warn">{t("span.not_billable")}</p>}
      {detail.attributes["pilothouse.usage_estimated"] !== undefined && <p className="rounded-md bg-warn-soft px-3 py-2 text-warn">{t("cost.estimated_long")}</p>}
      {source === "unpriced" && (
        <div className="flex flex-wrap items-center gap-3 rounded-md bg-warn-soft px-3 py-2 text-warn">
          <p className="min-w-0 flex-1">{t("cost.unpriced_long", { model: span.model || t("state.unknown") })}</p>
          <Link to="/project/$projectId/settings/models" params={{ projectId }} search={{ search: span.model }} className={buttonClass("plain", true)}>
            {t("cost.set_price")}
          </Link>
        </div>
      )}
      <div className="overflow-x-auto">
        <table className="w-full max-w-2xl">
          <thead>
            <tr className="border-b text-left text-xs text-fg-3">
              <th scope="col" className="h-8 pr-4 font-medium">{t("usage.bucket")}</th>
              <th scope="col" className="px-4 text-right font-medium">{t("usage.tokens")}</th>
              <th scope="col" className="px-4 text-right font-medium">{t("usage.per_million")}</th>
              <th scope="col" className="pl-4 text-right font-medium">{t("usage.cost")}</th>
            </tr>
          </thead>
          <tbody>
            {buckets.map((bucket) => {
              const tokens = span.usage[bucket] ?? 0;
              const price = cost[bucket];
              return (
                <tr key={bucket} className="border-b">
                  <th scope="row" className="h-8 pr-4 text-left font-normal">{bucketName(bucket)}</th>
                  <td className="px-4 text-right">{tokens ? f.integer(tokens) : <Missing />}</td>
                  <td className="px-4 text-right text-fg-2">{price && tokens ? f.money((price / tokens) * 1e6) : <Missing />}</td>
                  <td className="pl-4 text-right">{price ? f.money(price) : <Missing />}</td>
                </tr>
              );
            })}
            <tr className="font-medium">
              <th scope="row" className="h-9 pr-4 text-left font-medium">{t("usage.total")}</th>
              <td className="px-4 text-right">{f.integer(span.total_tokens)}</td>
              <td className="px-4 text-right"><Missing /></td>
              <td className="pl-4 text-right">{source === "unpriced" ? <Missing /> : f.money(span.total_cost)}</td>
            </tr>
          </tbody>
        </table>
      </div>
      <p className="flex flex-wrap items-center gap-2 text-xs text-fg-2">
        <CostSource source={source} />
        {price_id !== "" && price_date > 0 && t("cost.price_date", { date: f.day(price_date), id: price_id })}
      </p>
    </div>
  );
}
