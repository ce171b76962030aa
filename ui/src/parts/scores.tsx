import type { ScoreRow } from "@/api/types";
import { useSpeech } from "@/messages";
import { Badge } from "@/ui/badge";
import { Ago } from "./figures";

export function useScoreValue(): (score: ScoreRow) => string {
  const { t, f } = useSpeech();
  return (score) => {
    const type = score.data_type.toLowerCase();
    if (type === "boolean") return t(score.value ? "score.true" : "score.false");
    if (type === "numeric") return f.decimal(score.value, 3);
    return score.text || f.decimal(score.value, 3);
  };
}

export function ScoreBadge({ score }: { score: ScoreRow }) {
  const value = useScoreValue();
  return (
    <span title={score.comment || undefined} className="inline-flex max-w-60">
      <Badge>
        <span className="truncate text-fg-3">{score.name}</span>
        <span className="truncate">{value(score)}</span>
      </Badge>
    </span>
  );
}

export function ScoreTable({ scores, spanId }: { scores: readonly ScoreRow[]; spanId?: string }) {
  const { t } = useSpeech();
  const value = useScoreValue();
  const head = ["score.name", "score.value", "score.source", "score.comment", "score.target", "score.time"] as const;
  return (
    <div className="overflow-x-auto">
      <table className="w-full">
        <thead>
          <tr className="border-b text-left text-xs text-fg-3">
            {head.map((key) => (
              <th key={key} scope="col" className="h-8 pr-4 font-medium whitespace-nowrap">{t(key)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {scores.map((score) => (
            <tr key={score.score_id} className="border-b align-top">
              <td className="py-1.5 pr-4 font-medium">{score.name}</td>
              <td className="py-1.5 pr-4">{value(score)}</td>
              <td className="py-1.5 pr-4 text-fg-2">{score.source}</td>
              <td className="max-w-80 py-1.5 pr-4 wrap-anywhere text-fg-2">{score.comment}</td>
              <td className="py-1.5 pr-4 whitespace-nowrap text-fg-2">{t(spanId && score.span_id === spanId ? "score.on_span" : "score.on_trace")}</td>
              <td className="py-1.5 whitespace-nowrap text-fg-2"><Ago at={score.timestamp} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
