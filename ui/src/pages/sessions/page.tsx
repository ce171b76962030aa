/** A session as one conversation across its traces, turn by turn. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { ArrowLeft, SearchX, UserRound } from "lucide-react";
import { type ReactNode, useCallback, useEffect, useMemo, useState } from "react";
import { ApiError } from "@/api/client";
import * as ask from "@/api/queries";
import type { SessionRow, TraceRow } from "@/api/types";
import { TabTitle } from "@/app/page";
import type { SessionSearch } from "@/lib/search";
import { isShared } from "@/lib/share";
import { failed, nextFailed } from "@/lib/session";
import { useSpeech } from "@/messages";
import { Bookmark } from "@/parts/bookmark";
import { UserLink } from "@/parts/inside-link";
import { IntoQueue } from "@/parts/into-queue";
import { Share } from "@/parts/share";
import { Fact, Facts } from "@/parts/facts";
import { Cost, Duration, Time, Tokens } from "@/parts/figures";
import { ofSession } from "@/parts/score-form";
import { AddScore, ScoreBadges } from "@/parts/scores";
import { Badge } from "@/ui/badge";
import { buttonClass } from "@/ui/button";
import { CopyButton } from "@/ui/copy";
import { cx } from "@/ui/cx";
import { useLater } from "@/ui/later";
import { useNarrow } from "@/ui/media";
import { useShortcuts } from "@/ui/shortcuts";
import { useStable } from "@/ui/stable";
import { Empty, Failure, Rows } from "@/ui/states";
import { SessionTalk, SessionTalkButton } from "./talk";
import { Conversation } from "./conversation";
import { TurnList } from "./turn-list";
import { TurnNav } from "./turn-nav";

const route = getRouteApi("/inside/project/$projectId/sessions/$sessionId");

export function SessionPage() {
  const { projectId, sessionId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = useCallback(
    (change: SessionSearch) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true, resetScroll: false }),
    [navigate],
  );
  return <SessionView projectId={projectId} sessionId={sessionId} search={search} onSearch={set} />;
}

interface SessionViewProps {
  projectId: string;
  sessionId: string;
  search: SessionSearch;
  onSearch: (change: SessionSearch) => void;
}

export function SessionView({ projectId, sessionId, search, onSearch }: SessionViewProps) {
  const { t } = useSpeech();
  const query = useQuery(ask.session(projectId, sessionId, 0));
  const late = useLater(query.isPending);
  if (query.error && !query.data) {
    if (query.error instanceof ApiError && query.error.status === 404) {
      return (
        <Empty icon={SearchX} title={t("session.not_found")} hint={sessionId} className="flex-1">
          <Link to="/project/$projectId/sessions" params={{ projectId }} className={buttonClass("plain")}>
            {t("nav.sessions")}
          </Link>
        </Empty>
      );
    }
    return <Failure error={query.error} retry={() => void query.refetch()} className="flex-1" />;
  }
  if (!query.data) return late && <Rows count={10} />;
  const { session, scores, turns } = query.data;
  return (
    <Turns key={sessionId} search={search} set={onSearch} projectId={projectId} session={session} first={turns.map((turn) => turn.trace)}>
      <ScoreBadges projectId={projectId} scores={scores} />
      <AddScore projectId={projectId} target={ofSession(sessionId)} scores={scores} keys />
    </Turns>
  );
}

interface TurnsProps {
  search: SessionSearch;
  set: (change: SessionSearch) => void;
  projectId: string;
  session: SessionRow;
  /** The first turns, which are there before all others. */
  first: TraceRow[];
  /** What stands beside the name. */
  children: ReactNode;
}

