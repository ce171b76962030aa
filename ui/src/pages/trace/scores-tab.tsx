/** The scores of a span, and giving one. What is given to the head is about the whole trace. */
import type { ScoreRow, SpanRow } from "@/api/types";
import { useSpeech } from "@/messages";
import { ofTrace } from "@/parts/score-form";
import { AddScore, ScoreTable, useStaying } from "@/parts/scores";
import { Empty } from "@/ui/states";

export function ScoresTab({ projectId, span, scores }: { projectId: string; span: SpanRow; scores: readonly ScoreRow[] }) {
  const { t } = useSpeech();
  const staying = useStaying(scores);
  const add = <AddScore projectId={projectId} target={ofTrace(span.trace_id, span.is_root ? "" : span.span_id)} scores={scores} />;
  if (!staying.length) return <Empty title={t("span.no_scores")}>{add}</Empty>;
  return (
    <div className="flex flex-col items-start gap-2 p-4">
      <div className="w-full">
        <ScoreTable projectId={projectId} scores={staying} spanId={span.span_id} />
      </div>
      {add}
    </div>
  );
}
