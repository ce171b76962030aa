/** One item: what it says now, what it said before, and writing its next version. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Trash2 } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import { type DatasetDetail, type DatasetItem, deleteItem, itemVersions, putItems } from "@/api/datasets";
import { useRights } from "@/app/me";
import { mentions, references } from "@/lib/attachments";
import { tagsOf, valueOf, writtenOf } from "@/lib/datasets";
import { useSpeech } from "@/messages";
import { Attachment } from "@/parts/attachment";
import { Button, IconButton } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, Input, Select } from "@/ui/field";
import { useRemoval } from "@/ui/removal";
import { Failure, Rows, useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";
import { itemKey } from "./removal";
import { SplitInput } from "./split-input";

interface ItemDialogProps {
  projectId: string;
  dataset: DatasetDetail;
  /** Empty: a new one. */
  id: string;
  onClose: () => void;
}

export function ItemDialog(props: ItemDialogProps) {
  const { t } = useSpeech();
  const { projectId, dataset, id, onClose } = props;
  const query = useQuery({ ...itemVersions(projectId, dataset.id, id), enabled: id !== "" });
  const [at, setAt] = useState(0);
  const versions = query.data ?? [];
  const shown = versions.find((one) => one.valid_from === at) ?? versions[0];
  return (
    <Dialog open onClose={onClose} title={id === "" ? t("data.add_item") : t("data.item")} lead={id && <Named {...props} />} wide>
      {query.error ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : id !== "" && !shown ? (
        <Rows count={3} />
      ) : (
        <>
          {versions.length > 1 && <Versions versions={versions} value={shown!.valid_from} onChange={setAt} />}
          <Form key={shown?.valid_from ?? 0} {...props} item={shown} />
        </>
      )}
    </Dialog>
  );
}

function Named({ projectId, dataset, id }: ItemDialogProps) {
  const { t } = useSpeech();
  return (
    <span className="flex flex-wrap items-center gap-x-3 text-xs">
      <code className="wrap-anywhere">{id}</code>
      <Link to="/project/$projectId/playground" params={{ projectId }} search={{ dataset: dataset.id, item: id }} className="text-accent hover:underline">
        {t("play.in_playground")}
      </Link>
    </span>
  );
}

function Versions({ versions, value, onChange }: { versions: readonly DatasetItem[]; value: number; onChange: (at: number) => void }) {
  const { t, f } = useSpeech();
  return (
    <div className="pb-3">
      <Field label={t("data.versions")}>
        {(ids) => (
          <Select {...ids} value={value} onChange={(event) => onChange(Number(event.target.value))}>
            {versions.map((one) => (
              <option key={one.valid_from} value={one.valid_from}>
                {t("data.version_of", { time: f.fullTime(one.valid_from) })}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </div>
  );
}

function Form({ projectId, dataset, item, onClose }: ItemDialogProps & { item: DatasetItem | undefined }) {
  const { t } = useSpeech();
  const { edit } = useRights(projectId);
  const client = useQueryClient();
  const remove = useRemoval();
  const text = useErrorText();
  const [input, setInput] = useState(writtenOf(item?.input));
  const [expected, setExpected] = useState(writtenOf(item?.expected_output));
  const [metadata, setMetadata] = useState(writtenOf(item?.metadata));
  const [split, setSplit] = useState(item?.split ?? "");
  const [tags, setTags] = useState((item?.tags ?? []).join(", "));
  const [status, setStatus] = useState(item?.status ?? "active");
  const changed = () => client.invalidateQueries({ queryKey: [projectId, "dataset", dataset.id] });
  const save = useMutation({
    mutationFn: () =>
      putItems(projectId, dataset.id, [
        { id: item?.id ?? "", status, input: valueOf(input), expected_output: valueOf(expected), metadata: valueOf(metadata), source_trace_id: "", source_span_id: "", split: split.trim(), tags: tagsOf(tags) },
      ]),
    onSuccess: async () => {
      await changed();
      toast(t("data.saved"));
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const removeIt = () => {
    remove({ ids: [itemKey(projectId, item!.id)], text: t("data.item_deleted"), run: () => deleteItem(projectId, dataset.id, item!.id).then(changed) });
    onClose();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <Written label={t("data.input")} value={input} onChange={setInput} rows={7} hint={t("data.value_hint")} readOnly={!edit} />
      <Written label={t("data.expected")} value={expected} onChange={setExpected} rows={5} readOnly={!edit} />
      <Written label={t("data.metadata")} value={metadata} onChange={setMetadata} rows={3} readOnly={!edit} />
      <div className="grid grid-cols-2 gap-3 max-sm:grid-cols-1">
        <Field label={t("data.split")} hint={t("data.split_hint")}>
          {(ids) => <SplitInput {...ids} dataset={dataset} value={split} onChange={setSplit} readOnly={!edit} />}
        </Field>
        <Field label={t("data.tags")} hint={t("data.tags_hint")}>
          {(ids) => <Input {...ids} value={tags} readOnly={!edit} onChange={(event) => setTags(event.target.value)} />}
        </Field>
      </div>
      {item?.source_trace_id && (
        <Link
          to="/project/$projectId/traces/$traceId"
          params={{ projectId, traceId: item.source_trace_id }}
          search={item.source_span_id ? { span: item.source_span_id } : {}}
          className="self-start rounded text-accent hover:underline"
        >
          {t("data.source")}
        </Link>
      )}
      {save.error && (
        <p role="alert" className="text-danger">
          {text(save.error)}
        </p>
      )}
      {edit && (
        <div className="flex items-center gap-2 pt-1">
          <Select aria-label={t("data.status")} value={status} onChange={(event) => setStatus(event.target.value as typeof status)} className="w-auto!">
            <option value="active">{t("data.active")}</option>
            <option value="archived">{t("data.archived")}</option>
          </Select>
          {item && item.valid_to === 0 && <IconButton icon={Trash2} label={t("data.delete_item")} onClick={removeIt} />}
          <span className="flex-1" />
          <Button onClick={onClose}>{t("act.cancel")}</Button>
          <Button look="primary" type="submit" disabled={save.isPending}>
            {t(item ? "data.save_version" : "act.create")}
          </Button>
        </div>
      )}
    </form>
  );
}

function Written({ label, value, onChange, rows, hint, readOnly }: { label: string; value: string; onChange: (text: string) => void; rows: number; hint?: string; readOnly: boolean }) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-xs font-medium text-fg-2">
        {label} {hint && <span className="font-normal text-fg-3">· {hint}</span>}
      </label>
      <textarea id={id} rows={rows} value={value} readOnly={readOnly} spellCheck={false} onChange={(event) => onChange(event.target.value)} className="field h-auto! resize-y py-1.5 font-mono text-xs" />
      {mentions(value) && (
        <div className="flex flex-wrap gap-2">
          {references(value).map((one) => (
            <Attachment key={one.id} reference={one} />
          ))}
        </div>
      )}
    </div>
  );
}