function Turns({ projectId, session, first, search, set: given, children }: TurnsProps) {
  const set = useStable(given);
  const { turns, whole } = useTurns(projectId, session, first);
  const [asked, setAsked] = useState(0);
  // A turn that is not known yet is gone to once it is.
  const [due, setDue] = useState(search.turn);
  const at = Math.min(search.turn ?? 1, turns.length) - 1;
  if (due !== undefined && due === search.turn && (whole || due <= turns.length)) {
    setDue(undefined);
    setAsked(asked + 1);
  }
  const all = Math.max(turns.length, session.traces);
  const choose = useCallback((turn: number, open: boolean) => set({ turn, open: open || undefined }), [set]);
  const sight = useCallback((turn: number) => set({ turn, open: undefined }), [set]);
  const go = (turn: number) => {
    if (turn < 1 || turn > all) return;
    set({ turn });
    setDue(turn);
  };
  const goFailed = (step: 1 | -1) => go(nextFailed(turns, at, step) + 1);
  const open = search.open === true;
  useShortcuts({
    j: () => go(at + 2),
    k: () => go(at),
    n: () => goFailed(1),
    p: () => goFailed(-1),
    Enter: () => choose(at + 1, !open),
    Escape: () => {
      if (!open) return false;
      choose(at + 1, false);
      return true;
    },
  });
  const shared = isShared(projectId);
  const talk = { projectId, sessionId: session.session_id, open: search.comments === "1", onOpen: (on: boolean) => set({ comments: on ? "1" : undefined }) };
  const errors = useMemo(() => turns.filter(failed).length, [turns]);
  return (
    <>
      <TabTitle text={session.session_id} />
      <SessionHead projectId={projectId} session={session} badges={children} tools={shared ? null : <SessionTools {...talk} session={session} />}>
        <TurnNav turn={due ?? at + 1} turns={all} errors={errors} onTurn={go} onError={goFailed} />
      </SessionHead>
      <div className="flex min-h-0 flex-1">
        <TurnList projectId={projectId} sessionId={session.session_id} turns={turns} at={at} onTurn={go} />
        <Conversation
          projectId={projectId}
          sessionId={session.session_id}
          turns={turns}
          at={at}
          asked={asked}
          open={open}
          named={session.users.length > 1}
          onChoose={choose}
          onSight={sight}
        />
        {talk.open && !shared && <SessionTalk {...talk} />}
      </div>
    </>
  );
}

/** Every turn of the session as lists show it, and whether all of them are here. */
function useTurns(projectId: string, session: SessionRow, first: TraceRow[]): { turns: readonly TraceRow[]; whole: boolean } {
  const { start_time: start, end_time: end } = session;
  const query = useInfiniteQuery(ask.turns(projectId, session.session_id, { start, end: end + 1 }));
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const turns = useMemo(() => data?.pages.flatMap((page) => page.items), [data]);
  return { turns: turns ?? first, whole: (turns !== undefined && !hasNextPage) || query.isError };
}

function SessionTools({ session, ...talk }: Parameters<typeof SessionTalk>[0] & { session: SessionRow }) {
  const { projectId, sessionId } = talk;
  return (
    <>
      <Bookmark projectId={projectId} subject={{ session_id: sessionId }} on={session.bookmarked} keys />
      <Share projectId={projectId} subject={{ session_id: sessionId }} />
      <IntoQueue projectId={projectId} subject={{ trace_id: "", span_id: "", session_id: sessionId }} />
      <SessionTalkButton {...talk} />
    </>
  );
}

function SessionHead({ projectId, session, badges, tools, children }: { projectId: string; session: SessionRow; badges: ReactNode; tools: ReactNode; children: ReactNode }) {
  const { t, f } = useSpeech();
  const narrow = useNarrow();
  return (
    <header className="shrink-0 border-b bg-bg px-4 pt-2 pb-2">
      <div className="flex min-h-8 flex-wrap items-center gap-1.5">
        <h1 className="min-w-0 truncate text-base font-semibold">
          <span className="font-normal text-fg-3">{t("session.title")}</span> <bdi>{session.session_id}</bdi>
        </h1>
        <CopyButton text={session.session_id} />
        {session.errors > 0 && <Badge tone="danger">{t("trace.errors", { n: session.errors })}</Badge>}
        {badges}
        {tools && (
          <span className="ml-auto flex items-center gap-0.5">
            {tools}
            <Link to="/project/$projectId/sessions" params={{ projectId }} className={cx(buttonClass("ghost", true), "max-sm:hidden")}>
              <ArrowLeft size={13} aria-hidden />
              {t("nav.sessions")}
            </Link>
          </span>
        )}
      </div>
      <Facts>
        {!narrow && <Fact name={t("col.first_seen")}><Time at={session.start_time} /></Fact>}
        <Fact name={t("col.length")}><Duration micros={session.end_time - session.start_time} /></Fact>
        {!narrow && <Fact name={t("session.turns_name")}>{f.integer(session.traces)}</Fact>}
        {!narrow && <Fact name={t("col.spans")}>{f.integer(session.spans)}</Fact>}
        <Fact name={t("col.tokens")}><Tokens value={session.total_tokens} /></Fact>
        <Fact name={t("col.cost")}><Cost value={session.total_cost} unpriced={session.unpriced} /></Fact>
        {session.users.slice(0, narrow ? 1 : 5).map((userId) => (
          <Fact key={userId} name={t("col.user")}>
            <UserLink projectId={projectId} userId={userId} className="inline-flex items-center gap-1 text-accent hover:underline">
              <UserRound size={12} aria-hidden />
              <bdi>{userId}</bdi>
            </UserLink>
          </Fact>
        ))}
        {!narrow && session.environment && <Fact name={t("col.environment")}>{session.environment}</Fact>}
      </Facts>
      <div className="mt-1.5">{children}</div>
    </header>
  );
}
