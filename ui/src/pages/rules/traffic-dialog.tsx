/** The dialog of a rule of either kind: which traffic it takes, how much of it, and when. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { Rule } from "@/api/runs";
import { type Key, useSpeech } from "@/messages";
import { FilterBar } from "@/parts/filter-bar";
import { useRange } from "@/parts/range";
import { Dialog } from "@/ui/dialog";
import { DialogForm } from "@/ui/dialog-form";
import { Field, Input, Select } from "@/ui/field";
import { toast } from "@/ui/toast";

const WEEK = { range: "7d" } as const;

interface Traffic<T> {
  name: string;
  target: T;
  filter: string;
  sampling: number;
  delay: number;
  is_active: boolean;
}

interface TrafficDialogProps<T extends Rule["target"]> {
  projectId: string;
  title: Key;
  lead: Key;
  /** Null: a new one. */
  rule: Traffic<T> | null;
  /** What may be taken; the first for a new one. */
  targets: readonly T[];
  words: Readonly<Record<"target" | "sampling_hint" | "delay_hint", Key>>;
  /** What it is for: who judges, or where it is kept. */
  to: ReactNode;
  /** The most of a day. */
  most: ReactNode;
  /** Is the rest filled in? */
  ready: boolean;
  save: (told: Traffic<T>) => Promise<unknown>;
  /** Under which key rules of this kind are read. */
  kept: "rules" | "keepers";
  onClose: () => void;
  children?: ReactNode;
}

export function TrafficDialog<T extends Rule["target"]>({ projectId, title, lead, rule, targets, words, to, most, ready, save: put, kept, onClose, children }: TrafficDialogProps<T>) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const range = useRange(projectId, WEEK);
  const [name, setName] = useState(rule?.name ?? "");
  const [target, setTarget] = useState(rule?.target ?? targets[0]!);
  const [filter, setFilter] = useState(rule?.filter ?? "");
  const [share, setShare] = useState(String(Number(((rule?.sampling ?? 1) * 100).toFixed(6))));
  const [delay, setDelay] = useState(String(rule?.delay ?? 30));
  const [active, setActive] = useState(rule?.is_active ?? true);
  const save = useMutation({
    mutationFn: () => put({ name: name.trim(), target, filter, sampling: Number(share) / 100, delay: Math.trunc(Number(delay)), is_active: active }),
    onSuccess: async () => {
      toast(t("rule.saved"));
      onClose();
      await client.invalidateQueries({ queryKey: [projectId, kept] });
    },
  });
  return (
    <Dialog open onClose={onClose} wide title={t(title)} lead={t(lead)}>
      <DialogForm onSubmit={() => save.mutate()} onCancel={onClose} send={t(rule ? "act.save" : "act.create")} disabled={save.isPending || !name.trim() || !ready} error={save.error}>
        <Field label={t("rule.name")}>{(ids) => <Input {...ids} required maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />}</Field>
        <div className="grid grid-cols-1 gap-3 sm:grid-cols-2">
          {to}
          <Field label={t(words.target)}>
            {(ids) => (
              <Select {...ids} value={target} onChange={(event) => setTarget(targets.find((one) => one === event.target.value)!)}>
                {targets.map((one) => (
                  <option key={one} value={one}>
                    {t(`rule.target_${one}`)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </div>
        <div role="group" aria-label={t("rule.filter")} className="flex flex-col gap-1">
          <span className="text-xs font-medium text-fg-2">{t("rule.filter")}</span>
          <FilterBar projectId={projectId} value={filter} start={range.start} end={range.end} onApply={setFilter} error={save.error} />
        </div>
        <div className="grid grid-cols-1 gap-3 sm:grid-cols-3">
          <Field label={t("rule.sampling")} hint={t(words.sampling_hint)}>{(ids) => <Input {...ids} required inputMode="decimal" value={share} onChange={(event) => setShare(event.target.value)} />}</Field>
          <Field label={t("rule.delay")} hint={t(words.delay_hint)}>{(ids) => <Input {...ids} required inputMode="numeric" value={delay} onChange={(event) => setDelay(event.target.value)} />}</Field>
          {most}
        </div>
        {children}
        <label className="flex items-center gap-2">
          <input type="checkbox" className="accent-accent" checked={active} onChange={(event) => setActive(event.target.checked)} />
          {t("rule.active")}
        </label>
      </DialogForm>
    </Dialog>
  );
}
