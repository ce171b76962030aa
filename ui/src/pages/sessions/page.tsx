/** A session as one conversation, turn by turn. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { ArrowUpRight, SearchX, UserRound } from "lucide-react";
import { Fragment, type ReactNode, useState } from "react";
import { ApiError } from "@/api/client";
import * as ask from "@/api/queries";
import type { SessionRow, Turn } from "@/api/types";
import { TabTitle } from "@/app/page";
import { parseBody, plainText } from "@/lib/json";
import { remembered } from "@/lib/memory";
import { MINUTE } from "@/lib/time";
import { useSpeech } from "@/messages";
import { Bubble, Text } from "@/parts/chat";
import { Fact, Facts } from "@/parts/facts";
import { Cost, Duration, Time, Tokens } from "@/parts/figures";
import { JsonTree } from "@/parts/json-tree";
import { ScoreBadge } from "@/parts/scores";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { CopyButton } from "@/ui/copy";
import { useLater } from "@/ui/later";
import { Empty, Failure, Rows } from "@/ui/states";
import { Trouble } from "../traces/trace-columns";

const route = getRouteApi("/inside/project/$projectId/sessions/$sessionId");
/** A pause worth telling. */
const PAUSE = 10 * MINUTE;

export function SessionPage() {
  const { t, f } = useSpeech();
  const { projectId, sessionId } = route.useParams();
  const query = useInfiniteQuery(ask.session(projectId, sessionId));
  const late = useLater(query.isPending);
  const [markdown] = useState(remembered("markdown") !== "off");
  if (query.error) {
    if (query.error instanceof ApiError && query.error.status === 404) {
      return <Empty icon={SearchX} title={t("session.not_found")} hint={sessionId} className="flex-1" />;
    }
    return <Failure error={query.error} retry={() => void query.refetch()} className="flex-1" />;
  }
  if (!query.data) return late && <Rows count={10} />;
  const { session, scores } = query.data.pages[0]!;
  const turns = query.data.pages.flatMap((page) => page.turns);
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <TabTitle text={session.session_id} />
      <SessionHead projectId={projectId} session={session}>
        {scores.map((score) => (
          <ScoreBadge key={score.score_id} score={score} />
        ))}
      </SessionHead>
      <ol className="mx-auto flex max-w-4xl flex-col gap-6 px-4 py-6">
        {turns.map((turn, index) => {
          const before = turns[index - 1]?.trace;
          const pause = before ? turn.trace.start_time - (before.end_time || before.start_time) : 0;
          return (
            <Fragment key={turn.trace.trace_id}>
              {pause > PAUSE && (
                <li className="flex items-center gap-3 text-xs text-fg-3">
                  <span className="h-px flex-1 bg-line" />
                  {t("session.gap", { length: f.duration(pause) })}
                  <span className="h-px flex-1 bg-line" />
                </li>
              )}
              <TurnView projectId={projectId} turn={turn} number={index + 1} markdown={markdown} />
            </Fragment>
          );
        })}
        {query.hasNextPage && (
          <li className="flex justify-center">
            <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {query.isFetchingNextPage ? t("act.loading") : t("act.more")}
            </Button>
          </li>
        )}
      </ol>
    </div>
  );
}

function SessionHead({ projectId, session, children }: { projectId: string; session: SessionRow; children: ReactNode }) {
  const { t, f } = useSpeech();
  return (
    <header className="sticky top-0 z-10 border-b bg-bg px-4 pt-2 pb-2.5">
      <div className="flex min-h-8 items-center gap-1.5">
        <h1 className="min-w-0 truncate text-base font-semibold">
          <span className="font-normal text-fg-3">{t("session.title")}</span> {session.session_id}
        </h1>
        <CopyButton text={session.session_id} />
        {session.errors > 0 && <Badge tone="danger">{t("trace.errors", { n: session.errors })}</Badge>}
        {children}
      </div>
      <Facts>
        <Fact name={t("col.first_seen")}><Time at={session.start_time} /></Fact>
        <Fact name={t("col.length")}><Duration micros={session.end_time - session.start_time} /></Fact>
        <Fact name={t("col.traces")}>{f.integer(session.traces)}</Fact>
        <Fact name={t("col.spans")}>{f.integer(session.spans)}</Fact>
        <Fact name={t("col.tokens")}><Tokens value={session.total_tokens} /></Fact>
        <Fact name={t("col.cost")}><Cost value={session.total_cost} unpriced={session.unpriced} /></Fact>
        {session.users.map((userId) => (
          <Fact key={userId} name={t("col.user")}>
            <Link to="/project/$projectId/users/$userId" params={{ projectId, userId }} className="inline-flex items-center gap-1 text-accent hover:underline">
              <UserRound size={12} aria-hidden />
              {userId}
            </Link>
          </Fact>
        ))}
        {session.environment && <Fact name={t("col.environment")}>{session.environment}</Fact>}
      </Facts>
    </header>
  );
}

interface TurnProps {
  projectId: string;
  turn: Turn;
  number: number;
  markdown: boolean;
}

function TurnView({ projectId, turn, number, markdown }: TurnProps) {
  const { t, f } = useSpeech();
  const { trace } = turn;
  const messages = [...(turn.input_messages ?? []), ...(turn.output_messages ?? [])].filter((one) => one.role !== "system");
  return (
    <li className="flex flex-col gap-2">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-fg-3">
        <h2 className="font-medium text-fg-2">{t("session.turn", { n: f.integer(number) })}</h2>
        <span className="max-w-48 truncate">{trace.name}</span>
        <Trouble row={trace} />
        <Time at={trace.start_time} />
        <Duration micros={trace.duration} running={!trace.end_time} />
        {trace.total_tokens > 0 && <span>{t("trace.tokens", { n: f.compact(trace.total_tokens) })}</span>}
        {(trace.total_cost > 0 || trace.unpriced > 0) && <Cost value={trace.total_cost} unpriced={trace.unpriced} />}
        <Link
          to="/project/$projectId/traces/$traceId"
          params={{ projectId, traceId: trace.trace_id }}
          className="ml-auto inline-flex items-center gap-0.5 rounded text-accent hover:underline"
        >
          {t("session.open_trace")}
          <ArrowUpRight size={12} aria-hidden />
        </Link>
      </header>
      {messages.length > 0 ? (
        messages.map((message, index) => (
          <div key={index} className={message.role === "user" ? "ml-auto w-fit max-w-[85%] min-w-48" : "w-fit max-w-[95%] min-w-48"}>
            <Bubble message={message} markdown={markdown} />
          </div>
        ))
      ) : turn.input || turn.output ? (
        <>
          <Plain title={t("span.input")} text={turn.input} markdown={markdown} mine />
          <Plain title={t("span.output")} text={turn.output} markdown={markdown} />
        </>
      ) : (
        <p className="text-fg-3 italic">{t("session.empty_turn")}</p>
      )}
    </li>
  );
}

/** A body that is no conversation. */
function Plain({ title, text, markdown, mine }: { title: string; text: string; markdown: boolean; mine?: boolean }) {
  if (!text) return null;
  const value = parseBody(text);
  return (
    <section aria-label={title} className={mine ? "card ml-auto w-fit max-w-[85%] min-w-48 px-3 py-2" : "card w-fit max-w-[95%] min-w-48 px-3 py-2 shadow-[inset_2px_0_0_var(--accent)]"}>
      <h3 className="mb-1 text-xs font-medium text-fg-2">{title}</h3>
      {value === undefined ? <Text text={plainText(text)} markdown={markdown} /> : <JsonTree value={value} />}
    </section>
  );
}
