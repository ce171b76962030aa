/** What labels make of a judge's score in the figures of a prompt. */
import type { PromptFigures } from "@/api/prompts";
import { type Formats, useSpeech } from "@/messages";
import { Freed } from "@/parts/freed";

type Score = PromptFigures["scores"][number];

export const writerOf = (f: Formats, { is_share }: Pick<Score, "is_share">) => (is_share ? (value: number) => f.percent(value) : (value: number) => f.decimal(value, 3));

export function FreedScore({ score, className }: { score: Score; className?: string }) {
  const { f } = useSpeech();
  return <Freed corrected={score.freed} powered={score.powered} write={writerOf(f, score)} anywhere className={className} />;
}
