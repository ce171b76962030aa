import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { useSpeech } from "@/messages";
import { IconButton } from "./button";
import { cx } from "./cx";

/** Copies even where the clipboard API is shut off (plain http on another machine). */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

export function CopyButton({ text, label, className }: { text: string | (() => string); label?: string; className?: string }) {
  const { t } = useSpeech();
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return undefined;
    const timer = setTimeout(() => setDone(false), 1400);
    return () => clearTimeout(timer);
  }, [done]);
  return (
    <IconButton
      small
      icon={done ? Check : Copy}
      label={done ? t("act.copied") : (label ?? t("act.copy"))}
      className={cx(done && "text-ok hover:text-ok", className)}
      onClick={(event) => {
        event.stopPropagation();
        void copyText(typeof text === "string" ? text : text()).then(() => setDone(true));
      }}
    />
  );
}

/** An id: short to the eye, whole to the clipboard. */
export function Id({ id, length = 8 }: { id: string; length?: number }) {
  return (
    <span className="inline-flex items-center gap-0.5">
      <span className="font-mono text-xs" title={id}>
        {id.length > length + 2 ? `${id.slice(0, length)}…` : id}
      </span>
      <CopyButton text={id} />
    </span>
  );
}

export function CodeBlock({ code, className }: { code: string; className?: string }) {
  return (
    <div className={cx("group relative rounded-md border border-line bg-sunken", className)}>
      <pre className="overflow-x-auto px-3 py-2.5 pr-10 font-mono text-xs leading-5 whitespace-pre">{code}</pre>
      <CopyButton text={code} className="absolute top-1.5 right-1.5 bg-sunken" />
    </div>
  );
}
