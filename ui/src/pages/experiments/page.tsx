/** One experiment: the mean of each metric with its interval, and what it gave item by item. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, getRouteApi, useNavigate } from "@tanstack/react-router";
import { Gauge, Trash2 } from "lucide-react";
import { deleteExperiment, experiment as askExperiment } from "@/api/datasets";
import { run as askRun } from "@/api/runs";
import { useRights } from "@/app/me";
import { PageHead, Unread } from "@/app/page";
import { useSpeech } from "@/messages";
import { Time } from "@/parts/figures";
import { IconButton } from "@/ui/button";
import { useRemoval } from "@/ui/removal";
import { Empty } from "@/ui/states";
import { experimentKey } from "../datasets/removal";
import { Items } from "./items";
import { Means } from "./means";
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
  // Read with it, so that nothing moves when it comes.
  const going = useQuery(askRun(projectId, experimentId));
  if (query.error || !query.data || going.isPending) return <Unread title={experimentId} query={query.data ? going : query} />;
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
