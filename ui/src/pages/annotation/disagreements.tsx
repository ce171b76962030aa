/** What people see differently, the furthest apart first, and deciding it. */
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { ExternalLink, Gavel, Handshake } from "lucide-react";
import { useState } from "react";
import { type Disagreement, type Disputed, type QueueDetail, type SaidBy, type SaidScore, disagreements, putDecision, refreshQueues } from "@/api/annotation";
import type { ScoreConfig } from "@/api/scores";
import { useRights } from "@/app/me";
import { useSpeech } from "@/messages";
import { ScoreControl, type ScoreValue, fits } from "@/parts/score-value";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { DialogForm } from "@/ui/dialog-form";
import { Field } from "@/ui/field";
import { useLater } from "@/ui/later";
import { More } from "@/ui/more";
import { Empty, Failure, Rows } from "@/ui/states";
import { useNames } from "./names";

const route = getRouteApi("/inside/project/$projectId/annotation/$queueId");

interface OfQueue {
  projectId: string;
  queue: QueueDetail;
}

export function Disagreements({ projectId, queue }: OfQueue) {
  const { t } = useSpeech();
  const { all } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useInfiniteQuery(disagreements(projectId, queue.id, all !== "1"));
  const late = useLater(query.isPending);
  const items = query.data?.pages.flatMap((page) => page.items);
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (!items) return late && <Rows />;
  return (
    <div className="flex max-w-5xl flex-col gap-3">
      <label className="inline-flex items-center gap-2 text-fg-2">
        <input
          type="checkbox"
          checked={all === "1"}
          onChange={(event) => void navigate({ search: (old) => ({ ...old, all: event.target.checked ? ("1" as const) : undefined }), replace: true })}
          className="accent-(--accent)"
        />
        {t("dispute.settled_too")}
      </label>
      {items.length === 0 ? (
        <Empty icon={Handshake} title={t(all === "1" ? "dispute.none" : "dispute.none_open")} hint={t("dispute.none_hint")} />
      ) : (
        items.map((one) => <Dispute key={one.item.id} projectId={projectId} queue={queue} found={one} />)
      )}
      <More query={query} />
    </div>
  );
}

function useSaid(): (config: ScoreConfig | undefined, said: SaidBy) => string {
  const { t, f } = useSpeech();
  return (config, said) => (config?.data_type === "boolean" ? t(said.value ? "score.true" : "score.false") : config?.data_type === "categorical" ? said.text : f.decimal(said.value, 3));
}

function Dispute({ projectId, queue, found }: OfQueue & { found: Disagreement }) {
  const { t, f } = useSpeech();
  const { edit } = useRights(projectId);
  const [deciding, setDeciding] = useState(false);
  const { item } = found;
  const settled = item.adjudicated_at > 0;
  const look = "flex min-w-0 items-center gap-1.5 rounded font-medium hover:text-accent hover:underline";
  const title = (
    <>
      <bdi className="truncate">{item.name || t("state.unnamed")}</bdi>
      <ExternalLink size={12} aria-label={t("work.open")} className="shrink-0 text-fg-3" />
    </>
  );
  return (
    <article aria-label={item.name} className="card px-3.5 py-3">
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="flex min-w-0 flex-1 items-center gap-2">
          {item.session_id ? (
            <Link to="/project/$projectId/sessions/$sessionId" params={{ projectId, sessionId: item.session_id }} target="_blank" className={look}>{title}</Link>
          ) : (
            <Link to="/project/$projectId/traces/$traceId" params={{ projectId, traceId: item.trace_id }} search={{ span: item.span_id || undefined }} target="_blank" className={look}>{title}</Link>
          )}
          <span className="shrink-0 text-xs text-fg-3">{t(`queue.subject.${item.subject}`)}</span>
        </h2>
        {settled ? <Badge tone="accent">{t("queue.settled")}</Badge> : <Badge tone="warn">{t("dispute.apart", { n: f.percent(found.distance) })}</Badge>}
        {edit && (
          <Button small icon={Gavel} onClick={() => setDeciding(true)}>
            {t(settled ? "dispute.change" : "dispute.decide")}
          </Button>
        )}
      </div>
      {item.preview && <p className="truncate text-xs text-fg-3">{item.preview}</p>}
      <dl className="mt-2 flex flex-col gap-2">
        {found.configs.map((one) => (
          <Opinions key={one.config_id} projectId={projectId} queue={queue} told={one} />
        ))}
      </dl>
      {deciding && <Decide projectId={projectId} queue={queue} found={found} onClose={() => setDeciding(false)} />}
    </article>
  );
}

