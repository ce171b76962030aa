/** Experiments against a baseline: a verdict on every metric, and the items behind it. */
import { useQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { ArrowLeftRight, Scale } from "lucide-react";
import { type FormEvent, useState } from "react";
import { type Against, comparison } from "@/api/datasets";
import { PageHead } from "@/app/page";
import { type CompareSearch, joined, parted } from "@/lib/datasets";
import { useSpeech } from "@/messages";
import { Button, IconButton, buttonClass } from "@/ui/button";
import { Field, Input } from "@/ui/field";
import { useLater } from "@/ui/later";
import { Empty, Failure, Rows } from "@/ui/states";
import { Items } from "./items";
import { Metrics } from "./metrics";
import { Slices } from "./slices";
import { isOwn } from "./metric";
import { VerdictCounts } from "./verdict-counts";

const route = getRouteApi("/inside/project/$projectId/experiments/compare");

export function CompareExperimentsPage() {
  const { t } = useSpeech();
  const { projectId } = route.useParams();
  const search = route.useSearch();
  return (
    <>
      <PageHead title={t("cmp.title")} />
      {search.baseline && search.candidates ? (
        <Compared projectId={projectId} search={search} baseline={search.baseline} candidates={parted(search.candidates)} />
      ) : (
        <Empty icon={Scale} title={t("cmp.choose")} hint={t("exp.compare_hint")}>
          <Link to="/project/$projectId/experiments" params={{ projectId }} className={buttonClass()}>
            {t("nav.experiments")}
          </Link>
        </Empty>
      )}
    </>
  );
}

interface ComparedProps {
  projectId: string;
  search: CompareSearch;
  baseline: string;
  candidates: string[];
}

function Compared({ projectId, search, baseline, candidates }: ComparedProps) {
  const navigate = route.useNavigate();
  const set = (change: Partial<CompareSearch>) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
  const lower = parted(search.lower);
  const query = useQuery(
    comparison(projectId, {
      baseline,
      candidates,
      dataset: "",
      metrics: [],
      margin: search.margin ?? 0,
      margins: {},
      lower_is_better: lower,
      cluster_by: search.cluster ?? "",
      slice_by: search.slice ?? "",
    }),
  );
  const late = useLater(query.isPending);
  const told = query.data;
  const turn = (metric: string) => set({ lower: joined(lower.includes(metric) ? lower.filter((one) => one !== metric) : [...lower, metric]) || undefined });
  const swap = (id: string) => set({ baseline: id, candidates: joined([...candidates.filter((one) => one !== id), baseline]) });
  const metrics = told ? [...new Set(told.candidates.flatMap((one) => one.metrics.map((each) => each.metric)))] : [];
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto px-4 pb-8">
      <Asked search={search} onChange={set} />
      {query.error ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : !told ? (
        late && <Rows />
      ) : (
        <>
          {told.candidates.map((one) => (
            <section key={one.experiment.id} aria-label={one.experiment.name} className="card shrink-0 overflow-hidden">
              <Head projectId={projectId} against={one} baseline={told.baseline.name} family={told.family} onSwap={() => swap(one.experiment.id)} />
              <Metrics metrics={one.metrics} chosen={search.metric} onChoose={(metric) => set({ metric })} lower={lower} onTurn={turn} />
              <Slices slices={one.slices} metric={search.metric ?? one.metrics.find((each) => !isOwn(each.metric))?.metric} />
            </section>
          ))}
          <Items
            projectId={projectId}
            ids={[told.baseline.id, ...told.candidates.map((one) => one.experiment.id)]}
            names={[told.baseline.name, ...told.candidates.map((one) => one.experiment.name)]}
            metrics={metrics}
            lower={lower}
            search={search}
            onSearch={set}
          />
        </>
      )}
    </div>
  );
}

function Asked({ search, onChange }: { search: CompareSearch; onChange: (change: Partial<CompareSearch>) => void }) {
  const { t } = useSpeech();
  const [margin, setMargin] = useState(search.margin ? String(search.margin) : "");
  const [cluster, setCluster] = useState(search.cluster ?? "");
  const [slice, setSlice] = useState(search.slice ?? "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onChange({ margin: Number(margin) > 0 ? Number(margin) : undefined, cluster: cluster.trim() || undefined, slice: slice.trim() || undefined });
  };
  return (
    <form onSubmit={submit} className="grid max-w-5xl grid-cols-[repeat(auto-fit,minmax(min(100%,14rem),1fr))] items-start gap-3">
      <Field label={t("cmp.margin")} hint={t("cmp.margin_hint")}>
        {(ids) => <Input {...ids} type="number" min={0} step="any" inputMode="decimal" value={margin} onChange={(event) => setMargin(event.target.value)} />}
      </Field>
      <Field label={t("cmp.cluster")} hint={t("cmp.cluster_hint")}>{(ids) => <Input {...ids} maxLength={200} value={cluster} onChange={(event) => setCluster(event.target.value)} />}</Field>
      <Field label={t("cmp.slice")} hint={t("cmp.slice_hint")}>{(ids) => <Input {...ids} maxLength={200} value={slice} onChange={(event) => setSlice(event.target.value)} />}</Field>
      <Button type="submit" className="justify-self-start sm:mt-5">
        {t("cmp.apply")}
      </Button>
    </form>
  );
}

function Head({ projectId, against, baseline, family, onSwap }: { projectId: string; against: Against; baseline: string; family: number; onSwap: () => void }) {
  const { t } = useSpeech();
  const left = against.only_baseline + against.only_candidate;
  return (
    <header className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-b bg-side px-3 py-2.5">
      <h2 className="min-w-0 font-semibold wrap-anywhere">
        <Link to="/project/$projectId/experiments/$experimentId" params={{ projectId, experimentId: against.experiment.id }} className="rounded hover:text-accent hover:underline">
          <bdi>{against.experiment.name}</bdi>
        </Link>
        <span className="font-normal text-fg-3"> ↔ </span>
        <bdi className="font-normal text-fg-2">{baseline}</bdi>
      </h2>
      <VerdictCounts against={against} />
      <span className="ml-auto flex items-center gap-3 text-xs text-fg-3">
        {t("cmp.items_in_both", { n: against.items })}
        {left > 0 && <span>{t("cmp.left_out", { n: left })}</span>}
        <span>{t("cmp.family", { n: family })}</span>
        <IconButton small icon={ArrowLeftRight} label={t("cmp.swap", { name: against.experiment.name })} onClick={onSwap} />
      </span>
    </header>
  );
}
