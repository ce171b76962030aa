/** A value of a dimension as a button: a click shows what lies behind it. */
import type { ReactNode } from "react";
import { useSpeech } from "@/messages";
import { cx } from "@/ui/cx";
import { Tip } from "@/ui/tip";

interface SeeProps {
  onSee?: () => void;
  className?: string;
  title?: string;
  children: ReactNode;
}

export function See({ onSee, className, title, children }: SeeProps) {
  if (!onSee) return <span className={className} title={title}>{children}</span>;
  return (
    <button type="button" title={title} onClick={onSee} className={cx("text-left hover:underline focus-visible:-outline-offset-2", className)}>
      {children}
    </button>
  );
}

export interface Slice {
  key: string;
  value: number | null;
  /** What labels of people make of it, where it is a judge's mean. */
  freed?: number;
}

/** The same in words. */
export function SliceFreed({ slice, format }: { slice: Slice; format: (value: number) => string }) {
  const { t } = useSpeech();
  if (slice.freed === undefined) return null;
  return (
    <Tip text={t("calib.chart_hint")}>
      <span className="relative ml-1.5 cursor-default text-2xs font-normal text-fg-3">{t("calib.corrected_value", { value: format(slice.freed) })}</span>
    </Tip>
  );
}

export interface SlicesProps {
  slices: readonly Slice[];
  name: (key: string) => string;
  format: (value: number) => string;
  unknown: string;
  onSee?: (key: string) => void;
}
