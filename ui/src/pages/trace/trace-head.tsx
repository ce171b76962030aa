import { Link } from "@tanstack/react-router";
import { MessagesSquare, UserRound } from "lucide-react";
import type { ReactNode } from "react";
import type { ScoreRow, TraceRow } from "@/api/types";
import { isShared } from "@/lib/share";
import { useSpeech } from "@/messages";
import { Fact, Facts } from "@/parts/facts";
import { Cost, Duration, Time } from "@/parts/figures";
import { UserLink } from "@/parts/inside-link";
import { ofTrace } from "@/parts/score-form";
import { AddScore, ScoreBadges } from "@/parts/scores";
import { Badge, Level } from "@/ui/badge";
import { Id } from "@/ui/copy";
import { CompareWith } from "./compare-with";

interface TraceHeadProps {
  projectId: string;
  trace: TraceRow;
  scores: readonly ScoreRow[];
  tools: ReactNode;
}

export function TraceHead({ projectId, trace, scores, tools }: TraceHeadProps) {
  const { t, f } = useSpeech();
  const shared = isShared(projectId);
  const chip = "inline-flex h-6 max-w-56 items-center gap-1 truncate text-accent hover:underline";
  return (
    <header className="shrink-0 border-b px-4 pt-2 pb-2.5">
      <div className="flex min-h-8 flex-wrap items-center gap-x-2">
        <h1 className="max-w-full min-w-32 shrink truncate text-base font-semibold" title={trace.name}>
          {trace.name || t("state.unnamed")}
        </h1>
        <Level level={trace.level} quiet />
        {trace.errors > 0 && trace.level !== "error" && <Badge tone="danger">{t("trace.errors", { n: trace.errors })}</Badge>}
        {trace.warnings > 0 && <Badge tone="warn">{t("trace.warnings", { n: trace.warnings })}</Badge>}
        <span className="hidden sm:inline">
          <Id id={trace.trace_id} />
        </span>
        <div className="ml-auto flex shrink-0 items-center gap-0.5">
          {!shared && <CompareWith projectId={projectId} trace={trace} />}
          {tools}
        </div>
      </div>
      <Facts>
        <Fact name={t("col.start_time")}>
          <Time at={trace.start_time} />
        </Fact>
        <Fact name={t("col.duration")}>
          <Duration micros={trace.duration} running={!trace.end_time} />
        </Fact>
        <Fact name={t("col.spans")}>{f.integer(trace.spans)}</Fact>
        {trace.total_tokens > 0 && (
          <Fact name={t("col.tokens")}>
            {f.integer(trace.input_tokens)} → {f.integer(trace.output_tokens)}
          </Fact>
        )}
        {(trace.total_cost > 0 || trace.unpriced > 0) && (
          <Fact name={t("col.cost")}>
            <Cost value={trace.total_cost} unpriced={trace.unpriced} />
          </Fact>
        )}
        {trace.user_id && (
          <Fact name={t("col.user")}>
            <UserLink projectId={projectId} userId={trace.user_id} className={chip}>
              <UserRound size={12} aria-hidden />
              {trace.user_id}
            </UserLink>
          </Fact>
        )}
        {trace.session_id && shared && <Fact name={t("col.session")}>{trace.session_id}</Fact>}
        {trace.session_id && !shared && (
          <Fact name={t("col.session")}>
            <Link to="/project/$projectId/sessions/$sessionId" params={{ projectId, sessionId: trace.session_id }} className={chip} title={t("trace.as_session")}>
              <MessagesSquare size={12} aria-hidden />
              {trace.session_id}
            </Link>
          </Fact>
        )}
        {trace.environment && <Fact name={t("col.environment")}>{trace.environment}</Fact>}
        {trace.release && <Fact name={t("col.release")}>{trace.release}</Fact>}
        {trace.version && <Fact name={t("col.version")}>{trace.version}</Fact>}
      </Facts>
      <div className="mt-1.5 flex min-w-0 flex-wrap items-center gap-1">
        {trace.tags.map((tag) => (
          <Badge key={tag} className="max-w-56!">
            {tag}
          </Badge>
        ))}
        <ScoreBadges projectId={projectId} scores={scores} />
        <AddScore projectId={projectId} target={ofTrace(trace.trace_id)} scores={scores} keys />
      </div>
    </header>
  );
}
