/** A rule as it is written. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Rule, evaluatorsToChoose, saveRule } from "@/api/runs";
import { useSpeech } from "@/messages";
import { Field, Input, Select } from "@/ui/field";
import { TrafficDialog } from "./traffic-dialog";

const TARGETS = ["trace", "span", "session"] as const;
const WORDS = { target: "rule.target", sampling_hint: "rule.sampling_hint", delay_hint: "rule.delay_hint" } as const;

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
  const known = useQuery(evaluatorsToChoose(projectId));
  const [chosen, setChosen] = useState(rule?.evaluator_id ?? evaluator);
  const [budget, setBudget] = useState(rule?.daily_budget == null ? "" : String(rule.daily_budget));
  const judge = chosen || known.data?.[0]?.id || "";
  return (
    <TrafficDialog
      projectId={projectId}
      title={rule ? "rule.edit" : "rule.new"}
      lead="rule.lead"
      rule={rule}
      targets={TARGETS}
      words={WORDS}
      to={
        <Field label={t("rule.evaluator")}>
          {(ids) => (
            <Select {...ids} value={judge} onChange={(event) => setChosen(event.target.value)}>
              {known.data?.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name}
                </option>
              ))}
            </Select>
          )}
        </Field>
      }
      most={<Field label={t("rule.budget")} hint={t("rule.budget_hint")}>{(ids) => <Input {...ids} inputMode="decimal" value={budget} onChange={(event) => setBudget(event.target.value)} />}</Field>}
      ready={judge !== ""}
      save={(told) =>
        saveRule(projectId, rule?.id ?? null, {
          ...told,
          evaluator_id: judge,
          evaluator_version: rule?.evaluator_version ?? 0,
          daily_budget: budget.trim() === "" ? null : Number(budget),
        })
      }
      kept="rules"
      onClose={onClose}
    />
  );
}