interface OpinionsProps extends OfQueue {
  told: Disputed;
  /** Does the name of the score stand above? */
  bare?: boolean;
}

function Opinions({ projectId, queue, told, bare }: OpinionsProps) {
  const { t } = useSpeech();
  const name = useNames(projectId, queue);
  const say = useSaid();
  const config = queue.configs.find((one) => one.id === told.config_id);
  return (
    <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
      <dt className={bare ? "sr-only" : "w-36 shrink-0 truncate text-xs text-fg-2"}><bdi>{config?.name}</bdi></dt>
      <dd className="flex min-w-0 flex-1 flex-wrap gap-1.5">
        {told.said.map((one) => (
          <Badge key={one.user_id} className="max-w-full">
            <span className="truncate text-fg-3">{name(one.user_id)}</span>
            <span className="truncate font-semibold" title={one.comment || undefined}>{say(config, one)}</span>
            {one.comment && <span className="max-w-72 truncate font-normal text-fg-3">{one.comment}</span>}
          </Badge>
        ))}
        {told.decision && (
          <Badge tone="accent" className="max-w-full">
            <Gavel size={11} role="img" aria-label={t("dispute.decision")} />
            <span className="truncate font-semibold">{say(config, told.decision)}</span>
            <span className="truncate font-normal">{t("dispute.by", { name: name(told.decision.user_id) })}</span>
            {told.decision.comment && <span className="max-w-72 truncate font-normal">{told.decision.comment}</span>}
          </Badge>
        )}
      </dd>
    </div>
  );
}

const valueOf = (config: ScoreConfig, said: SaidBy): ScoreValue => (config.data_type === "numeric" ? said.value : config.data_type === "boolean" ? said.value !== 0 : said.text);

/** What all people say is filled in; what they see differently is asked. */
function begin(config: ScoreConfig, told: Disputed | undefined): ScoreValue | undefined {
  if (told?.decision) return valueOf(config, told.decision);
  return told && told.distance === 0 && told.said[0] ? valueOf(config, told.said[0]) : undefined;
}

function Decide({ projectId, queue, found, onClose }: OfQueue & { found: Disagreement; onClose: () => void }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const configs = queue.configs.filter((one) => found.configs.some((told) => told.config_id === one.id));
  const of = (id: string) => found.configs.find((told) => told.config_id === id);
  const [values, setValues] = useState<Record<string, ScoreValue | undefined>>(() => Object.fromEntries(configs.map((one) => [one.id, begin(one, of(one.id))])));
  const [comment, setComment] = useState(found.configs.find((one) => one.decision?.comment)?.decision?.comment ?? "");
  const save = useMutation({
    mutationFn: (scores: SaidScore[]) => putDecision(projectId, queue.id, found.item.id, scores),
    onSuccess: async () => {
      onClose();
      await refreshQueues(client, projectId);
    },
  });
  const good = configs.every((one) => fits(one, values[one.id]));
  const submit = () => {
    if (good && !save.isPending) save.mutate(configs.map((one) => ({ config_id: one.id, value: values[one.id]!, comment: comment.trim() })));
  };
  return (
    <Dialog open onClose={onClose} title={`${t("dispute.decision")}: ${found.item.name}`} lead={t("dispute.final")} wide>
      <DialogForm onSubmit={submit} onCancel={onClose} send={t("dispute.save")} disabled={!good || save.isPending} error={save.error}>
        {configs.map((one) => (
          <section key={one.id} aria-label={one.name} className="flex flex-col gap-1.5">
            <h3 className="font-medium"><bdi>{one.name}</bdi></h3>
            <dl><Opinions bare projectId={projectId} queue={queue} told={of(one.id)!} /></dl>
            <ScoreControl bare asked={one} value={values[one.id]} onChange={(value) => setValues((old) => ({ ...old, [one.id]: value }))} />
          </section>
        ))}
        <Field label={t("work.comment")}>
          {(ids) => <textarea {...ids} rows={2} maxLength={10_000} dir="auto" value={comment} onChange={(event) => setComment(event.target.value)} className="field h-auto! py-1.5" />}
        </Field>
      </DialogForm>
    </Dialog>
  );
}
