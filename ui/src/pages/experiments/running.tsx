/** How far an experiment is: answers, evaluators, what it has cost; stopping it, and taking it up again. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Gavel, RotateCcw, Scale, Square } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { type EvaluatorStanding, type RunTold, cancel, evaluate, failedEvaluations, resume, run as askRun } from "@/api/runs";
import { useRights } from "@/app/me";
import { type ChosenEvaluator, isLive, totalOf } from "@/lib/runs";
import { type Key, useSpeech } from "@/messages";
import { EvaluatorPicker } from "@/parts/evaluator-picker";
import { Badge } from "@/ui/badge";
import { Button, buttonClass } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { ShortTable } from "@/ui/short-table";
import { useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";
import { nameOf } from "./metric";

const TONES = { waiting: "neutral", running: "accent", judging: "accent", done: "ok", failed: "danger", cancelled: "warn" } as const;

export function Running({ projectId, experimentId }: { projectId: string; experimentId: string }) {
  const client = useQueryClient();
  const { edit } = useRights(projectId);
  const query = useQuery(askRun(projectId, experimentId));
  const live = isLive(query.data);
  const before = useRef(live);
  useEffect(() => {
    // What has come since is read once more when it has ended.
    if (before.current && !live) void client.invalidateQueries({ queryKey: [projectId] });
    before.current = live;
  }, [client, live, projectId]);
  const told = query.data;
  if (!told || (!told.job && told.evaluators.length === 0 && !edit)) return null;
  return (
    <section aria-live="polite" className="flex max-w-3xl shrink-0 flex-col gap-3">
      {told.job && <Job projectId={projectId} experimentId={experimentId} told={told} editable={edit} />}
      {told.evaluators.length > 0 && <Evaluators projectId={projectId} experimentId={experimentId} evaluators={told.evaluators} />}
      {edit && !live && <AddEvaluators projectId={projectId} experimentId={experimentId} />}
    </section>
  );
}

interface JobProps {
  projectId: string;
  experimentId: string;
  told: RunTold;
  editable: boolean;
}

function Job({ projectId, experimentId, told, editable }: JobProps) {
  const { t, f } = useSpeech();
  const client = useQueryClient();
  const text = useErrorText();
  const job = told.job!;
  const live = isLive(told);
  const status = job.status === "done" && live ? "judging" : job.status;
  const act = useMutation({
    mutationFn: (what: () => Promise<unknown>) => what(),
    onSettled: () => client.invalidateQueries({ queryKey: [projectId, "experiments"] }),
    onError: (error) => toast(text(error), "danger"),
  });
  const failed = job.failed + told.evaluators.reduce((sum, one) => sum + one.failed, 0);
  const stopped = job.status === "failed" || job.status === "cancelled";
  return (
    <div className="card flex flex-col gap-2.5 p-3.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <Badge tone={TONES[status]}>{t(`run.status_${status}` as Key)}</Badge>
        <span>{t("run.progress", { done: f.integer(job.done), total: f.integer(job.total) })}</span>
        {job.failed > 0 && <span className="text-danger">{t("run.failed_items", { n: job.failed })}</span>}
        {job.cost > 0 && <span className="text-fg-2">{t("run.spent", { cost: f.money(job.cost) })}</span>}
        <span className="flex-1" />
        {told.plan?.replay != null && (
          <Link to="/project/$projectId/experiments/compare" params={{ projectId }} search={{ baseline: `${experimentId}-before`, candidates: experimentId }} className={buttonClass("plain", true)}>
            <Scale size={13} aria-hidden />
            {t("run.of_replay")}
          </Link>
        )}
        {editable && live && (
          <Button small icon={Square} disabled={act.isPending} onClick={() => act.mutate(() => cancel(projectId, experimentId).then(() => toast(t("run.cancelled"))))}>
            {t("run.cancel")}
          </Button>
        )}
        {editable && stopped && (
          <Button small look="primary" disabled={act.isPending} onClick={() => act.mutate(() => resume(projectId, experimentId, false))}>
            {t("run.resume")}
          </Button>
        )}
        {editable && !live && failed > 0 && (
          <Button small icon={RotateCcw} disabled={act.isPending} onClick={() => act.mutate(() => resume(projectId, experimentId, true))}>
            {t("run.retry")}
          </Button>
        )}
      </div>
      <div role="progressbar" aria-label={t(`run.status_${status}` as Key)} aria-valuemin={0} aria-valuemax={job.total || 1} aria-valuenow={job.done} className="h-1.5 overflow-hidden rounded-full bg-sunken">
        <div className={job.status === "failed" ? "h-full bg-danger" : "h-full bg-accent"} style={{ width: `${(100 * job.done) / (job.total || 1)}%` }} />
      </div>
      {job.error && <p className="text-xs wrap-anywhere text-danger">{job.error}</p>}
    </div>
  );
}

function Evaluators({ projectId, experimentId, evaluators }: { projectId: string; experimentId: string; evaluators: readonly EvaluatorStanding[] }) {
  const { t, f } = useSpeech();
  const failed = evaluators.some((one) => one.failed > 0);
  const failures = useQuery({ ...failedEvaluations(projectId, experimentId), enabled: failed });
  const reasons = [...new Set(failures.data?.map((one) => one.error))].slice(0, 5);
  const why = (
    <div className="border-t px-3 py-2 text-xs">
      <p className="font-medium text-fg-2">{t("run.why_failed")}</p>
      <ul className="mt-1 flex flex-col gap-1 text-danger">
        {reasons.map((one) => (
          <li key={one} className="wrap-anywhere">{one}</li>
        ))}
      </ul>
    </div>
  );
  return (
    <ShortTable
      heads={[
        { key: "evaluator", label: t("run.evaluator") },
        { key: "judged", label: t("run.judged_of"), right: true },
        { key: "failed", label: t("run.not_judged"), right: true },
        { key: "cost", label: nameOf(t, "cost"), right: true, className: "max-sm:hidden" },
      ]}
      rows="[&_td]:h-9"
      foot={reasons.length > 0 && why}
    >
      {evaluators.map((one) => (
        <tr key={`${one.evaluator_id} ${one.version}`}>
          <td className="max-w-72">
            <bdi className="truncate">{one.name || t("run.gone")}</bdi> <span className="text-fg-3">{t("prompt.short_version", { version: String(one.version) })}</span>
          </td>
          <td className="text-right whitespace-nowrap">{`${f.integer(one.done)} / ${f.integer(totalOf(one))}`}</td>
          <td className={one.failed ? "text-right text-danger" : "text-right text-fg-3"}>{f.integer(one.failed)}</td>
          <td className="text-right whitespace-nowrap max-sm:hidden">{one.cost ? f.money(one.cost) : ""}</td>
        </tr>
      ))}
    </ShortTable>
  );
}

function AddEvaluators({ projectId, experimentId }: { projectId: string; experimentId: string }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const text = useErrorText();
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState<ChosenEvaluator[]>([]);
  const judge = useMutation({
    mutationFn: () => evaluate(projectId, experimentId, chosen),
    onSuccess: async ({ new: many }) => {
      toast(t("run.judged", { n: many }));
      setOpen(false);
      await client.invalidateQueries({ queryKey: [projectId, "experiments"] });
    },
  });
  return (
    <>
      <div>
        <Button small icon={Gavel} onClick={() => setOpen(true)}>{t("run.add_evaluators")}</Button>
      </div>
      {open && (
        <Dialog open onClose={() => setOpen(false)} title={t("run.add_evaluators")} lead={t("run.add_evaluators_lead")}>
          <div className="flex flex-col gap-3">
            <EvaluatorPicker projectId={projectId} chosen={chosen} onChange={setChosen} others={[]} />
            {judge.error && <p role="alert" className="text-xs text-danger">{text(judge.error)}</p>}
            <div className="flex justify-end gap-2">
              <Button onClick={() => setOpen(false)}>{t("act.cancel")}</Button>
              <Button look="primary" disabled={chosen.length === 0 || judge.isPending} onClick={() => judge.mutate()}>{t("run.judge")}</Button>
            </div>
          </div>
        </Dialog>
      )}
    </>
  );
}
