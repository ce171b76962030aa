/** A judge's rate, with the corrected one beside it: wherever the former stands, so does the latter. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type CalibrationCard, calibration } from "@/api/annotation";
import { useSpeech } from "@/messages";
import { Badge } from "@/ui/badge";
import { Tip } from "@/ui/tip";

interface JudgeRateProps {
  projectId: string;
  /** Name of the scores that it gives. */
  judge: string;
  start: number;
  end: number;
  /** An evaluator's id, or `id/version`; its newest version without it. */
  version?: string;
}

/** What the labels make of the rate: where both can be told, the prediction-powered one, which asks less. */
export const best = (card: CalibrationCard) => card.powered?.mean ?? card.corrected?.rate ?? null;

/** The number of the version that the card is about; where the scores tell none, the evaluator's id. */
const numberOf = (card: CalibrationCard) => card.versions.find((one) => one.key === card.version)?.version || card.version;

export function JudgeRate({ projectId, judge, start, end, version = "" }: JudgeRateProps) {
  const { t, f } = useSpeech();
  const { data: card } = useQuery(calibration(projectId, { judge, start, end, version, people: "", threshold: null, positive: "", basis: "auto" }));
  if (!card?.raw) return null;
  const binary = card.confusion !== null || card.data_type === "boolean";
  const format = (value: number) => (binary ? f.percent(value) : f.decimal(value, 3));
  const told = card.labelled.used > 0 ? best(card) : null;
  const interval = told?.low !== undefined && told?.low !== null && told.high !== null ? ` (${format(told.low)}–${format(told.high)})` : "";
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-1">
      <span>
        <span className="text-xs text-fg-2">{t("calib.raw")}</span> <span className="font-medium">{format(card.raw.value)}</span>
        {card.versions.length > 1 && <span className="text-xs text-fg-3"> ({t(version ? "calib.version" : "calib.newest_version")}: {numberOf(card) || t("calib.no_version")})</span>}
      </span>
      <Link to="/project/$projectId/calibration" params={{ projectId }} search={{ judge, ...(version ? { version } : {}) }} className="rounded hover:underline">
        {told ? (
          <span>
            <span className="text-xs text-fg-2">{t("calib.powered")}</span> <span className="font-medium">{format(told.value)}</span>
            <span className="text-xs text-fg-2">{interval}</span>
          </span>
        ) : (
          <Tip text={t("calib.not_calibrated_hint")}>
            <span><Badge tone="warn">{t("calib.not_calibrated")}</Badge></span>
          </Tip>
        )}
      </Link>
    </span>
  );
}
