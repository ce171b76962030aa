/** Name, description, metadata and schemas of a data set. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { type DatasetDetail, changeDataset } from "@/api/datasets";
import { useRights } from "@/app/me";
import { useSpeech } from "@/messages";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, Input } from "@/ui/field";
import { useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";

interface SettingsProps {
  projectId: string;
  dataset: DatasetDetail;
  onClose: () => void;
}

const writtenJson = (value: unknown) => (value === null || value === undefined ? "" : JSON.stringify(value, null, 2));

/** Nothing is null. Throws what is wrong. */
const jsonOf = (written: string): unknown => (written.trim() === "" ? null : JSON.parse(written));

function problemOf(written: string): string | null {
  try {
    jsonOf(written);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const intoView = (text: HTMLElement | null) => text?.scrollIntoView({ block: "nearest" });

export function SettingsDialog({ projectId, dataset, onClose }: SettingsProps) {
  const { t } = useSpeech();
  const { edit } = useRights(projectId);
  const client = useQueryClient();
  const text = useErrorText();
  const [name, setName] = useState(dataset.name);
  const [description, setDescription] = useState(dataset.description);
  const [metadata, setMetadata] = useState(writtenJson(dataset.metadata));
  const [input, setInput] = useState(writtenJson(dataset.input_schema));
  const [expected, setExpected] = useState(writtenJson(dataset.expected_output_schema));
  const save = useMutation({
    mutationFn: () =>
      changeDataset(projectId, dataset.id, {
        name: name.trim(),
        description: description.trim(),
        metadata: jsonOf(metadata),
        input_schema: jsonOf(input),
        expected_output_schema: jsonOf(expected),
      }),
    onSuccess: async () => {
      toast(t("data.changed_settings"));
      onClose();
      await client.invalidateQueries({ queryKey: [projectId, "dataset", dataset.id] });
      await client.invalidateQueries({ queryKey: [projectId, "datasets"] });
    },
  });
  const wrong = [metadata, input, expected].some((one) => problemOf(one) !== null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!wrong && name.trim()) save.mutate();
  };
  return (
    <Dialog open onClose={onClose} title={t("data.settings")} wide>
      <form onSubmit={submit} className="flex flex-col gap-3">
        <Field label={t("data.name")} hint={t("data.name_hint")}>
          {(ids) => <Input {...ids} required maxLength={500} readOnly={!edit} value={name} onChange={(event) => setName(event.target.value)} />}
        </Field>
        <Field label={t("data.description")}>
          {(ids) => <Input {...ids} maxLength={10_000} readOnly={!edit} value={description} onChange={(event) => setDescription(event.target.value)} />}
        </Field>
        <Json label={t("data.metadata")} value={metadata} onChange={setMetadata} rows={3} readOnly={!edit} />
        <Json label={t("data.input_schema")} hint={t("data.schema_hint")} value={input} onChange={setInput} rows={5} readOnly={!edit} />
        <Json label={t("data.expected_schema")} hint={t("data.schema_hint")} value={expected} onChange={setExpected} rows={5} readOnly={!edit} />
        {save.error && (
          <p role="alert" ref={intoView} className="wrap-anywhere text-danger">
            {text(save.error)}
          </p>
        )}
        {edit && (
          <div className="flex justify-end gap-2 pt-1">
            <Button onClick={onClose}>{t("act.cancel")}</Button>
            <Button look="primary" type="submit" disabled={wrong || !name.trim() || save.isPending}>
              {t("act.save")}
            </Button>
          </div>
        )}
      </form>
    </Dialog>
  );
}

function Json({ label, hint, value, onChange, rows, readOnly }: { label: string; hint?: string; value: string; onChange: (text: string) => void; rows: number; readOnly: boolean }) {
  const { t } = useSpeech();
  const reason = problemOf(value);
  return (
    <Field label={label} hint={hint} error={reason && t("data.no_json", { reason })}>
      {(ids) => <textarea {...ids} rows={rows} value={value} readOnly={readOnly} spellCheck={false} onChange={(event) => onChange(event.target.value)} className="field h-auto! resize-y py-1.5 font-mono text-xs" />}
    </Field>
  );
}
