import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { reprice } from "@/api/mutations";
import type { SeenModel } from "@/api/types";
import { useSpeech } from "@/messages";
import type { Range } from "@/parts/range";
import { useRangeText } from "@/parts/range-picker";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, Select } from "@/ui/field";
import { useErrorText } from "@/ui/states";

interface RepriceProps {
  projectId: string;
  range: Range;
  models: readonly SeenModel[];
  onClose: () => void;
}

export function Reprice({ projectId, range, models, onClose }: RepriceProps) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const errorText = useErrorText();
  const rangeText = useRangeText(range);
  const [model, setModel] = useState("");
  const run = useMutation({
    mutationFn: () => reprice(projectId, { start: range.start, end: range.end, model }),
    onSuccess: () => client.invalidateQueries({ queryKey: [projectId] }),
  });
  const names = [...new Set(models.map((one) => one.model))].filter(Boolean);
  return (
    <Dialog open onClose={onClose} title={t("price.reprice")} lead={t("price.reprice_lead")}>
      <div className="flex flex-col gap-3.5">
        <Field label={t("col.model")} hint={rangeText}>
          {(ids) => (
            <Select {...ids} value={model} onChange={(event) => setModel(event.target.value)}>
              <option value="">{t("price.reprice_model")}</option>
              {names.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </Select>
          )}
        </Field>
        {run.data && (
          <p role="status" className="rounded-md bg-ok-soft px-3 py-2 text-ok">
            {t("price.reprice_done", { spans: run.data.spans, changed: run.data.changed })}
          </p>
        )}
        {run.error && (
          <p role="alert" className="text-danger">
            {errorText(run.error)}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{run.data ? t("act.close") : t("act.cancel")}</Button>
          <Button look="primary" disabled={run.isPending} onClick={() => run.mutate()}>
            {run.isPending ? t("act.loading") : t("price.reprice_run")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
