/** A rule as it is written. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { type Rule, type RuleWritten, evaluatorsToChoose, saveRule } from "@/api/runs";
import { useSpeech } from "@/messages";
import { FilterBar } from "@/parts/filter-bar";
import { useRange } from "@/parts/range";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, Input, Select } from "@/ui/field";
import { useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";

const TARGETS = ["trace", "span", "session"] as const;
const WEEK = { range: "7d" } as const;

interface RuleDialogProps {
  projectId: string;
  /** Null: a new one. */
  rule: Rule | null;
  /** The evaluator that a new one begins with. */
  evaluator: string;
  onClose: () => void;
}

export function RuleDialog({ projectId, rule, evaluator, onClose }: RuleDialogProps) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const text = useErrorText();
  const range = useRange(projectId, WEEK);
  const known = useQuery(evaluatorsToChoose(projectId));
  const [name, setName] = useState(rule?.name ?? "");
  const [chosen, setChosen] = useState(rule?.evaluator_id ?? evaluator);
  const [target, setTarget] = useState<RuleWritten["target"]>(rule?.target ?? "trace");
  const [filter, setFilter] = useState(rule?.filter ?? "");
  const [share, setShare] = useState(String(Number(((rule?.sampling ?? 1) * 100).toFixed(6))));
  const [delay, setDelay] = useState(String(rule?.delay ?? 30));
  const [budget, setBudget] = useState(rule?.daily_budget == null ? "" : String(rule.daily_budget));
  const [active, setActive] = useState(rule?.is_active ?? true);
  const first = known.data?.[0]?.id ?? "";
  const save = useMutation({
    mutationFn: () =>
      saveRule(projectId, rule?.id ?? null, {
        name: name.trim(),
        evaluator_id: chosen || first,
        evaluator_version: rule?.evaluator_version ?? 0,
        target,
        filter,
        sampling: Number(share) / 100,
        delay: Math.trunc(Number(delay)),
        daily_budget: budget.trim() === "" ? null : Number(budget),
        is_active: active,
      }),
    onSuccess: async () => {
      toast(t("rule.saved"));
      onClose();
      await client.invalidateQueries({ queryKey: [projectId, "rules"] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Dialog open onClose={onClose} wide title={t(rule ? "rule.edit" : "rule.new")} lead={t("rule.lead")}>
      <form onSubmit={submit} className="flex flex-col gap-3.5">
        <Field label={t("rule.name")}>{(ids) => <Input {...ids} required maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />}</Field>
        <div className="grid grid-cols-1 gap-3 sm:grid-cols-2">
          <Field label={t("rule.evaluator")}>
            {(ids) => (
              <Select {...ids} value={chosen || first} onChange={(event) => setChosen(event.target.value)}>
                {known.data?.map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.name}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label={t("rule.target")}>
            {(ids) => (
              <Select {...ids} value={target} onChange={(event) => setTarget(TARGETS.find((one) => one === event.target.value)!)}>
                {TARGETS.map((one) => (
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
          <Field label={t("rule.sampling")} hint={t("rule.sampling_hint")}>{(ids) => <Input {...ids} required inputMode="decimal" value={share} onChange={(event) => setShare(event.target.value)} />}</Field>
          <Field label={t("rule.delay")} hint={t("rule.delay_hint")}>{(ids) => <Input {...ids} required inputMode="numeric" value={delay} onChange={(event) => setDelay(event.target.value)} />}</Field>
          <Field label={t("rule.budget")} hint={t("rule.budget_hint")}>{(ids) => <Input {...ids} inputMode="decimal" value={budget} onChange={(event) => setBudget(event.target.value)} />}</Field>
        </div>
        <label className="flex items-center gap-2">
          <input type="checkbox" className="accent-accent" checked={active} onChange={(event) => setActive(event.target.checked)} />
          {t("rule.active")}
        </label>
        {save.error && <p role="alert" className="text-xs wrap-anywhere text-danger">{text(save.error)}</p>}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("act.cancel")}</Button>
          <Button type="submit" look="primary" disabled={save.isPending || !name.trim() || !(chosen || first)}>
            {t(rule ? "act.save" : "act.create")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
