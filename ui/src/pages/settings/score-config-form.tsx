import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { useState } from "react";
import { type NewScoreConfig, type ScoreConfig, addScoreConfig, changeScoreConfig, scoreConfigs } from "@/api/scores";
import { useSpeech } from "@/messages";
import { Button, IconButton } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { DialogForm } from "@/ui/dialog-form";
import { Field, Input, Select } from "@/ui/field";
import { toast } from "@/ui/toast";

const TYPES = ["numeric", "boolean", "categorical", "text"] as const;
type Type = (typeof TYPES)[number];

interface Category {
  label: string;
  number: string;
}

interface Draft {
  name: string;
  type: Type;
  min: string;
  max: string;
  categories: Category[];
  description: string;
}

const shown = (value: number | null) => (value === null ? "" : String(value));
const told = (text: string) => (text.trim() === "" ? null : Number(text));

function draftOf(config: ScoreConfig | null): Draft {
  return {
    name: config?.name ?? "",
    type: (config?.data_type as Type | undefined) ?? "numeric",
    min: shown(config?.min_value ?? null),
    max: shown(config?.max_value ?? null),
    categories: config?.categories.length
      ? config.categories.map(({ label, value }) => ({ label, number: String(value) }))
      : [
          { label: "", number: "1" },
          { label: "", number: "0" },
        ],
    description: config?.description ?? "",
  };
}

/** Different labels, different numbers, none of them missing. */
function areGood(categories: readonly Category[]): boolean {
  const labels = new Set(categories.map((one) => one.label.trim()).filter(Boolean));
  const numbers = new Set(categories.filter((one) => one.number.trim() !== "").map((one) => Number(one.number)));
  return labels.size === categories.length && numbers.size === categories.length;
}

export function ScoreConfigForm({ projectId, config, onClose }: { projectId: string; config: ScoreConfig | null; onClose: () => void }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const [form, setForm] = useState(() => draftOf(config));
  const [tried, setTried] = useState(false);
  const put = (change: Partial<Draft>) => setForm({ ...form, ...change });
  const { type } = form;
  const save = useMutation({
    mutationFn: (body: NewScoreConfig) => {
      const { data_type: _, ...change } = body;
      return config ? changeScoreConfig(projectId, config.id, { ...change, is_archived: config.is_archived }) : addScoreConfig(projectId, body);
    },
    onSuccess: async () => {
      toast(t("act.saved"));
      onClose();
      await client.invalidateQueries({ queryKey: scoreConfigs(projectId).queryKey });
    },
  });
  const [min, max] = type === "numeric" ? [told(form.min), told(form.max)] : [null, null];
  const badBounds = min !== null && max !== null && min >= max;
  const badCategories = type === "categorical" && !areGood(form.categories);
  const submit = () => {
    setTried(true);
    if (badBounds || badCategories || !form.name.trim()) return;
    save.mutate({
      name: form.name.trim(),
      data_type: type,
      min_value: min,
      max_value: max,
      categories: type === "categorical" ? form.categories.map((one) => ({ label: one.label.trim(), value: Number(one.number) })) : [],
      description: form.description.trim(),
      is_archived: false,
    });
  };
  return (
    <Dialog open onClose={onClose} title={config ? t("config.edit", { name: config.name }) : t("config.new")}>
      <DialogForm onSubmit={submit} onCancel={onClose} send={t("act.save")} disabled={save.isPending} error={save.error}>
        <Field label={t("config.name")}>
          {(ids) => <Input {...ids} required maxLength={200} value={form.name} onChange={(event) => put({ name: event.target.value })} />}
        </Field>
        <Field label={t("config.type")} hint={config ? undefined : t("config.type_stays")}>
          {(ids) => (
            <Select {...ids} value={type} disabled={config !== null} onChange={(event) => put({ type: event.target.value as Type })}>
              {TYPES.map((one) => (
                <option key={one} value={one}>
                  {t(`score.type.${one}`)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {type === "numeric" && (
          <div className="grid grid-cols-2 gap-3">
            <Field label={t("config.min")} error={badBounds ? t("config.bad_bounds") : null}>
              {(ids) => <Input {...ids} type="number" step="any" placeholder={t("config.no_bound")} value={form.min} onChange={(event) => put({ min: event.target.value })} />}
            </Field>
            <Field label={t("config.max")}>
              {(ids) => <Input {...ids} type="number" step="any" placeholder={t("config.no_bound")} value={form.max} onChange={(event) => put({ max: event.target.value })} />}
            </Field>
          </div>
        )}
        {type === "categorical" && <Categories all={form.categories} onChange={(categories) => put({ categories })} wrong={tried && badCategories} />}
        <Field label={t("config.description")} hint={t("config.description_hint")}>
          {(ids) => (
            <textarea {...ids} rows={3} maxLength={2000} dir="auto" value={form.description} onChange={(event) => put({ description: event.target.value })} className="field h-auto! py-1.5" />
          )}
        </Field>
      </DialogForm>
    </Dialog>
  );
}

function Categories({ all, onChange, wrong }: { all: readonly Category[]; onChange: (all: Category[]) => void; wrong: boolean }) {
  const { t } = useSpeech();
  const set = (index: number, change: Partial<Category>) => onChange(all.map((one, at) => (at === index ? { ...one, ...change } : one)));
  const next = () => String(Math.max(-1, ...all.map((one) => Number(one.number) || 0)) + 1);
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-xs font-medium text-fg-2">{t("config.categories")}</legend>
      <div aria-hidden className="flex gap-2 text-2xs text-fg-3">
        <span className="flex-1">{t("config.label_head")}</span>
        <span className="w-24">{t("config.number_head")}</span>
        <span className="w-6" />
      </div>
      {all.map((one, index) => (
        <div key={index} className="flex items-center gap-2">
          <Input aria-label={t("config.label", { n: index + 1 })} maxLength={200} value={one.label} onChange={(event) => set(index, { label: event.target.value })} className="flex-1" />
          <Input
            aria-label={t("config.number", { n: index + 1 })}
            type="number"
            step="any"
            value={one.number}
            onChange={(event) => set(index, { number: event.target.value })}
            className="w-24!"
          />
          <IconButton small icon={X} label={t("config.remove_category", { n: index + 1 })} disabled={all.length === 1} onClick={() => onChange(all.filter((_, at) => at !== index))} />
        </div>
      ))}
      <Button small look="ghost" icon={Plus} className="self-start" disabled={all.length >= 100} onClick={() => onChange([...all, { label: "", number: next() }])}>
        {t("config.add_category")}
      </Button>
      {wrong && (
        <p role="alert" className="text-xs text-danger">
          {t("config.need_categories")}
        </p>
      )}
    </fieldset>
  );
}
