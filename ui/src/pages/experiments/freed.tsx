/** What labels make of the mean of a metric, below the mean itself. */
import type { FreedRate } from "@/api/annotation";
import { useSpeech } from "@/messages";
import { Freed as Told } from "@/parts/freed";
import { writeValue } from "./metric";

interface FreedProps {
  metric: string;
  corrected: FreedRate | null;
  powered: FreedRate | null;
}

export function Freed({ metric, corrected, powered }: FreedProps) {
  const { f } = useSpeech();
  return <Told corrected={corrected} powered={powered} write={(value, width) => writeValue(f, metric, value, width)} className="ml-auto max-w-32 whitespace-normal sm:max-w-44" />;
}
