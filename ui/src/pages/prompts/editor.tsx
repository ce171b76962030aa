/** What a version says, to be read and written: its text or messages, and its config. */
import { ArrowDown, ArrowUp, Braces, MessageSquarePlus, Trash2 } from "lucide-react";
import { type Draft, type Line, configOf, line } from "@/lib/prompts";
import { useSpeech } from "@/messages";
import { Button, IconButton } from "@/ui/button";
import { Input } from "@/ui/field";
import { TextEditor } from "./text-editor";

const ROLES = ["system", "user", "assistant", "developer", "tool"];

interface EditorProps {
  draft: Draft;
  /** Absent where it can only be read. */
  onChange?: (draft: Draft) => void;
}

export function Editor({ draft, onChange }: EditorProps) {
  const { t } = useSpeech();
  return (
    <div className="flex flex-col gap-4">
      {draft.type === "text" ? (
        <TextEditor label={t("prompt.text")} hint={t("prompt.text_hint")} rows={8} value={draft.text} onChange={onChange && ((text) => onChange({ ...draft, text }))} />
      ) : (
        <Lines lines={draft.lines} onChange={onChange && ((lines) => onChange({ ...draft, lines }))} />
      )}
      <Config draft={draft} onChange={onChange} />
    </div>
  );
}

function Lines({ lines, onChange }: { lines: readonly Line[]; onChange?: (lines: Line[]) => void }) {
  const { t } = useSpeech();
  const put = (index: number, change: Partial<Line>) => onChange?.(lines.map((one, at) => (at === index ? { ...one, ...change } : one)));
  const move = (from: number, to: number) => {
    const next = [...lines];
    next.splice(to, 0, ...next.splice(from, 1));
    onChange?.(next);
  };
  const add = (more: Partial<Line>) => onChange?.([...lines, line(more)]);
  return (
    <div className="flex flex-col gap-2">
      <ol aria-label={t("prompt.messages")} className="flex flex-col gap-2">
        {lines.map((one, index) => (
          <li key={one.key} className="flex flex-col gap-1.5">
            <div className="flex items-center gap-1">
              {one.placeholder === undefined ? (
                <Role value={one.role} label={t("prompt.role", { n: index + 1 })} onChange={onChange && ((role) => put(index, { role }))} />
              ) : (
                <label className="flex min-w-0 items-center gap-1.5 text-xs text-fg-2">
                  <Braces size={13} aria-hidden className="shrink-0" />
                  {t("prompt.placeholder")}
                  <Input
                    className="h-7! w-44! font-mono"
                    readOnly={!onChange}
                    value={one.placeholder}
                    onChange={(event) => put(index, { placeholder: event.target.value })}
                  />
                </label>
              )}
              <span className="flex-1" />
              {onChange && (
                <>
                  <IconButton small icon={ArrowUp} label={t("prompt.move_up")} disabled={index === 0} onClick={() => move(index, index - 1)} />
                  <IconButton small icon={ArrowDown} label={t("prompt.move_down")} disabled={index === lines.length - 1} onClick={() => move(index, index + 1)} />
                  <IconButton small icon={Trash2} label={t("prompt.remove_message", { n: index + 1 })} onClick={() => onChange(lines.filter((_, at) => at !== index))} />
                </>
              )}
            </div>
            {one.placeholder === undefined ? (
              <TextEditor label={t("prompt.message", { n: index + 1 })} hint={t("prompt.message_hint")} value={one.content} onChange={onChange && ((content) => put(index, { content }))} />
            ) : (
              <p className="rounded-md border border-dashed px-3 py-2 text-xs text-fg-3">{t("prompt.placeholder_hint")}</p>
            )}
            {Object.keys(one.rest).length > 0 && <pre className="overflow-x-auto rounded-md bg-sunken px-3 py-2 font-mono text-2xs text-fg-2">{JSON.stringify(one.rest, null, 2)}</pre>}
          </li>
        ))}
      </ol>
      {onChange && (
        <div className="flex flex-wrap gap-2">
          <Button small icon={MessageSquarePlus} onClick={() => add({ role: lines.at(-1)?.role === "user" ? "assistant" : "user" })}>
            {t("prompt.add_message")}
          </Button>
          <Button small icon={Braces} onClick={() => add({ role: "", placeholder: "history" })}>
            {t("prompt.add_placeholder")}
          </Button>
        </div>
      )}
    </div>
  );
}

function Role({ value, label, onChange }: { value: string; label: string; onChange?: (role: string) => void }) {
  return (
    <>
      <Input aria-label={label} list="prompt-roles" className="h-7! w-32! font-medium" readOnly={!onChange} value={value} onChange={(event) => onChange?.(event.target.value)} />
      <datalist id="prompt-roles">
        {ROLES.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </datalist>
    </>
  );
}

function Config({ draft, onChange }: EditorProps) {
  const { t } = useSpeech();
  const { error } = configOf(draft);
  if (!onChange && draft.config === "{}") return null;
  return (
    <section aria-label={t("prompt.config")} className="flex flex-col gap-1">
      <h2 className="text-xs font-medium text-fg-2">{t("prompt.config")}</h2>
      <TextEditor plain label={t("prompt.config")} hint="{}" value={draft.config} invalid={error !== null} onChange={onChange && ((config) => onChange({ ...draft, config }))} />
      {error !== null ? (
        <p role="alert" className="text-xs text-danger">{`${t("prompt.bad_json")} ${error}`}</p>
      ) : (
        onChange && <p className="text-xs text-fg-3">{t("prompt.config_hint")}</p>
      )}
    </section>
  );
}
