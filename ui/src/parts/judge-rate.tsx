/** A judge's rate, with what labels make of it beside it: wherever the former stands, so does the latter. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type CalibrationCard, calibration } from "@/api/annotation";
import type { Estimate } from "@/api/scores";
import { type Translate, useSpeech } from "@/messages";
import { Badge } from "@/ui/badge";
import { cx } from "@/ui/cx";
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
  if (!card?.judged) return null;
  const binary = card.confusion !== null || card.data_type !== "numeric";
  const format = (value: number) => (binary ? f.percent(value) : f.decimal(value, 3));
  const shares = card.of_labels.map((one) => ({ key: one.label, name: one.label, raw: one.raw, told: told(t, one.corrected, one.powered) }));
  const rate = card.raw && { key: "", name: t("calib.raw"), raw: card.raw, told: card.labelled.used > 0 ? told(t, card.corrected?.rate, card.powered?.mean) : [] };
  const rates = rate ? [rate] : shares;
  const about = card.versions.length > 1 && `(${t(version ? "calib.version" : "calib.newest_version")}: ${numberOf(card) || t("calib.no_version")})`;
  return (
    <span className="inline-flex flex-wrap items-center gap-x-3 gap-y-1">
      {rates.map(({ key, name, raw, told }) => (
        <span key={key} className={cx("flex flex-wrap items-center gap-x-2", !rate && "w-full")}>
          <span>
            <span className="text-xs text-fg-2">{name}</span> <span className="font-medium">{format(raw.value)}</span>
          </span>
          {told.map((one) => (
            <span key={one.name}>
              <span className="text-xs text-fg-2">{one.name}</span> <span className="font-medium">{format(one.rate.value)}</span>
              {one.rate.low != null && one.rate.high != null && <span className="text-xs text-fg-2">{` (${format(one.rate.low)}–${format(one.rate.high)})`}</span>}
            </span>
          ))}
        </span>
      ))}
      {about && <span className="text-xs text-fg-3">{about}</span>}
      <Link to="/project/$projectId/calibration" params={{ projectId }} search={{ judge, ...(version ? { version } : {}) }} className="rounded hover:underline">
        {rates.some((one) => one.told.length > 0) ? (
          <span className="text-xs text-fg-2">{t("calib.labels_n", { n: card.labelled.used })}</span>
        ) : (
          <Tip text={t("calib.not_calibrated_hint")}>
            <span><Badge tone="warn">{t("calib.not_calibrated")}</Badge></span>
          </Tip>
        )}
      </Link>
    </span>
  );
}

/** What labels make of a rate, as far as they tell it. */
function told(t: Translate, corrected: Estimate | null | undefined, powered: Estimate | null | undefined) {
  return [
    { name: t("calib.corrected"), rate: corrected },
    { name: t("calib.powered"), rate: powered },
  ].flatMap(({ name, rate }) => (rate ? [{ name, rate }] : []));
}
