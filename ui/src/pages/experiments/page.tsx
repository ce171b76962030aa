/** One experiment: the mean of each metric with its interval, and what it gave item by item. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, getRouteApi, useNavigate } from "@tanstack/react-router";
import { Gauge, Trash2 } from "lucide-react";
import { type MetricMean, deleteExperiment, experiment as askExperiment } from "@/api/datasets";
import { useRights } from "@/app/me";
import { PageHead, TabTitle } from "@/app/page";
import { useSpeech } from "@/messages";
import { Time } from "@/parts/figures";
import { IconButton } from "@/ui/button";
import { useLater } from "@/ui/later";
import { useRemoval } from "@/ui/removal";
import { Empty, Failure, Rows } from "@/ui/states";
import { experimentKey } from "../datasets/removal";
import { Items } from "./items";
import { Freed } from "./freed";
import { isOwn, nameOf, writeValue } from "./metric";
import { Running } from "./running";

const route = getRouteApi("/inside/project/$projectId/experiments/$experimentId");
const NONE: readonly string[] = [];

export function ExperimentPage() {
  const { t, f } = useSpeech();
  const { projectId, experimentId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const goTo = useNavigate();
  const client = useQueryClient();
  const remove = useRemoval();
  const { edit } = useRights(projectId);
  const query = useQuery(askExperiment(projectId, experimentId));
  const late = useLater(query.isPending);
  if (query.error || !query.data) {
    return (
      <>
        <TabTitle text={experimentId} missing />
        {query.error ? <Failure error={query.error} retry={() => void query.refetch()} /> : late && <Rows />}
      </>
    );
  }
  const { data } = query;
  const removeIt = () => {
    remove({
      ids: [experimentKey(projectId, data.id)],
      text: t("exp.deleted"),
      run: () => deleteExperiment(projectId, data.id).then(() => client.invalidateQueries({ queryKey: [projectId, "experiments"] })),
    });
    void goTo({ to: "/project/$projectId/experiments", params: { projectId } });
  };
  return (
    <>
      <PageHead title={data.name} heading={<bdi>{data.name}</bdi>}>
        {edit && <IconButton icon={Trash2} label={t("exp.delete")} onClick={removeIt} />}
      </PageHead>
      <div className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto px-4 pb-8">
        <p className="flex flex-wrap items-center gap-x-4 gap-y-1 text-fg-2">
          <Time at={data.started_at} />
          {data.dataset_name && (
            <Link to="/project/$projectId/datasets/$datasetId" params={{ projectId, datasetId: data.dataset_id }} className="rounded text-accent hover:underline">
              <bdi>{data.dataset_name}</bdi>
            </Link>
          )}
          {data.repetitions > 1 && <span>{t("exp.repetitions", { n: f.decimal(data.repetitions, 1) })}</span>}
          {data.description && <span className="wrap-anywhere">{data.description}</span>}
        </p>
        <Running projectId={projectId} experimentId={data.id} />
        {data.metrics.length === 0 ? <Empty icon={Gauge} title={t("exp.no_metrics")} /> : <Means metrics={data.metrics} />}
        {data.items > 0 && (
          <Items
            projectId={projectId}
            ids={[data.id]}
            names={[data.name]}
            metrics={data.metrics.map((one) => one.metric)}
            lower={NONE}
            search={search}
            onSearch={(change) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true })}
          />
        )}
      </div>
    </>
  );
}

function Means({ metrics }: { metrics: readonly MetricMean[] }) {
  const { t, f } = useSpeech();
  return (
    <div className="card max-w-3xl shrink-0 overflow-x-auto">
      <table className="w-full">
        <thead>
          <tr className="border-b bg-side text-left text-xs text-fg-3 [&>th]:h-8 [&>th]:px-3 [&>th]:font-medium [&>th]:whitespace-nowrap">
            <th scope="col">{t("exp.metric")}</th>
            <th scope="col" className="text-right!">{t("exp.mean")}</th>
            <th scope="col" className="text-right!">{t("exp.interval")}</th>
            <th scope="col" className="text-right! max-sm:hidden">{t("data.items")}</th>
          </tr>
        </thead>
        <tbody className="[&_td]:h-9 [&_td]:px-3 [&>tr]:border-b [&>tr:last-child]:border-0">
          {metrics.map((one) => {
            const width = one.low !== null && one.high !== null ? one.high - one.low : null;
            return (
              <tr key={one.metric}>
                <td className="min-w-32 wrap-break-word">
                  {nameOf(t, one.metric)}
                  {one.lower_is_better && !isOwn(one.metric) && <span className="ml-2 text-xs text-fg-3">{t("trend.lower")}</span>}
                </td>
                <td className="text-right font-medium whitespace-nowrap">
                  {writeValue(f, one.metric, one.value, width)}
                  <Freed rate={one.freed} />
                </td>
                <td className="text-right whitespace-nowrap text-fg-2">
                  {one.low !== null && one.high !== null && `${writeValue(f, one.metric, one.low, width)} – ${writeValue(f, one.metric, one.high, width)}`}
                </td>
                <td className="text-right max-sm:hidden">{f.integer(one.count)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
