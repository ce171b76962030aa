import { useMemo } from "react";
import type { SessionRow } from "@/api/types";
import { useRights } from "@/app/me";
import { useSpeech } from "@/messages";
import { Cost, Count, Duration, Missing, Time, Tokens } from "@/parts/figures";
import { Star } from "@/parts/bookmark";
import { RowLink, sessionPath } from "@/parts/row-link";
import { FilterValues } from "@/parts/filter-value";
import type { Column } from "@/ui/table";
import { Scores } from "../traces/trace-columns";

export function useSessionColumns(projectId: string, pickUser: (value: string) => void): readonly Column<SessionRow>[] {
  const { t } = useSpeech();
  const { annotate } = useRights(projectId);
  return useMemo(
    (): Column<SessionRow>[] => [
      { key: "end_time", label: t("col.last_seen"), width: 128, sort: "end_time", cell: (row) => <Time at={row.end_time} /> },
      { key: "start_time", label: t("col.first_seen"), width: 128, sort: "start_time", cell: (row) => <Time at={row.start_time} /> },
      {
        key: "session_id",
        label: t("col.session_id"),
        width: 130,
        grow: 1,
        cell: (row) => (
          <span className="flex min-w-0 items-center gap-1.5">
            <RowLink
              to={sessionPath(projectId, row.session_id)}
              title={row.session_id}
              className="min-w-0 truncate rounded font-medium hover:text-accent hover:underline"
            >
              {row.session_id}
            </RowLink>
            <Star projectId={projectId} subject={{ session_id: row.session_id }} on={row.bookmarked} mayMark={annotate} />
          </span>
        ),
      },
      { key: "first_input", label: t("col.first_input"), width: 150, grow: 2, cell: (row) => <Said text={row.first_input} /> },
      { key: "last_output", label: t("col.last_output"), width: 150, grow: 2, cell: (row) => <Said text={row.last_output} /> },
      { key: "traces", label: t("session.turns_name"), width: 64, right: true, sort: "traces", cell: (row) => <Count value={row.traces} /> },
      { key: "length", label: t("col.length"), width: 78, right: true, sort: "duration", cell: (row) => <Duration micros={row.end_time - row.start_time} /> },
      { key: "tokens", label: t("col.tokens"), width: 72, right: true, sort: "tokens", cell: (row) => <Tokens value={row.total_tokens} /> },
      { key: "cost", label: t("col.cost"), width: 104, right: true, sort: "cost", cell: (row) => <Cost value={row.total_cost} unpriced={row.unpriced} /> },
      { key: "scores", label: t("col.scores"), width: 150, cell: (row) => <Scores scores={row.scores} /> },
      { key: "spans", label: t("col.spans"), width: 72, right: true, cell: (row) => <Count value={row.spans} /> },
      { key: "errors", label: t("col.errors"), width: 72, right: true, sort: "errors", cell: (row) => <Count value={row.errors} danger /> },
      {
        key: "users",
        label: t("col.users"),
        width: 100,
        cell: (row) => <FilterValues values={row.users} onPick={pickUser} />,
      },
      { key: "environment", label: t("col.environment"), width: 110, cell: (row) => row.environment || <Missing /> },
    ],
    [annotate, pickUser, projectId, t],
  );
}

const Said = ({ text }: { text: string }) => (text ? <bdi className="text-fg-2" title={text}>{text}</bdi> : <Missing />);

export function SessionCard({ row }: { row: SessionRow }) {
  const { t } = useSpeech();
  return (
    <div className="flex h-full flex-col justify-center gap-0.5">
      <div className="flex items-center gap-2">
        <span className="min-w-0 flex-1 truncate font-medium">{row.session_id}</span>
        <span className="shrink-0 text-xs text-fg-3"><Time at={row.end_time} /></span>
      </div>
      <p dir="auto" className="truncate text-fg-2">{row.first_input || row.last_output}</p>
      <div className="flex gap-3 text-xs whitespace-nowrap text-fg-3">
        <span>{t("session.turns", { n: row.traces })}</span>
        <Cost value={row.total_cost} unpriced={row.unpriced} />
        <span className="truncate">{row.users.join(", ")}</span>
      </div>
    </div>
  );
}
