import { useMemo } from "react";
import type { TraceRow } from "@/api/types";
import { useRights } from "@/app/me";
import { useSpeech } from "@/messages";
import { Cost, Count, Duration, Missing, Time, Tokens } from "@/parts/figures";
import { Star } from "@/parts/bookmark";
import { RowLink, tracePath } from "@/parts/row-link";
import { FilterValue, FilterValues } from "@/parts/filter-value";
import { Badge, Level } from "@/ui/badge";
import { Id } from "@/ui/copy";
import type { Column } from "@/ui/table";
import { Preview } from "./preview";

export const USUAL_TRACE_COLUMNS = {
  keys: ["start_time", "name", "input", "output", "duration", "tokens", "cost", "user"],
  spare: ["user", "tokens"],
};

type Pick = (field: string, value: string) => void;

export function useTraceColumns(projectId: string, pick: Pick): readonly Column<TraceRow>[] {
  const { t } = useSpeech();
  const { annotate } = useRights(projectId);
  return useMemo(
    (): Column<TraceRow>[] => [
      { key: "start_time", label: t("col.start_time"), width: 128, sort: "start_time", cell: (row) => <Time at={row.start_time} /> },
      { key: "name", label: t("col.name"), width: 136, grow: 1, sort: "name", cell: (row) => <TraceName projectId={projectId} row={row} mayMark={annotate} /> },
      { key: "input", label: t("col.input"), width: 160, grow: 3, cell: (row) => <Preview text={row.input_preview} /> },
      { key: "output", label: t("col.output"), width: 160, grow: 3, cell: (row) => <Preview text={row.output_preview} /> },
      {
        key: "duration",
        label: t("col.duration"),
        width: 82,
        right: true,
        sort: "latency",
        cell: (row) => <Duration micros={row.duration} running={!row.end_time} />,
      },
      { key: "tokens", label: t("col.tokens"), width: 76, right: true, sort: "tokens", cell: (row) => <Tokens value={row.total_tokens} /> },
      { key: "cost", label: t("col.cost"), width: 100, right: true, sort: "cost", cell: (row) => <Cost value={row.total_cost} unpriced={row.unpriced} /> },
      { key: "spans", label: t("col.spans"), width: 72, right: true, sort: "spans", cell: (row) => <Count value={row.spans} /> },
      { key: "user", label: t("col.user"), width: 110, cell: (row) => <FilterValue value={row.user_id} onPick={(value) => pick("user", value)} /> },
      { key: "session", label: t("col.session"), width: 130, cell: (row) => <FilterValue value={row.session_id} onPick={(value) => pick("session", value)} /> },
      { key: "models", label: t("col.models"), width: 150, cell: (row) => <FilterValues values={row.models} onPick={(value) => pick("model", value)} /> },
      { key: "tags", label: t("col.tags"), width: 150, cell: (row) => <FilterValues values={row.tags} onPick={(value) => pick("tags", value)} /> },
      { key: "scores", label: t("col.scores"), width: 180, cell: (row) => <Scores scores={row.scores} /> },
      { key: "environment", label: t("col.environment"), width: 110, cell: (row) => <FilterValue value={row.environment} onPick={(value) => pick("environment", value)} /> },
      { key: "release", label: t("col.release"), width: 100, cell: (row) => <FilterValue value={row.release} onPick={(value) => pick("release", value)} /> },
      { key: "version", label: t("col.version"), width: 90, cell: (row) => <FilterValue value={row.version} onPick={(value) => pick("version", value)} /> },
      { key: "input_tokens", label: t("col.input_tokens"), width: 92, right: true, cell: (row) => <Tokens value={row.input_tokens} /> },
      { key: "output_tokens", label: t("col.output_tokens"), width: 92, right: true, cell: (row) => <Tokens value={row.output_tokens} /> },
      { key: "trace_id", label: t("col.trace_id"), width: 130, cell: (row) => <Id id={row.trace_id} /> },
    ],
    [annotate, pick, projectId, t],
  );
}

export function TraceName({ projectId, row, mayMark }: { projectId: string; row: TraceRow; mayMark: boolean }) {
  const { t } = useSpeech();
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <RowLink
        to={tracePath(projectId, row.trace_id)}
        title={row.name}
        className="min-w-0 truncate rounded font-medium hover:text-accent hover:underline"
      >
        {row.name || <span className="font-normal text-fg-3">{t("state.unnamed")}</span>}
      </RowLink>
      <Trouble row={row} sign />
      <Star projectId={projectId} subject={{ trace_id: row.trace_id }} on={row.bookmarked} mayMark={mayMark} />
    </span>
  );
}

/** The head's own state, or how many spans below went wrong. */
export function Trouble({ row, sign }: { row: TraceRow; sign?: boolean }) {
  const { t } = useSpeech();
  if (row.level === "error") return <Level level="error" quiet sign={sign} />;
  if (row.errors) {
    return (
      <span title={t("trace.errors", { n: row.errors })}>
        <Badge tone="danger">{row.errors}</Badge>
      </span>
    );
  }
  if (row.level === "warning" || row.warnings) return <Level level="warning" quiet sign={sign} />;
  return null;
}

export function Scores({ scores }: { scores: TraceRow["scores"] }) {
  const { f } = useSpeech();
  const all = Object.entries(scores);
  if (!all.length) return <Missing />;
  return (
    <span className="flex gap-1 overflow-hidden">
      {all.slice(0, 3).map(([name, value]) => (
        <Badge key={name}>
          <span className="text-fg-3">{name}</span> {typeof value === "number" ? f.decimal(value) : value}
        </Badge>
      ))}
    </span>
  );
}

export function TraceCard({ row }: { row: TraceRow }) {
  const { t } = useSpeech();
  return (
    <div className="flex h-full flex-col justify-center gap-0.5">
      <div className="flex items-center gap-1.5">
        <span className="min-w-0 flex-1 truncate font-medium">{row.name || t("state.unnamed")}</span>
        <Trouble row={row} />
        <span className="shrink-0 text-xs text-fg-3">
          <Time at={row.start_time} />
        </span>
      </div>
      <p className="truncate text-fg-2">
        <Preview text={row.input_preview || row.output_preview} />
      </p>
      <div className="flex gap-3 text-xs whitespace-nowrap text-fg-3">
        <Duration micros={row.duration} running={!row.end_time} />
        <Cost value={row.total_cost} unpriced={row.unpriced} />
        <span className="truncate">{[row.user_id, ...row.models].filter(Boolean).join(" · ")}</span>
      </div>
    </div>
  );
}
