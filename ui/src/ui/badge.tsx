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

export function Badge({ tone = "neutral", className, title, children }: { tone?: Tone; className?: string; title?: string; children: ReactNode }) {
  return (
    <span
      title={title}
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

/** State of a span or trace. `quiet` says nothing when all is well, `sign` leaves the room to others. */
export function Level({ level, quiet, text, sign }: { level: string; quiet?: boolean; text?: string; sign?: boolean }) {
  const { t } = useSpeech();
  const word = text ?? (LEVELS.has(level) ? t(`level.${level}` as Key) : level);
  const said = sign ? <span className="sr-only">{word}</span> : word;
  if (level === "error") {
    return (
      <Badge tone="danger" title={sign ? word : undefined}>
        <CircleAlert size={11} aria-hidden />
        {said}
      </Badge>
    );
  }
  if (level === "warning") {
    return (
      <Badge tone="warn" title={sign ? word : undefined}>
        <TriangleAlert size={11} aria-hidden />
        {said}
      </Badge>
    );
  }
  if (quiet) return null;
  return <span className="text-fg-3">{word}</span>;
}
