/** Asking a second person to move a protected label, with the experiment that justifies it. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type PromptExperiment, askForLabel, labelRequests, promptExperiments } from "@/api/prompt-releases";
import { useSpeech } from "@/messages";
import { Dialog } from "@/ui/dialog";
import { DialogForm } from "@/ui/dialog-form";
import { Field, Input, Select } from "@/ui/field";
import { toast } from "@/ui/toast";
import { Alone, Compared } from "./evidence";

interface AskDialogProps {
  projectId: string;
  name: string;
  label: string;
  version: number;
  /** The version that has the label; 0: none. */
  standing: number;
  onClose: () => void;
}

export function AskDialog({ projectId, name, label, version, standing, onClose }: AskDialogProps) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const [evidence, setEvidence] = useState("");
  const [experiment, setExperiment] = useState("");
  const [baseline, setBaseline] = useState("");
  const found = useQuery(promptExperiments(projectId, name)).data ?? [];
  const others = comparable(found, experiment);
  const choose = (id: string) => {
    setExperiment(id);
    setBaseline(comparable(found, id).find((one) => one.version !== 0 && one.version === standing)?.id ?? "");
  };
  const ask = useMutation({
    mutationFn: () => askForLabel(projectId, { name, label, version, reason: reason.trim(), evidence: evidence.trim(), experiment_id: experiment, baseline_id: baseline }),
    onSuccess: async () => {
      toast(t("prompt.asked"));
      onClose();
      await client.invalidateQueries({ queryKey: labelRequests(projectId, name).queryKey });
    },
  });
  return (
    <Dialog open wide onClose={onClose} title={t("prompt.ask_title", { label, version: String(version) })} lead={t("prompt.ask_lead", { label })}>
      <DialogForm onSubmit={() => ask.mutate()} onCancel={onClose} send={t("prompt.ask")} disabled={ask.isPending} error={ask.error}>
        <Field label={t("prompt.reason")}>{(ids) => <Input {...ids} maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />}</Field>
        <div className="grid grid-cols-1 gap-3.5 sm:grid-cols-2">
          <Field label={t("prompt.experiment")} hint={found.length === 0 ? t("prompt.no_experiments") : t("prompt.experiment_hint")}>
            {(ids) => (
              <Select {...ids} value={experiment} disabled={found.length === 0} onChange={(event) => choose(event.target.value)}>
                <option value="">{t("prompt.no_experiment")}</option>
                <Options label={t("prompt.ran_this")} among={found.filter((one) => one.version !== 0)} />
                <Options label={t("prompt.ran_other")} among={found.filter((one) => one.version === 0)} />
              </Select>
            )}
          </Field>
          {experiment !== "" && (
            <Field label={t("cmp.baseline")} hint={others.length === 0 ? t("prompt.no_baselines") : undefined}>
              {(ids) => (
                <Select {...ids} value={baseline} disabled={others.length === 0} onChange={(event) => setBaseline(event.target.value)}>
                  <option value="">{t("prompt.no_baseline")}</option>
                  <Options label={t("prompt.ran_this")} among={others.filter((one) => one.version !== 0)} />
                  <Options label={t("prompt.ran_other")} among={others.filter((one) => one.version === 0)} />
                </Select>
              )}
            </Field>
          )}
        </div>
        {experiment !== "" && (
          <section aria-label={t("prompt.experiment_show")} className="min-w-0">
            {baseline ? <Compared projectId={projectId} experiment={experiment} baseline={baseline} /> : <Alone projectId={projectId} experiment={experiment} />}
          </section>
        )}
        <Field label={t("prompt.evidence")} hint={t("prompt.evidence_hint")}>
          {(ids) => <Input {...ids} maxLength={2000} value={evidence} onChange={(event) => setEvidence(event.target.value)} />}
        </Field>
      </DialogForm>
    </Dialog>
  );
}

/** Experiments over the same items: those of its data set, and of a replay what production answered. */
function comparable(found: readonly PromptExperiment[], id: string): PromptExperiment[] {
  const chosen = found.find((one) => one.id === id);
  return found.filter((one) => one.id !== id && (chosen?.dataset_id ? one.dataset_id === chosen.dataset_id : one.dataset_id === "" && chosen !== undefined));
}

function Options({ label, among }: { label: string; among: readonly PromptExperiment[] }) {
  const { t } = useSpeech();
  if (among.length === 0) return null;
  return (
    <optgroup label={label}>
      {among.map((one) => (
        <option key={one.id} value={one.id}>
          {[one.name, one.version ? t("prompt.short_version", { version: String(one.version) }) : "", one.dataset_name].filter(Boolean).join(" · ")}
        </option>
      ))}
    </optgroup>
  );
}
