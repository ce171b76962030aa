/** Values for the variables and placeholders of the messages. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { History } from "lucide-react";
import { useState } from "react";
import * as ask from "@/api/playground";
import { session } from "@/api/queries";
import type { Message } from "@/api/types";
import { type Line, type Syntax, toMessage, variablesOf } from "@/lib/playground";
import { useSpeech } from "@/messages";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, Input } from "@/ui/field";
import { useErrorText } from "@/ui/states";

/** Names that the lines expect; those of Jinja and of parts are found by the server. */
export function useVariables(projectId: string, lines: readonly Line[], syntax: Syntax): string[] {
  const here = variablesOf(lines, syntax);
  const query = useQuery({
    ...ask.rendered(projectId, { messages: lines.filter((one) => !one.said).map(toMessage), syntax, variables: {}, placeholders: {} }),
    enabled: here === null,
    placeholderData: (before) => before,
  });
  return here ?? query.data?.variables ?? [];
}

interface ValuesProps {
  names: readonly string[];
  values: Readonly<Record<string, string>>;
  onChange: (values: Record<string, string>) => void;
}

export function Values({ names, values, onChange }: ValuesProps) {
  const { t } = useSpeech();
  return (
    <div className="flex flex-col gap-2">
      {names.map((name) => (
        <label key={name} className="flex flex-col gap-1 text-xs">
          <span className="font-mono text-2xs font-medium text-(--k-llm)">{name}</span>
          <textarea
            aria-label={t("play.value_of", { name })}
            placeholder={t("play.no_value")}
            rows={1}
            spellCheck={false}
            className="field [field-sizing:content] h-auto max-h-48 min-h-8 py-1.5"
            value={values[name] ?? ""}
            onChange={(event) => onChange({ ...values, [name]: event.target.value })}
          />
        </label>
      ))}
    </div>
  );
}

interface PlaceholdersProps {
  projectId: string;
  names: readonly string[];
  filled: Readonly<Record<string, Message[]>>;
  onChange: (filled: Record<string, Message[]>) => void;
}

export function Placeholders({ projectId, names, filled, onChange }: PlaceholdersProps) {
  const { t } = useSpeech();
  const [filling, setFilling] = useState<string | null>(null);
  return (
    <>
      {names.map((name) => {
        const messages = filled[name] ?? [];
        return (
          <div key={name} className="flex flex-wrap items-center gap-1.5 text-xs">
            <span className="text-fg-2">{t("play.messages_of", { name })}</span>
            <span className="text-fg-3">{t("play.filled", { n: messages.length })}</span>
            <Button small icon={History} onClick={() => setFilling(name)}>
              {t("play.fill")}
            </Button>
            {name in filled ? (
              messages.length > 0 && (
                <Button small look="ghost" onClick={() => onChange({ ...filled, [name]: [] })}>
                  {t("play.empty_it")}
                </Button>
              )
            ) : (
              <Button small look="ghost" onClick={() => onChange({ ...filled, [name]: [] })}>
                {t("play.empty_it")}
              </Button>
            )}
          </div>
        );
      })}
      {filling !== null && <FromSession projectId={projectId} onClose={() => setFilling(null)} onTake={(messages) => onChange({ ...filled, [filling]: messages })} />}
    </>
  );
}

function FromSession({ projectId, onClose, onTake }: { projectId: string; onClose: () => void; onTake: (messages: Message[]) => void }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const errorText = useErrorText();
  const [id, setId] = useState("");
  const [error, setError] = useState("");
  const take = async () => {
    setError("");
    try {
      const { turns } = await client.fetchQuery(session(projectId, id.trim(), 0));
      const messages = turns.flatMap((turn) => lastAsked(turn.input_messages ?? []).concat(turn.output_messages ?? []));
      if (messages.length === 0) return setError(t("play.session_none"));
      onTake(messages);
      onClose();
    } catch (failure) {
      setError(errorText(failure));
    }
  };
  return (
    <Dialog open onClose={onClose} title={t("play.fill")}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          void take();
        }}
      >
        <Field label={t("play.session")} error={error}>
          {(ids) => <Input {...ids} className="font-mono" value={id} onChange={(event) => setId(event.target.value)} />}
        </Field>
        <Button type="submit" look="primary" disabled={!id.trim()} className="self-end">
          {t("play.open")}
        </Button>
      </form>
    </Dialog>
  );
}

/** A turn's input repeats what was said before; what was new in it is its last message of the user. */
function lastAsked(messages: readonly Message[]): Message[] {
  const at = messages.map((one) => one.role).lastIndexOf("user");
  return at < 0 ? [] : [messages[at]!];
}
