import { CircleAlert, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { type Key, useSpeech } from "@/messages";
import { cx } from "./cx";

type Tone = "neutral" | "accent" | "danger" | "warn" | "ok";

const TONES: Record<Tone, string> = {
  neutral: "bg-sunken text-fg-2 border-line",
  accent: "bg-accent-soft text-accent border-transparent",
  danger: "bg-danger-soft text-danger border-transparent",
  warn: "bg-warn-soft text-warn border-transparent",
  ok: "bg-ok-soft text-ok border-transparent",
};

export function Badge({ tone = "neutral", className, children }: { tone?: Tone; className?: string; children: ReactNode }) {
  return (
    <span
      className={cx(
        "inline-flex h-5 max-w-full items-center gap-1 rounded border px-1.5 text-2xs font-medium whitespace-nowrap",
        TONES[tone],
        className,
      )}
    >
      {typeof children === "string" ? <span className="truncate">{children}</span> : children}
    </span>
  );
}

const LEVELS = new Set(["debug", "default", "warning", "error"]);

/** State of a span or trace; says nothing when all is well. */
export function Level({ level, quiet, text }: { level: string; quiet?: boolean; text?: string }) {
  const { t } = useSpeech();
  const word = text ?? (LEVELS.has(level) ? t(`level.${level}` as Key) : level);
  if (level === "error") {
    return (
      <Badge tone="danger">
        <CircleAlert size={11} aria-hidden />
        {word}
      </Badge>
    );
  }
  if (level === "warning") {
    return (
      <Badge tone="warn">
        <TriangleAlert size={11} aria-hidden />
        {word}
      </Badge>
    );
  }
  if (quiet) return null;
  return <span className="text-fg-3">{word}</span>;
}
