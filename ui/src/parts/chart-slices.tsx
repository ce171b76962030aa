/** A value of a dimension as a button: a click shows what lies behind it. */
import type { ReactNode } from "react";
import { cx } from "@/ui/cx";

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
}

export interface SlicesProps {
  slices: readonly Slice[];
  name: (key: string) => string;
  format: (value: number) => string;
  unknown: string;
  onSee?: (key: string) => void;
}
