/** A built-in metric and what it can be told. */
import { useState } from "react";
import { FIELDS, METRICS, type Metric, type MetricField } from "@/lib/evaluators";
import { type Key, useSpeech } from "@/messages";
import { TextEditor } from "@/pages/prompts/text-editor";
import { Field, Input, Select } from "@/ui/field";
import { ModelForm, PathInput } from "./asked-form";

interface MetricProps {
  projectId: string;
  settings: Metric;
  sample: Record<string, unknown> | null;
  onChange: ((settings: Metric) => void) | undefined;
}

export function MetricForm({ projectId, settings, sample, onChange }: MetricProps) {
  const { t } = useSpeech();
  const fields = FIELDS[settings.metric] ?? [];
  const set = onChange && ((change: Record<string, unknown>) => onChange({ ...settings, ...change }));
  const flags = fields.filter((one) => one.type === "flag");
  return (
    <div className="flex flex-col gap-3">
      <Field label={t("ev.metric")} hint={t(`ev.metric_lead.${settings.metric}` as Key)}>
        {(ids) => (
          <Select {...ids} disabled={!onChange} value={settings.metric} onChange={(event) => onChange?.({ metric: event.target.value, ...(event.target.value === "json_schema" ? { schema: {} } : {}) })}>
            {METRICS.map((one) => (
              <option key={one} value={one}>
                {t(`ev.metric.${one}` as Key)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {fields.some((one) => one.type === "connection") && <ModelForm projectId={projectId} settings={{ connection_id: String(settings.connection_id ?? ""), model: String(settings.model ?? "") }} onChange={set} />}
      <div className="grid gap-3 sm:grid-cols-2">
        {fields.map((one) => (
          <Setting key={`${settings.metric} ${one.name}`} field={one} value={settings[one.name]} sample={sample} onChange={set && ((value) => set({ [one.name]: value }))} />
        ))}
      </div>
      {flags.length > 0 && (
        <div className="flex flex-wrap gap-x-4 gap-y-1.5 text-xs">
          {flags.map((one) => (
            <label key={one.name} className="flex items-center gap-1.5">
              <input type="checkbox" className="accent-accent" disabled={!set} checked={settings[one.name] === true} onChange={(event) => set?.({ [one.name]: event.target.checked })} />
              {t(`ev.field.${one.name}` as Key)}
            </label>
          ))}
        </div>
      )}
    </div>
  );
}

interface SettingProps {
  field: MetricField;
  value: unknown;
  sample: Record<string, unknown> | null;
  onChange: ((value: unknown) => void) | undefined;
}

function Setting({ field, value, sample, onChange }: SettingProps) {
  const { t } = useSpeech();
  const label = t(`ev.field.${field.name}` as Key);
  switch (field.type) {
    case "path":
      return <PathInput label={label} value={String(value ?? field.first)} sample={sample} onChange={onChange} />;
    case "text":
      return <Field label={label}>{(ids) => <Input {...ids} className="font-mono text-xs" readOnly={!onChange} value={String(value ?? "")} onChange={(event) => onChange?.(event.target.value)} />}</Field>;
    case "texts":
      return (
        <Field label={label}>
          {(ids) => <textarea {...ids} rows={3} className="field h-auto min-h-16 py-1.5" readOnly={!onChange} value={Array.isArray(value) ? value.join("\n") : ""} onChange={(event) => onChange?.(event.target.value === "" ? [] : event.target.value.split("\n"))} />}
        </Field>
      );
    case "number":
      return <Field label={label}>{(ids) => <Input {...ids} type="number" step="any" min={0} readOnly={!onChange} value={typeof value === "number" ? value : ""} onChange={(event) => onChange?.(event.target.value === "" ? null : Number(event.target.value))} />}</Field>;
    case "choice":
      return (
        <Field label={label}>
          {(ids) => (
            <Select {...ids} disabled={!onChange} value={String(value ?? field.first)} onChange={(event) => onChange?.(field.name === "word_order" ? Number(event.target.value) : event.target.value)}>
              {field.choices!.map((one) => (
                <option key={one} value={one}>
                  {SPOKEN.has(one) && field.name !== "tokenizer" ? t(`ev.choice.${one}` as Key) : one}
                </option>
              ))}
            </Select>
          )}
        </Field>
      );
    case "json":
      return <Json label={label} value={value} onChange={onChange} />;
    default:
      return null;
  }
}

const SPOKEN = new Set(["all", "any", "none", "strict", "unordered", "subset", "superset", "words", "chars", "tokens"]);

/** A JSON object, which the settings get while it is one. */
function Json({ label, value, onChange }: { label: string; value: unknown; onChange: ((value: unknown) => void) | undefined }) {
  const { t } = useSpeech();
  const [typed, setTyped] = useState(() => JSON.stringify(value ?? {}, null, 2));
  const [wrong, setWrong] = useState(false);
  const take = (text: string) => {
    setTyped(text);
    try {
      const found: unknown = JSON.parse(text);
      const isObject = found !== null && typeof found === "object" && !Array.isArray(found);
      setWrong(!isObject);
      if (isObject) onChange?.(found);
    } catch {
      setWrong(true);
    }
  };
  return (
    <div className="flex flex-col gap-1 sm:col-span-2">
      <span className="text-xs font-medium text-fg-2">{label}</span>
      <TextEditor plain rows={8} label={label} hint="{}" value={typed} invalid={wrong} onChange={onChange && take} className="max-h-96 overflow-y-auto" />
      {wrong && <p role="alert" className="text-xs text-danger">{t("ev.bad_json")}</p>}
    </div>
  );
}
