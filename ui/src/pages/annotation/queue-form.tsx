/** Making a queue, or changing one. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useId, useState } from "react";
import { type QueueDetail, type QueueWritten, addQueue, changeQueue, refreshQueues } from "@/api/annotation";
import * as ask from "@/api/queries";
import { scoreConfigs } from "@/api/scores";
import { type Key, useSpeech } from "@/messages";
import { buttonClass } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { DialogForm } from "@/ui/dialog-form";
import { Field, Input, Select } from "@/ui/field";
import { Empty, Failure, Rows } from "@/ui/states";
import { Switcher } from "@/ui/tabs";
import { toast } from "@/ui/toast";

interface FormProps {
  projectId: string;
  /** The one to change. */
  queue?: QueueDetail;
  onClose: () => void;
  onSaved: (saved: QueueDetail) => void;
}

export function QueueForm(props: FormProps) {
  const { t } = useSpeech();
  const { projectId, queue, onClose } = props;
  const configs = useQuery(scoreConfigs(projectId));
  const members = useQuery(ask.members(projectId));
  const error = configs.error ?? members.error;
  const open = configs.data?.filter((one) => !one.is_archived || queue?.score_config_ids.includes(one.id));
  return (
    <Dialog open onClose={onClose} title={t(queue ? "queue.edit" : "queue.new")} wide>
      {error ? (
        <Failure error={error} retry={() => void Promise.all([configs.refetch(), members.refetch()])} />
      ) : !open || !members.data ? (
        <Rows count={6} />
      ) : open.length === 0 ? (
        <Empty title={t("queue.no_configs")}>
          <Link to="/project/$projectId/settings/scores" params={{ projectId }} search={{ new: "1" }} className={buttonClass("primary")}>
            {t("score.make_config")}
          </Link>
        </Empty>
      ) : (
        <Form {...props} configs={open} people={members.data.items.filter((one) => one.role !== "viewer")} />
      )}
    </Dialog>
  );
}

interface Choices {
  configs: readonly { id: string; name: string; data_type: string }[];
  people: readonly { user_id: string; name: string; email: string }[];
}

type Told = Required<QueueWritten>;

const BLANK: Told = { name: "", description: "", instructions: "", score_config_ids: [], overlap: 1, is_blind: false, assigned: [] };

