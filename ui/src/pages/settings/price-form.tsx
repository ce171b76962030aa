import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { useState } from "react";
import { savePrice } from "@/api/mutations";
import type { Price, SeenModel } from "@/api/types";
import { BUCKETS, isBucket } from "@/lib/usage";
import { type Key, useSpeech } from "@/messages";
import { Button, IconButton } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { DialogForm } from "@/ui/dialog-form";
import { Field, Input, Select } from "@/ui/field";
import { toast } from "@/ui/toast";

export interface Draft {
  /** Null while it is new. */
  id: string | null;
  pattern: string;
  provider: string;
  rows: { bucket: string; text: string }[];
  tiers: Price["tiers"];
  currency: string;
  /** As an `<input type="date">` holds it. */
  from: string;
  note: string;
}

const CHOICES = BUCKETS.filter((one) => one !== "total");

/** A form filled from an own price, or begun for a model that has none. */
export function draftOf(source: Price | SeenModel | null): Draft {
  const blank: Draft = {
    id: null,
    pattern: "",
    provider: "",
    rows: [
      { bucket: "input", text: "" },
      { bucket: "output", text: "" },
    ],
    tiers: [],
    currency: "USD",
    from: "",
    note: "",
  };
  if (!source) return blank;
  if (!("pattern" in source)) {
    return { ...blank, pattern: source.model.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), provider: source.provider };
  }
  return {
    id: source.id,
    pattern: source.pattern,
    provider: source.provider,
    rows: Object.entries(source.prices).map(([bucket, price]) => ({ bucket, text: String(price) })),
    tiers: source.tiers,
    currency: source.currency,
    from: source.valid_from ? new Date(source.valid_from / 1000).toISOString().slice(0, 10) : "",
    note: source.note,
  };
}

/** Only what JavaScript reads too; the server has the last word. */
function isPattern(text: string): boolean {
  try {
    return Boolean(new RegExp(text));
  } catch {
    return false;
  }
}

export function PriceForm({ projectId, draft, onClose }: { projectId: string; draft: Draft; onClose: () => void }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const [form, setForm] = useState(draft);
  const [tried, setTried] = useState(false);
  const put = (change: Partial<Draft>) => setForm({ ...form, ...change });
  const filled = form.rows.filter((row) => row.text.trim() !== "" && Number(row.text) >= 0);
  const save = useMutation({
    mutationFn: () =>
      savePrice(projectId, form.id, {
        pattern: form.pattern.trim(),
        provider: form.provider.trim(),
        prices: Object.fromEntries(filled.map((row) => [row.bucket, Number(row.text)])),
        tiers: form.tiers,
        currency: form.currency,
        valid_from: form.from ? new Date(`${form.from}T00:00:00Z`).getTime() * 1000 : 0,
        note: form.note.trim(),
      }),
    onSuccess: async () => {
      toast(t("act.saved"));
      onClose();
      await client.invalidateQueries({ queryKey: [projectId] });
    },
  });
  const good = form.pattern.trim() !== "" && isPattern(form.pattern) && filled.length > 0;
  const submit = () => {
    setTried(true);
    if (good) save.mutate();
  };
  const free = CHOICES.filter((one) => !form.rows.some((row) => row.bucket === one));
  const setRow = (index: number, change: Partial<Draft["rows"][number]>) =>
    put({ rows: form.rows.map((row, at) => (at === index ? { ...row, ...change } : row)) });
  const bucketName = (bucket: string) => (isBucket(bucket) ? t(`usage.${bucket}` as Key) : bucket);
  return (
    <Dialog open onClose={onClose} title={form.id ? t("price.edit") : t("price.new")} wide>
      <DialogForm onSubmit={submit} onCancel={onClose} send={t("act.save")} disabled={save.isPending} error={save.error}>
        <div className="grid gap-3 sm:grid-cols-[2fr_1fr]">
          <Field
            label={t("price.pattern_label")}
            hint={t("price.pattern_hint")}
            error={form.pattern !== "" && !isPattern(form.pattern) ? t("price.bad_pattern") : null}
          >
            {(ids) => <Input {...ids} required value={form.pattern} maxLength={500} onChange={(event) => put({ pattern: event.target.value })} className="font-mono" />}
          </Field>
          <Field label={t("price.provider")} hint={t("price.provider_hint")}>
            {(ids) => <Input {...ids} value={form.provider} onChange={(event) => put({ provider: event.target.value })} />}
          </Field>
        </div>
        <fieldset className="flex flex-col gap-2">
          <legend className="mb-1 text-xs font-medium text-fg-2">{t("price.per_million")}</legend>
          {form.rows.map((row, index) => (
            <div key={row.bucket} className="flex items-center gap-2">
              <Select aria-label={t("usage.bucket")} value={row.bucket} onChange={(event) => setRow(index, { bucket: event.target.value })} className="flex-1">
                {[row.bucket, ...free].map((bucket) => (
                  <option key={bucket} value={bucket}>
                    {bucketName(bucket)}
                  </option>
                ))}
              </Select>
              <Input
                aria-label={bucketName(row.bucket)}
                type="number"
                min="0"
                step="any"
                inputMode="decimal"
                value={row.text}
                onChange={(event) => setRow(index, { text: event.target.value })}
                className="w-32! text-right"
              />
              <IconButton
                small
                icon={X}
                label={t("price.remove_bucket", { bucket: bucketName(row.bucket) })}
                disabled={form.rows.length === 1}
                onClick={() => put({ rows: form.rows.filter((_, at) => at !== index) })}
              />
            </div>
          ))}
          {free.length > 0 && (
            <Button small look="ghost" icon={Plus} className="self-start" onClick={() => put({ rows: [...form.rows, { bucket: free[0]!, text: "" }] })}>
              {t("price.add_bucket")}
            </Button>
          )}
          {tried && filled.length === 0 && (
            <p role="alert" className="text-xs text-danger">
              {t("price.need_one")}
            </p>
          )}
        </fieldset>
        <div className="grid gap-3 sm:grid-cols-2">
          <Field label={t("price.valid_from")} hint={form.from ? undefined : t("price.valid_always")}>
            {(ids) => <Input {...ids} type="date" value={form.from} onChange={(event) => put({ from: event.target.value })} />}
          </Field>
          <Field label={t("price.note")}>
            {(ids) => <Input {...ids} value={form.note} onChange={(event) => put({ note: event.target.value })} />}
          </Field>
        </div>
      </DialogForm>
    </Dialog>
  );
}
