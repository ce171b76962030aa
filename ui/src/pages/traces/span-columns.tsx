import { useMemo } from "react";
import type { SpanRow } from "@/api/types";
import { useSpeech } from "@/messages";
import { Cost, Duration, Missing, Time, Tokens } from "@/parts/figures";
import { FilterValue, FilterValues } from "@/parts/filter-value";
import { KindIcon } from "@/parts/kind";
import { RowLink, tracePath } from "@/parts/row-link";
import { Level } from "@/ui/badge";
import { Id } from "@/ui/copy";
import type { Column } from "@/ui/table";
import { Preview } from "./preview";

export const USUAL_SPAN_COLUMNS = {
  keys: ["start_time", "name", "input", "output", "model", "duration", "tokens", "cost"],
  spare: ["tokens", "model"],
};

type Pick = (field: string, value: string) => void;

export function useSpanColumns(projectId: string, pick: Pick): readonly Column<SpanRow>[] {
  const { t } = useSpeech();
  return useMemo((): Column<SpanRow>[] => {
    const value = (key: string, label: string, width: number, field: string, of: (row: SpanRow) => string): Column<SpanRow> => ({
      key,
      label,
      width,
      cell: (row) => <FilterValue value={of(row)} onPick={(found) => pick(field, found)} />,
    });
    return [
      { key: "start_time", label: t("col.start_time"), width: 128, sort: "start_time", cell: (row) => <Time at={row.start_time} /> },
      { key: "name", label: t("col.name"), width: 136, grow: 1, sort: "name", cell: (row) => <SpanName projectId={projectId} row={row} /> },
      { key: "input", label: t("col.input"), width: 150, grow: 3, cell: (row) => <Preview text={row.input_preview} /> },
      { key: "output", label: t("col.output"), width: 150, grow: 3, cell: (row) => <Preview text={row.output_preview} /> },
      { key: "status", label: t("col.status"), width: 170, grow: 1, cell: (row) => <Preview text={row.status_message} /> },
      value("model", t("col.model"), 120, "model", (row) => row.model),
      value("provider", t("col.provider"), 100, "provider", (row) => row.provider),
      {
        key: "duration",
        label: t("col.duration"),
        width: 82,
        right: true,
        sort: "latency",
        cell: (row) => <Duration micros={row.end_time - row.start_time} running={!row.end_time} />,
      },
      {
        key: "ttft",
        label: t("col.ttft"),
        width: 88,
        right: true,
        sort: "ttft",
        cell: (row) => (row.first_token_time ? <Duration micros={row.first_token_time - row.start_time} /> : <Missing />),
      },
      { key: "tokens", label: t("col.tokens"), width: 76, right: true, sort: "tokens", cell: (row) => <Tokens value={row.total_tokens} /> },
      { key: "cost", label: t("col.cost"), width: 100, right: true, sort: "cost", cell: (row) => <Cost value={row.total_cost} unpriced={row.cost_source === "unpriced" ? 1 : 0} /> },
      value("trace_name", t("col.trace_name"), 140, "trace_name", (row) => row.trace_name),
      value("user", t("col.user"), 110, "user", (row) => row.user_id),
      value("session", t("col.session"), 130, "session", (row) => row.session_id),
      {
        key: "prompt",
        label: t("col.prompt"),
        width: 130,
        cell: (row) => (row.prompt_name ? `${row.prompt_name} · ${t("span.prompt_version", { version: row.prompt_version })}` : <Missing />),
      },
      { key: "tags", label: t("col.tags"), width: 150, cell: (row) => <FilterValues values={row.tags} onPick={(found) => pick("tags", found)} /> },
      value("environment", t("col.environment"), 110, "environment", (row) => row.environment),
      value("release", t("col.release"), 100, "release", (row) => row.release),
      value("service", t("col.service"), 120, "service", (row) => row.service),
      { key: "trace_id", label: t("col.trace_id"), width: 130, cell: (row) => <Id id={row.trace_id} /> },
    ];
  }, [pick, projectId, t]);
}

function SpanName({ projectId, row }: { projectId: string; row: SpanRow }) {
  const { t } = useSpeech();
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <KindIcon kind={row.kind} />
      <RowLink
        to={tracePath(projectId, row.trace_id, { span: row.span_id })}
        title={row.name}
        className="min-w-0 truncate rounded font-medium hover:text-accent hover:underline"
      >
        {row.name || <span className="font-normal text-fg-3">{t("state.unnamed")}</span>}
      </RowLink>
      <Level level={row.level} quiet sign />
    </span>
  );
}

export function SpanCard({ row }: { row: SpanRow }) {
  const { t } = useSpeech();
  return (
    <div className="flex h-full flex-col justify-center gap-0.5">
      <div className="flex items-center gap-1.5">
        <KindIcon kind={row.kind} />
        <span className="min-w-0 flex-1 truncate font-medium">{row.name || t("state.unnamed")}</span>
        <Level level={row.level} quiet />
        <span className="shrink-0 text-xs text-fg-3">
          <Time at={row.start_time} />
        </span>
      </div>
      <p className="truncate text-fg-2">
        <Preview text={row.status_message || row.input_preview || row.output_preview} />
      </p>
      <div className="flex gap-3 text-xs whitespace-nowrap text-fg-3">
        <Duration micros={row.end_time - row.start_time} running={!row.end_time} />
        <Cost value={row.total_cost} unpriced={row.cost_source === "unpriced" ? 1 : 0} />
        <span className="truncate">{row.model}</span>
      </div>
    </div>
  );
}
