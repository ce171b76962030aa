/** A judge's rate, with what labels make of it beside it: wherever the former stands, so does the latter. */
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

/** The number of the version that the card is about; where the scores tell none, the evaluator's id. */
const numberOf = (card: CalibrationCard) => card.versions.find((one) => one.key === card.version)?.version || card.version;

export function JudgeRate({ projectId, judge, start, end, version = "" }: JudgeRateProps) {
  const { t, f } = useSpeech();
  const { data: card } = useQuery(calibration(projectId, { judge, start, end, version, people: "", threshold: null, positive: "", basis: "auto" }));
  if (!card?.raw) return null;
  const binary = card.confusion !== null || card.data_type === "boolean";
  const format = (value: number) => (binary ? f.percent(value) : f.decimal(value, 3));
  const told = [
    { name: t("calib.corrected"), rate: card.corrected?.rate ?? null },
    { name: t("calib.powered"), rate: card.powered?.mean ?? null },
  ].filter((one) => one.rate !== null && card.labelled.used > 0);
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-1">
      <span>
        <span className="text-xs text-fg-2">{t("calib.raw")}</span> <span className="font-medium">{format(card.raw.value)}</span>
        {card.versions.length > 1 && <span className="text-xs text-fg-3"> ({t(version ? "calib.version" : "calib.newest_version")}: {numberOf(card) || t("calib.no_version")})</span>}
      </span>
      <Link to="/project/$projectId/calibration" params={{ projectId }} search={{ judge, ...(version ? { version } : {}) }} className="rounded hover:underline">
        {told.length > 0 ? (
          <span className="inline-flex flex-wrap items-center gap-x-2">
            {told.map(({ name, rate }) => (
              <span key={name}>
                <span className="text-xs text-fg-2">{name}</span> <span className="font-medium">{rate && format(rate.value)}</span>
                {rate?.low != null && rate.high != null && <span className="text-xs text-fg-2">{` (${format(rate.low)}–${format(rate.high)})`}</span>}
              </span>
            ))}
            <span className="text-xs text-fg-2">{t("calib.labels_n", { n: card.labelled.used })}</span>
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
