/** The settings of an evaluator, whatever its kind. */
import type { Draft } from "@/lib/evaluators";
import { useSpeech } from "@/messages";
import { TextEditor } from "@/pages/prompts/text-editor";
import { Field, Input } from "@/ui/field";
import { AskedForm, PathInput, ScaleForm } from "./asked-form";
import { MetricForm } from "./metric-form";
import { PanelForm } from "./panel-form";

export interface FormProps {
  projectId: string;
  draft: Draft;
  /** Absent where it can only be read. */
  onChange?: (draft: Draft) => void;
  /** A case to complete paths from. */
  sample: Record<string, unknown> | null;
}

export function EvaluatorForm({ projectId, draft, onChange, sample }: FormProps) {
  const { t } = useSpeech();
  switch (draft.kind) {
    case "judge": {
      const { settings } = draft;
      const set = onChange && ((change: object) => onChange({ ...draft, settings: { ...settings, ...change } }));
      return (
        <AskedForm projectId={projectId} settings={settings} onChange={set} sample={sample}>
          <ScaleForm score={settings.score} onChange={set && ((score) => set({ score }))} />
          <div className="grid gap-2 sm:grid-cols-2">
            {(["about_score", "about_reason"] as const).map((name) => (
              <Field key={name} label={t(`ev.${name}`)}>
                {(ids) => <Input {...ids} maxLength={10_000} placeholder={t("ev.about_nothing")} readOnly={!set} value={settings[name] ?? ""} onChange={(event) => set?.({ [name]: event.target.value })} />}
              </Field>
            ))}
          </div>
        </AskedForm>
      );
    }
    case "pairwise": {
      const { settings } = draft;
      const set = onChange && ((change: object) => onChange({ ...draft, settings: { ...settings, ...change } }));
      return (
        <AskedForm projectId={projectId} settings={settings} onChange={set} sample={sample} own={["first", "second"]}>
          <div className="grid gap-2 sm:grid-cols-2">
            <PathInput label={t("ev.output_path")} value={settings.output} sample={sample} onChange={set && ((output) => set({ output }))} />
            <PathInput label={t("ev.other_path")} value={settings.other} sample={sample} onChange={set && ((other) => set({ other }))} />
          </div>
        </AskedForm>
      );
    }
    case "panel":
      return <PanelForm projectId={projectId} settings={draft.settings} sample={sample} onChange={onChange && ((settings) => onChange({ ...draft, settings }))} />;
    case "metric":
      return <MetricForm projectId={projectId} settings={draft.settings} sample={sample} onChange={onChange && ((settings) => onChange({ ...draft, settings }))} />;
    case "code": {
      const { settings } = draft;
      const set = onChange && ((change: object) => onChange({ ...draft, settings: { ...settings, ...change } }));
      return (
        <div className="flex flex-col gap-3">
          <div className="flex flex-col gap-1">
            <TextEditor plain rows={12} label={t("ev.source")} hint={settings.contract === "context" ? "def evaluate(ctx):" : "def evaluate(case):"} value={settings.source} onChange={set && ((source) => set({ source }))} />
            <p className="text-xs text-fg-3">{t(settings.contract === "context" ? "ev.source_context" : "ev.source_hint")}</p>
          </div>
          <div className="w-40">
            <Field label={t("ev.seconds")}>{(ids) => <Input {...ids} type="number" min={1} max={60} readOnly={!set} value={settings.seconds} onChange={(event) => set?.({ seconds: Number(event.target.value) })} />}</Field>
          </div>
        </div>
      );
    }
  }
}
