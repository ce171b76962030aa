/** Scores one by one: what they say, of what, and who says so. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { SearchX, Trash2, X } from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import { type ListedScore, scores as askScores } from "@/api/scores";
import type { ScoreRow } from "@/api/types";
import { type Key, useSpeech } from "@/messages";
import { Missing, Time } from "@/parts/figures";
import { RowLink, sessionPath, tracePath } from "@/parts/row-link";
import { ListBody } from "@/parts/list-body";
import { Counter } from "@/parts/list-frame";
import { useScoreActs, useScoreSource, useScoreValue } from "@/parts/scores";
import { Badge } from "@/ui/badge";
import { Button, IconButton } from "@/ui/button";
import { useRemoved } from "@/ui/removal";
import { useShortcuts } from "@/ui/shortcuts";
import { Empty } from "@/ui/states";
import { type Column, Table } from "@/ui/table";
import { Filters, clearFilters, isNarrowed } from "./filters";
import type { ScoresPart } from "./part";

const NEWEST = "-timestamp";
const some = (value: string | undefined) => (value === undefined ? undefined : [value]);

export function ScoreList(part: ScoresPart) {
  const { t } = useSpeech();
  const { projectId, search, range, set } = part;
  const go = useNavigate();
  const { name, source, type, author, target, min, max, label, comment, order } = search;
  const query = useInfiniteQuery(
    askScores(projectId, {
      start: range.start,
      end: range.end,
      name: some(name),
      source: some(source),
      data_type: some(type),
      author: some(author),
      label: some(label),
      value_min: min,
      value_max: max,
      target,
      comment,
      order,
    }),
  );
  const removed = useRemoved();
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items).filter((row) => !removed.has(row.score.score_id)) ?? [], [query.data, removed]);
  const columns = useScoreColumns(projectId);
  const loadMore = query.fetchNextPage;
  const open = ({ score }: ListedScore) => {
    if (score.session_id) void go({ to: "/project/$projectId/sessions/$sessionId", params: { projectId, sessionId: score.session_id } });
    else if (score.trace_id) void go({ to: "/project/$projectId/traces/$traceId", params: { projectId, traceId: score.trace_id }, search: { span: score.span_id || undefined, tab: "scores" } });
  };
  const asked = JSON.stringify([projectId, name, source, type, author, target, min, max, label, comment, range.start, range.end]);
  const [chosen, setChosen] = useState<{ asked: string; keys: ReadonlySet<string> }>({ asked, keys: NOTHING });
  const keys = chosen.asked === asked ? chosen.keys : NOTHING;
  const choose = useCallback((next: ReadonlySet<string>) => setChosen({ asked, keys: next }), [asked]);
  useShortcuts({ Escape: () => (keys.size ? choose(NOTHING) : false) });
  const { mayDelete, removeAll } = useScoreActs(projectId);
  const going = rows.map((row) => row.score).filter((score) => keys.has(score.score_id) && mayDelete(score));
  return (
    <div className="flex h-full flex-col">
      <Filters {...part} />
      <ListBody
        pending={query.isPending}
        error={query.error}
        retry={() => void query.refetch()}
        count={rows.length}
        updatedAt={query.dataUpdatedAt}
        empty={<Nothing {...part} />}
      >
        <Counter text={t("scores.count", { n: rows.length })} more={query.hasNextPage}>
          {keys.size > 0 && (
            <>
              <span className="flex items-center gap-1 text-xs font-medium whitespace-nowrap" role="status">
                {t("scores.selected", { n: keys.size })}
                <IconButton small icon={X} label={t("list.select_clear")} keys="esc" onClick={() => choose(NOTHING)} />
              </span>
              {going.length > 0 && (
                <Button
                  look="danger"
                  icon={Trash2}
                  onClick={() => {
                    removeAll(going);
                    choose(NOTHING);
                  }}
                >
                  {going.length < keys.size ? t("scores.delete_some", { n: going.length }) : t("act.delete")}
                </Button>
              )}
            </>
          )}
        </Counter>
        <Table
          label={t("nav.scores")}
          rows={rows}
          columns={columns}
          rowKey={scoreKey}
          card={(row) => <ScoreCard projectId={projectId} row={row} />}
          cardHeight={84}
          order={order ?? NEWEST}
          onOrder={(next) => set({ order: next === NEWEST ? undefined : "timestamp" })}
          onOpen={open}
          hasMore={query.hasNextPage}
          loadingMore={query.isFetchingNextPage}
          onMore={useCallback(() => void loadMore(), [loadMore])}
          stale={query.isPlaceholderData}
          selection={{ chosen: keys, onChange: choose, name: (key) => rows.find((row) => scoreKey(row) === key)?.score.name ?? key }}
        />
      </ListBody>
    </div>
  );
}

const NOTHING: ReadonlySet<string> = new Set();
const scoreKey = (row: ListedScore) => row.score.score_id;

function Nothing({ search, range, set }: ScoresPart) {
  const { t } = useSpeech();
  const narrowed = isNarrowed(search);
  return (
    <Empty icon={SearchX} title={t(narrowed ? "scores.no_match" : "scores.empty")} hint={t(narrowed ? "state.empty_range_hint" : "scores.empty_hint")}>
      {narrowed && <Button onClick={() => clearFilters(set)}>{t("scores.clear")}</Button>}
      {range.search.range !== "30d" && <Button onClick={() => set({ range: "30d", start: undefined, end: undefined })}>{t("state.widen")}</Button>}
    </Empty>
  );
}

function useScoreColumns(projectId: string): readonly Column<ListedScore>[] {
  const { t } = useSpeech();
  const value = useScoreValue();
  const source = useScoreSource(projectId);
  return useMemo(
    (): Column<ListedScore>[] => [
      { key: "time", label: t("score.time"), width: 140, sort: "timestamp", cell: ({ score }) => <Time at={score.timestamp} /> },
      { key: "name", label: t("score.name"), width: 140, grow: 1, cell: ({ score }) => <span className="font-medium">{score.name}</span> },
      { key: "value", label: t("score.value"), width: 120, grow: 1, cell: ({ score }) => <bdi>{value(score)}</bdi> },
      { key: "type", label: t("score.type"), width: 96, cell: ({ score }) => <span className="text-fg-2">{t(`score.type.${score.data_type}` as Key)}</span> },
      { key: "source", label: t("score.source"), width: 120, cell: ({ score }) => <span className="text-fg-2">{score.adjudicated ? `${source(score)} · ${t("score.final")}` : source(score)}</span> },
      { key: "target", label: t("scores.scored"), width: 180, grow: 1.5, cell: (row) => <Scored projectId={projectId} row={row} /> },
      { key: "comment", label: t("score.comment"), width: 180, grow: 2, cell: ({ score }) => (score.comment ? <bdi title={score.comment}>{score.comment}</bdi> : <Missing />) },
      { key: "environment", label: t("col.environment"), width: 110, cell: ({ score }) => <span className="text-fg-2">{score.environment}</span> },
      { key: "acts", label: t("act.delete"), width: 72, cell: ({ score }) => <Remove projectId={projectId} score={score} /> },
    ],
    [projectId, source, t, value],
  );
}

function Remove({ projectId, score }: { projectId: string; score: ScoreRow }) {
  const { t } = useSpeech();
  const { mayDelete, remove } = useScoreActs(projectId);
  if (!mayDelete(score)) return null;
  return <IconButton small icon={Trash2} label={t("score.delete", { name: score.name })} onClick={() => remove(score)} />;
}

/** What was scored, by name where it has one, and the way there. */
function Scored({ projectId, row: { score, target_name } }: { projectId: string; row: ListedScore }) {
  const { t } = useSpeech();
  const look = "rounded hover:text-accent hover:underline";
  if (score.session_id) {
    return (
      <>
        <span className="text-fg-3">{t("scores.a_session")} </span>
        <RowLink to={sessionPath(projectId, score.session_id)} className={look}>
          <bdi>{score.session_id}</bdi>
        </RowLink>
      </>
    );
  }
  if (!score.trace_id) return <span className="text-fg-3">{`${t("scores.an_experiment")} ${score.experiment_id}`}</span>;
  return (
    <>
      {score.span_id && <span className="text-fg-3">{t("scores.a_span")} </span>}
      <RowLink to={tracePath(projectId, score.trace_id, { ...(score.span_id ? { span: score.span_id } : {}), tab: "scores" })} className={look}>
        {target_name || score.trace_id.slice(0, 12)}
      </RowLink>
    </>
  );
}

function ScoreCard({ projectId, row }: { projectId: string; row: ListedScore }) {
  const { score } = row;
  const value = useScoreValue();
  const source = useScoreSource(projectId);
  return (
    <div className="flex h-full items-center gap-2">
      <div className="flex min-w-0 flex-1 flex-col gap-0.5">
        <div className="flex items-center gap-2">
          <span className="min-w-0 truncate font-medium">{score.name}</span>
          <Badge>{value(score)}</Badge>
          <span className="ml-auto shrink-0 text-xs text-fg-3"><Time at={score.timestamp} /></span>
        </div>
        <p className="truncate text-fg-2">{score.comment || <Scored projectId={projectId} row={row} />}</p>
        <p className="truncate text-xs text-fg-3">{source(score)}</p>
      </div>
      <Remove projectId={projectId} score={score} />
    </div>
  );
}
