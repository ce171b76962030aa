/** What a rule has had judged lately, and what went wrong. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type EvaluationTold, ruleEvaluations } from "@/api/runs";
import { useSpeech } from "@/messages";
import { Ago } from "@/parts/figures";
import { Badge } from "@/ui/badge";
import { Failure, Rows } from "@/ui/states";

const TONES = { waiting: "neutral", running: "accent", done: "ok", failed: "danger", held: "warn" } as const;

export function Recent({ projectId, ruleId }: { projectId: string; ruleId: string }) {
  const { t } = useSpeech();
  const query = useQuery(ruleEvaluations(projectId, ruleId));
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Rows count={3} />;
  if (query.data.length === 0) return <p className="text-xs text-fg-3">{t("rule.none_yet")}</p>;
  return (
    <ul className="divide-y border-t text-xs">
      {query.data.map((one) => (
        <li key={one.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-1.5">
          <Badge tone={TONES[one.status]}>{t(`rule.status_${one.status}`)}</Badge>
          <Target projectId={projectId} one={one} />
          {one.error && <span className="min-w-0 wrap-anywhere text-danger">{one.error}</span>}
          <span className="flex-1" />
          {one.run_trace_id && (
            <Link to="/project/$projectId/traces/$traceId" params={{ projectId, traceId: one.run_trace_id }} className="rounded text-accent hover:underline">
              {t("rule.own_trace")}
            </Link>
          )}
          <span className="text-fg-3"><Ago at={one.finished_at || one.created_at} /></span>
        </li>
      ))}
    </ul>
  );
}

function Target({ projectId, one }: { projectId: string; one: EvaluationTold }) {
  const look = "min-w-0 truncate rounded font-mono hover:text-accent hover:underline";
  if (one.session_id) {
    return (
      <Link to="/project/$projectId/sessions/$sessionId" params={{ projectId, sessionId: one.session_id }} className={look}>
        {one.session_id.slice(0, 24)}
      </Link>
    );
  }
  return (
    <Link to="/project/$projectId/traces/$traceId" params={{ projectId, traceId: one.trace_id }} search={one.span_id ? { span: one.span_id } : {}} className={look}>
      {(one.span_id || one.trace_id).slice(0, 16)}
    </Link>
  );
}
