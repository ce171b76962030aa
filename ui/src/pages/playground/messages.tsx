/** The messages of a variant: their texts, what is attached, and what came of earlier turns. */
import { ArrowDown, ArrowUp, Braces, MessageSquarePlus, Paperclip, Trash2, X } from "lucide-react";
import { useRef } from "react";
import type { Part } from "@/api/types";
import { type Line, PLACEHOLDER, line } from "@/lib/playground";
import { type Key, useSpeech } from "@/messages";
import { TextEditor } from "@/pages/prompts/text-editor";
import { Picture } from "@/parts/media";
import { Button, IconButton } from "@/ui/button";
import { Input, Select } from "@/ui/field";
import { toast } from "@/ui/toast";

const ROLES = ["system", "user", "assistant", "tool"] as const;
/** The server takes requests of four million bytes; base64 makes three bytes four. */
const MOST_BYTES = 2_500_000;

interface MessagesProps {
  lines: readonly Line[];
  onChange: (lines: Line[]) => void;
}

export function Messages({ lines, onChange }: MessagesProps) {
  const { t } = useSpeech();
  const put = (index: number, change: Partial<Line>) => onChange(lines.map((one, at) => (at === index ? { ...one, ...change } : one)));
  const move = (from: number, to: number) => {
    const next = [...lines];
    next.splice(to, 0, ...next.splice(from, 1));
    onChange(next);
  };
  return (
    <section aria-label={t("play.messages")} className="flex flex-col gap-2">
      <ol className="flex flex-col gap-2">
        {lines.map((one, index) => (
          <li key={one.key} className="flex flex-col gap-1">
            <div className="flex items-center gap-1">
              {one.role === PLACEHOLDER ? (
                <label className="flex min-w-0 items-center gap-1.5 text-xs text-fg-2">
                  <Braces size={13} aria-hidden className="shrink-0" />
                  <span className="whitespace-nowrap">{t("play.placeholder")}</span>
                  <Input aria-label={t("play.placeholder_name")} className="h-7! w-32! font-mono" value={one.name} onChange={(event) => put(index, { name: event.target.value })} />
                </label>
              ) : (
                <Select aria-label={t("play.role", { n: index + 1 })} className="h-7! w-28! text-xs font-medium" value={one.role} onChange={(event) => put(index, { role: event.target.value })}>
                  {[...new Set<string>([...ROLES, one.role])].map((role) => (
                    <option key={role} value={role}>
                      {roleName(t, role)}
                    </option>
                  ))}
                </Select>
              )}
              <span className="flex-1" />
              {one.role !== PLACEHOLDER && <Attach onAttach={(part) => put(index, { more: [...one.more, part] })} />}
              <IconButton small icon={ArrowUp} label={t("play.up")} disabled={index === 0} onClick={() => move(index, index - 1)} />
              <IconButton small icon={ArrowDown} label={t("play.down")} disabled={index === lines.length - 1} onClick={() => move(index, index + 1)} />
              <IconButton small icon={Trash2} label={t("play.drop", { n: index + 1 })} onClick={() => onChange(lines.filter((_, at) => at !== index))} />
            </div>
            {one.role !== PLACEHOLDER && (one.text !== "" || one.more.every((part) => part.type === "media")) && (
              <TextEditor label={t("play.message", { n: index + 1 })} hint={t("play.message_hint")} value={one.text} onChange={(text) => put(index, { text, said: false })} className="max-h-80 overflow-y-auto" />
            )}
            {one.more.length > 0 && <More parts={one.more} onChange={(more) => put(index, { more })} />}
          </li>
        ))}
      </ol>
      <div className="flex flex-wrap gap-1.5">
        <Button small icon={MessageSquarePlus} onClick={() => onChange([...lines, line({ role: lines.at(-1)?.role === "user" ? "assistant" : "user" })])}>
          {t("play.add_message")}
        </Button>
        <Button small icon={Braces} onClick={() => onChange([...lines, line({ role: PLACEHOLDER, name: "history" })])}>
          {t("play.add_placeholder")}
        </Button>
      </div>
    </section>
  );
}

function roleName(t: ReturnType<typeof useSpeech>["t"], role: string): string {
  return ROLES.some((one) => one === role) ? t(`chat.${role}` as Key) : role;
}

function Attach({ onAttach }: { onAttach: (part: Part) => void }) {
  const { t, f } = useSpeech();
  const input = useRef<HTMLInputElement>(null);
  const take = (file: File | undefined) => {
    if (!file) return;
    if (file.size > MOST_BYTES) return toast(t("play.too_large", { name: file.name, most: f.bytes(MOST_BYTES) }), "danger");
    const reader = new FileReader();
    reader.addEventListener("load", () => onAttach({ type: "media", url: String(reader.result), mime_type: file.type, name: file.name }));
    reader.readAsDataURL(file);
  };
  return (
    <>
      <IconButton small icon={Paperclip} label={t("play.attach")} onClick={() => input.current?.click()} />
      <input
        ref={input}
        type="file"
        hidden
        accept="image/*,audio/*,application/pdf"
        aria-label={t("play.attach")}
        onChange={(event) => {
          take(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
    </>
  );
}

/** Parts that are no text: shown, and taken away. */
function More({ parts, onChange }: { parts: readonly Part[]; onChange: (parts: Part[]) => void }) {
  const { t } = useSpeech();
  return (
    <ul className="flex flex-wrap gap-1.5">
      {parts.map((part, index) => {
        const name = part.type === "media" ? part.name || part.mime_type || "media" : t(`play.part.${part.type}` as Key, { name: part.name || (part.id ?? "") });
        return (
          <li key={index} className="flex max-w-full items-start gap-1 rounded-md border bg-sunken py-1 pr-1 pl-2 text-xs">
            <div className="min-w-0">
              <span className="text-fg-2">{name}</span>
              {part.type === "media" && /^(data:image|@@@)/.test(part.url ?? "") && (
                <div className="max-w-40 [&_img]:max-h-28">
                  <Picture url={part.url!} alt={name} />
                </div>
              )}
              {part.type !== "media" && <code className="block max-h-24 max-w-80 overflow-auto text-2xs wrap-anywhere whitespace-pre-wrap text-fg-3">{content(part)}</code>}
            </div>
            <IconButton small icon={X} label={t("play.detach", { name })} onClick={() => onChange(parts.filter((_, at) => at !== index))} />
          </li>
        );
      })}
    </ul>
  );
}

function content(part: Part): string {
  const value = part.type === "tool_call" ? part.arguments : part.type === "tool_result" ? part.result : part.type === "json" ? part.value : part.text;
  return typeof value === "string" ? value : JSON.stringify(value);
}
