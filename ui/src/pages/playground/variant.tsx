/** One variant: what is sent to which model, and below it what the model says. */
import { Copy, Ellipsis, FileUp, Play, Save, Square, Trash2 } from "lucide-react";
import { useState } from "react";
import type { Connection } from "@/api/playground";
import { type Line, type Output, SYNTAXES, type State, type Variant as Draft, Wrong, goneOn, isOver, placeholdersOf } from "@/lib/playground";
import { type Key, useSpeech } from "@/messages";
import { Button, IconButton } from "@/ui/button";
import { Input, Select } from "@/ui/field";
import { Menu, MenuItem } from "@/ui/menu";
import { Fold } from "./fold";
import { Messages } from "./messages";
import { ModelPicker } from "./model-picker";
import { Outputs } from "./output";
import { Parameters, Schema, Tools } from "./settings";
import { Values, useVariables } from "./variables";

interface VariantProps {
  projectId: string;
  state: State;
  variant: Draft;
  index: number;
  connections: readonly Connection[];
  outputs: readonly Output[];
  editable: boolean;
  onChange: (change: Partial<Draft>) => void;
  /** Runs it as it is, or as it is to be. */
  onRun: (variant: Draft) => Wrong | null;
  onStop: () => void;
  onDuplicate: () => void;
  onRemove: (() => void) | null;
  onSavePrompt: () => void;
  onOpenPrompt: () => void;
}

export function VariantColumn(props: VariantProps) {
  const { projectId, state, variant, index, connections, outputs, editable, onChange, onRun, onStop } = props;
  const { t } = useSpeech();
  const [wrong, setWrong] = useState<Wrong | null>(null);
  const names = useVariables(projectId, variant.lines, variant.syntax);
  const running = outputs.some((one) => !isOver(one));
  const name = variant.name || t("play.variant", { n: index + 1 });
  const run = (one: Draft) => setWrong(onRun(one));
  const goOn = (output: Output, lines: Line[]) => {
    const next = goneOn(variant, output, lines);
    onChange({ lines: next.lines });
    run(next);
  };
  return (
    <section aria-label={name} className="card flex min-w-0 flex-col gap-3 p-3">
      <header className="flex items-center gap-1.5">
        <Input aria-label={t("play.name")} placeholder={t("play.variant", { n: index + 1 })} className="min-w-0 flex-1 border-transparent! bg-transparent! px-1! font-medium hover:border-line-strong!" value={variant.name} onChange={(event) => onChange({ name: event.target.value })} />
        {running ? (
          <Button small icon={Square} onClick={onStop}>
            {t("play.stop")}
          </Button>
        ) : (
          <Button small look="primary" icon={Play} disabled={!editable} onClick={() => run(variant)}>
            {t("play.run")}
          </Button>
        )}
        <More {...props} />
      </header>
      <ModelPicker projectId={projectId} variant={variant} connections={connections} onChange={onChange} />
      {wrong && <p role="alert" className="text-xs wrap-anywhere text-danger">{wrongText(t, wrong)}</p>}
      <Messages lines={variant.lines} onChange={(lines) => onChange({ lines })} />
      <div>
        <Fold title={t("play.variables")} note={names.join(", ")}>
          <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5 text-xs">
            <label className="flex items-center gap-1.5">
              {t("play.syntax")}
              <Select className="h-7! w-auto! text-xs" value={variant.syntax} onChange={(event) => onChange({ syntax: SYNTAXES.find((one) => one === event.target.value)! })}>
                {SYNTAXES.map((one) => (
                  <option key={one} value={one}>
                    {t(`play.syntax.${one}`)}
                  </option>
                ))}
              </Select>
            </label>
            <label className="flex items-center gap-1.5">
              <input type="checkbox" className="accent-accent" checked={variant.variables !== null} onChange={(event) => onChange({ variables: event.target.checked ? { ...state.variables } : null })} />
              {t("play.own")}
            </label>
          </div>
          {variant.variables !== null && <Values names={names} values={variant.variables} onChange={(variables) => onChange({ variables })} />}
        </Fold>
        <Parameters variant={variant} onChange={onChange} />
        <Tools projectId={projectId} variant={variant} onChange={onChange} />
        <Schema variant={variant} onChange={onChange} />
      </div>
      <Outputs projectId={projectId} outputs={outputs} onGoOn={goOn} editable={editable} />
    </section>
  );
}

export function wrongText(t: ReturnType<typeof useSpeech>["t"], { problem }: Wrong): string {
  switch (problem.field) {
    case "connection":
    case "model":
    case "options":
    case "schema":
    case "tool":
      return t(`play.wrong.${problem.field}`, { why: problem.why });
    default:
      return t("play.wrong.number", { field: t(`play.set.${problem.field}` as Key), why: problem.why });
  }
}

function More({ onDuplicate, onRemove, onSavePrompt, onOpenPrompt }: VariantProps) {
  const { t } = useSpeech();
  return (
    <Menu align="end" trigger={<IconButton small icon={Ellipsis} label={t("play.more")} />}>
      <MenuItem onSelect={onDuplicate}>
        <Copy size={14} aria-hidden />
        {t("play.duplicate")}
      </MenuItem>
      <MenuItem onSelect={onOpenPrompt}>
        <FileUp size={14} aria-hidden />
        {t("play.open_prompt")}
      </MenuItem>
      <MenuItem onSelect={onSavePrompt}>
        <Save size={14} aria-hidden />
        {t("play.save_prompt")}
      </MenuItem>
      {onRemove && (
        <MenuItem danger onSelect={onRemove}>
          <Trash2 size={14} aria-hidden />
          {t("play.remove")}
        </MenuItem>
      )}
    </Menu>
  );
}

export const placesOf = (state: State): string[] => [...new Set(state.variants.flatMap((one) => placeholdersOf(one.lines)))];