function Form({ projectId, queue, onClose, onSaved, configs, people }: FormProps & Choices) {
  const { t, f } = useSpeech();
  const client = useQueryClient();
  const [told, setTold] = useState<Told>(() => (queue ? { ...BLANK, ...picked(queue) } : { ...BLANK, score_config_ids: configs.length === 1 ? [configs[0]!.id] : [] }));
  const [named, setNamed] = useState(told.assigned.length > 0);
  const set = (change: Partial<Told>) => setTold({ ...told, ...change });
  const save = useMutation({
    mutationFn: () => {
      const body = { ...told, name: told.name.trim(), assigned: named ? told.assigned : [] };
      return queue ? changeQueue(projectId, queue.id, body) : addQueue(projectId, body);
    },
    onSuccess: async (saved) => {
      await refreshQueues(client, projectId);
      if (queue) toast(t("queue.saved"));
      onSaved(saved);
    },
  });
  const good = told.name.trim() !== "" && told.score_config_ids.length > 0 && (!named || told.assigned.length > 0);
  const submit = () => {
    if (good && !save.isPending) save.mutate();
  };
  return (
    <DialogForm onSubmit={submit} onCancel={onClose} send={t(queue ? "act.save" : "act.create")} disabled={!good || save.isPending} error={save.error}>
      <Field label={t("queue.name")}>{(ids) => <Input {...ids} required maxLength={500} value={told.name} onChange={(event) => set({ name: event.target.value })} />}</Field>
      <Field label={t("queue.description")}>{(ids) => <Input {...ids} maxLength={2_000} value={told.description} onChange={(event) => set({ description: event.target.value })} />}</Field>
      <Boxes
        label="queue.scores"
        hint={t("queue.scores_hint")}
        options={configs.map((one) => ({ id: one.id, name: one.name, note: t(`score.type.${one.data_type}` as Key) }))}
        chosen={told.score_config_ids}
        onChange={(score_config_ids) => set({ score_config_ids })}
      />
      <Field label={t("queue.instructions")} hint={t("queue.instructions_hint")}>
        {(ids) => <textarea {...ids} rows={5} maxLength={50_000} dir="auto" value={told.instructions} onChange={(event) => set({ instructions: event.target.value })} className="field h-auto! resize-y py-1.5" />}
      </Field>
      <div className="grid gap-3.5 sm:grid-cols-2">
        <Field label={t("queue.overlap")} hint={t("queue.overlap_hint")}>
          {(ids) => (
            <Select {...ids} value={told.overlap} onChange={(event) => set({ overlap: Number(event.target.value) })}>
              {Array.from({ length: 10 }, (_, n) => (
                <option key={n} value={n + 1}>{f.integer(n + 1)}</option>
              ))}
            </Select>
          )}
        </Field>
        <Check label={t("queue.blind")} hint={t("queue.blind_hint")} checked={told.is_blind} onChange={(is_blind) => set({ is_blind })} />
      </div>
      <div className="flex flex-col gap-1.5">
        <span className="text-xs font-medium text-fg-2">{t("queue.assigned")}</span>
        <div>
          <Switcher
            label={t("queue.assigned")}
            options={[
              { key: "all", label: t("queue.everybody") },
              { key: "some", label: t("queue.some") },
            ]}
            value={named ? "some" : "all"}
            onChange={(next) => setNamed(next === "some")}
          />
        </div>
        {named && (
          <Boxes
            label="queue.some"
            hidden
            options={people.map((one) => ({ id: one.user_id, name: one.name || one.email, note: one.name ? one.email : "" }))}
            chosen={told.assigned}
            onChange={(assigned) => set({ assigned })}
          />
        )}
      </div>
    </DialogForm>
  );
}

const picked = ({ name, description, instructions, score_config_ids, overlap, is_blind, assigned }: QueueDetail): Told => ({
  name,
  description,
  instructions,
  score_config_ids,
  overlap,
  is_blind,
  assigned: assigned.map((one) => one.user_id),
});

function Check({ label, hint, checked, onChange }: { label: string; hint: string; checked: boolean; onChange: (on: boolean) => void }) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label className="flex min-h-8 cursor-pointer items-center gap-2 sm:mt-5">
        <input type="checkbox" checked={checked} aria-describedby={id} onChange={(event) => onChange(event.target.checked)} className="accent-(--accent)" />
        {label}
      </label>
      <p id={id} className="text-xs text-fg-3">{hint}</p>
    </div>
  );
}

interface BoxesProps {
  label: Key;
  /** Is the label for screen readers alone? */
  hidden?: boolean;
  hint?: string;
  options: readonly { id: string; name: string; note: string }[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}

/** Several of many; in the order they were chosen. */
function Boxes({ label, hidden, hint, options, chosen, onChange }: BoxesProps) {
  const { t, f } = useSpeech();
  const toggle = (id: string) => onChange(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
  const box = (option: { id: string; name: string; note: string }): ReactNode => {
    const at = chosen.indexOf(option.id);
    return (
      <label key={option.id} className="flex min-h-8 cursor-pointer items-center gap-2 px-2.5 hover:bg-hover">
        <input type="checkbox" checked={at >= 0} onChange={() => toggle(option.id)} className="accent-(--accent)" />
        <bdi className="min-w-0 truncate">{option.name}</bdi>
        <span className="min-w-0 truncate text-xs text-fg-3">{option.note}</span>
        {at >= 0 && !hidden && chosen.length > 1 && <span className="ml-auto text-xs text-fg-3">{f.integer(at + 1)}</span>}
      </label>
    );
  };
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className={hidden ? "sr-only" : "mb-1 text-xs font-medium text-fg-2"}>{t(label)}</legend>
      <div className="max-h-48 overflow-y-auto rounded-md border border-line-strong py-1">{options.map(box)}</div>
      {hint && <p className="text-xs text-fg-3">{hint}</p>}
    </fieldset>
  );
}
