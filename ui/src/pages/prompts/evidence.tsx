/** The experiment that is to show that a version is good: against its baseline, metric by metric. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronRight, FlaskConical } from "lucide-react";
import { useState } from "react";
import { comparison, experiment as askExperiment } from "@/api/datasets";
import type { AttachedExperiment } from "@/api/prompt-releases";
import { useSpeech } from "@/messages";
import { cx } from "@/ui/cx";
import { Failure, Rows } from "@/ui/states";
import { Means } from "../experiments/means";
import { Differences } from "../experiments/metrics";
import { VerdictCounts } from "../experiments/verdict-counts";

interface EvidenceProps {
  projectId: string;
  experiment: AttachedExperiment;
  baseline: AttachedExperiment | null;
  /** Whoever decides sees it without a click. */
  open: boolean;
}

export function Evidence({ projectId, experiment, baseline, open: first }: EvidenceProps) {
  const { t } = useSpeech();
  const [open, setOpen] = useState(first);
  if (!experiment.is_there) return <p className="basis-full wrap-anywhere text-warn">{t("prompt.experiment_gone", { name: experiment.name })}</p>;
  const against = baseline?.is_there ? baseline : null;
  return (
    <div className="min-w-0 basis-full">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <button type="button" aria-expanded={open} aria-label={t("prompt.experiment_show")} onClick={() => setOpen(!open)} className="rounded p-0.5 text-fg-3 hover:text-fg">
          <ChevronRight size={14} aria-hidden className={cx("transition-transform", open && "rotate-90")} />
        </button>
        <FlaskConical size={14} aria-hidden className="shrink-0 text-fg-3" />
        <Link to="/project/$projectId/experiments/$experimentId" params={{ projectId, experimentId: experiment.id }} className="min-w-0 rounded font-medium wrap-anywhere hover:text-accent hover:underline">
          <bdi>{experiment.name}</bdi>
        </Link>
        {against && (
          <>
            <span className="text-fg-3">↔</span>
            <bdi className="min-w-0 wrap-anywhere text-fg-2">{against.name}</bdi>
            <Link to="/project/$projectId/experiments/compare" params={{ projectId }} search={{ baseline: against.id, candidates: experiment.id }} className="rounded text-accent hover:underline">
              {t("prompt.open_comparison")}
            </Link>
          </>
        )}
      </div>
      {baseline && !baseline.is_there && <p className="pt-1 wrap-anywhere text-warn">{t("prompt.baseline_gone", { name: baseline.name })}</p>}
      {open && <div className="pt-1.5">{against ? <Compared projectId={projectId} experiment={experiment.id} baseline={against.id} /> : <Alone projectId={projectId} experiment={experiment.id} />}</div>}
    </div>
  );
}

export function Compared({ projectId, experiment, baseline }: { projectId: string; experiment: string; baseline: string }) {
  const { t } = useSpeech();
  const query = useQuery(comparison(projectId, { baseline, candidates: [experiment], dataset: "", metrics: [], margin: 0, margins: {}, lower_is_better: [], cluster_by: "", slice_by: "" }));
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  const told = query.data?.candidates[0];
  if (!told) return <Rows count={2} />;
  const left = told.only_baseline + told.only_candidate;
  return (
    <div className="flex flex-col gap-1.5">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-fg-3">
        <VerdictCounts against={told} />
        <span>{t("cmp.items_in_both", { n: told.items })}</span>
        {left > 0 && <span>{t("cmp.left_out", { n: left })}</span>}
      </p>
      <Unfinished run={told.experiment.run} />
      <Differences metrics={told.metrics} />
    </div>
  );
}

export function Alone({ projectId, experiment }: { projectId: string; experiment: string }) {
  const { t } = useSpeech();
  const query = useQuery(askExperiment(projectId, experiment));
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Rows count={2} />;
  return (
    <div className="flex flex-col gap-1.5">
      <Unfinished run={query.data.run} />
      {query.data.metrics.length === 0 ? <p className="text-fg-3">{t("exp.no_metrics")}</p> : <Means metrics={query.data.metrics} />}
    </div>
  );
}

function Unfinished({ run }: { run: { status: string; done: number; total: number } | null }) {
  const { t } = useSpeech();
  if (run?.status !== "waiting" && run?.status !== "running") return null;
  return <p className="text-xs text-warn">{t("prompt.experiment_running", { done: run.done, total: run.total })}</p>;
}
