/** Two stretches of calls against each other: by how much each measure differs, and whether that is real. */
import { Minus, TrendingDown, TrendingUp } from "lucide-react";
import type { PromptDifference, PromptFigures } from "@/api/prompts";
import { type Formats, type Key, useSpeech } from "@/messages";
import { cx } from "@/ui/cx";
import { Tip } from "@/ui/tip";
import { FreedScore, writerOf } from "./freed-score";

interface DifferencesProps {
  before: PromptFigures;
  after: PromptFigures;
  differences: readonly PromptDifference[];
  /** What the two are called; else before and after. */
  names?: readonly [string, string];
}

export function Differences({ before, after, differences, names }: DifferencesProps) {
  const { t, f } = useSpeech();
  return (
    <div className="overflow-x-auto">
      <table className="w-full text-left">
        <thead>
          <tr className="text-2xs text-fg-3 [&>th]:px-2 [&>th]:py-1 [&>th]:font-medium [&>th]:whitespace-nowrap [&>th:first-child]:pl-0">
            <th scope="col">{t("prompt.measure")}</th>
            <th scope="col" className="text-right!">{names?.[0] ?? t("prompt.before_n", { n: before.calls })}</th>
            <th scope="col" className="text-right!">{names?.[1] ?? t("prompt.after_n", { n: after.calls })}</th>
            <th scope="col" className="text-right!">{t("prompt.difference")}</th>
            <th scope="col">{t("prompt.verdict")}</th>
          </tr>
        </thead>
        <tbody className="[&_td]:px-2 [&_td]:py-1 [&_td:first-child]:pl-0">
          {differences.map((one) => {
            const share = (scoreOf(one, before) ?? scoreOf(one, after))?.is_share ?? false;
            const told = (value: number) => apart(f, one, value, share);
            return (
              <tr key={`${one.measure} ${one.name} ${one.category}`} className="border-t">
                <td className="min-w-24 wrap-anywhere">{one.category ? `${one.name}: ${one.category}` : one.name || t(`prompt.measure_${one.measure}` as Key)}</td>
                {[before, after].map((figures, side) => {
                  const score = one.measure === "score" && scoreOf(one, figures);
                  return (
                    <td key={side} className="text-right whitespace-nowrap">
                      {shown(f, one, figures)}
                      {score && <FreedScore score={score} />}
                    </td>
                  );
                })}
                <td className="text-right whitespace-nowrap">
                  <span className="font-medium">{told(one.value)}</span> <span className="text-2xs text-fg-3">{`[${told(one.low)}, ${told(one.high)}]`}</span>
                </td>
                <td>
                  <Verdict difference={one} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Verdict({ difference }: { difference: PromptDifference }) {
  const { t, f } = useSpeech();
  const { enough, is_real, is_better, value, p } = difference;
  const Icon = !is_real ? Minus : value > 0 ? TrendingUp : TrendingDown;
  const key = !enough ? "few" : !is_real ? "unsure" : is_better === null ? "differs" : is_better ? "better" : "worse";
  return (
    <Tip text={t(enough ? "prompt.p_value" : "prompt.few_hint", { p: f.decimal(p, 4) })}>
      <span className={cx("inline-flex cursor-default items-center gap-1 whitespace-nowrap", !is_real ? "text-fg-3" : is_better === null ? "text-fg" : is_better ? "text-ok" : "text-danger")}>
        <Icon size={13} aria-hidden />
        {t(`prompt.verdict_${key}`)}
      </span>
    </Tip>
  );
}

function shown(f: Formats, difference: PromptDifference, figures: PromptFigures): string {
  const { measure } = difference;
  switch (measure) {
    case "errors":
      return f.percent(figures.error_rate.value);
    case "latency":
      return figures.p50 ? f.duration(figures.p50.value) : "";
    case "cost":
      return figures.cost ? f.money(figures.cost.value) : "";
    default: {
      const score = scoreOf(difference, figures);
      if (!score) return "";
      return writerOf(f, score)(score.value.value);
    }
  }
}

const scoreOf = ({ name, category }: PromptDifference, figures: PromptFigures) => figures.scores.find((one) => one.name === name && one.category === category);

const signed = (value: number, text: string) => (value > 0 ? `+${text}` : value < 0 ? `−${text}` : text);

function apart(f: Formats, { measure }: PromptDifference, value: number, share: boolean): string {
  const size = Math.abs(value);
  if (measure === "errors" || measure === "latency" || share) return signed(value, f.percent(size));
  return signed(value, measure === "cost" ? f.money(size) : f.decimal(size, 3));
}
