/** Labels that are dealt among versions: what came of each, which is better, and whether that is real. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus, Split as Icon, X } from "lucide-react";
import { useState } from "react";
import { type PromptSplit, setSplit, splits } from "@/api/prompt-releases";
import { type PromptDetail, promptsChanged } from "@/api/prompts";
import { useRights } from "@/app/me";
import { useSpeech } from "@/messages";
import { Time } from "@/parts/figures";
import { Button, IconButton } from "@/ui/button";
import { CodeBlock } from "@/ui/copy";
import { Dialog } from "@/ui/dialog";
import { DialogForm } from "@/ui/dialog-form";
import { Field, Input, Select } from "@/ui/field";
import { useLater } from "@/ui/later";
import { Empty, Failure, Rows, useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";
import { Differences } from "./differences";
import { FiguresTable } from "./figures-table";
import { LATEST, LabelBadge, PRODUCTION } from "./label-badge";

interface SplitsProps {
  projectId: string;
  prompt: PromptDetail;
}

export function Splits({ projectId, prompt }: SplitsProps) {
  const { t } = useSpeech();
  const { edit } = useRights(projectId);
  const [making, setMaking] = useState(false);
  const query = useQuery(splits(projectId, prompt.name));
  const late = useLater(query.isPending);
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return late && <Rows />;
  const make = edit && (
    <Button look="primary" icon={Plus} onClick={() => setMaking(true)}>
      {t("prompt.new_split")}
    </Button>
  );
  return (
    <div className="mx-auto flex max-w-[100rem] flex-col gap-5 px-4 pt-3.5 pb-8">
      {query.data.length === 0 ? (
        <Empty icon={Icon} title={t("prompt.no_splits")} hint={t("prompt.no_splits_hint")}>
          {make}
        </Empty>
      ) : (
        <>
          <div className="flex justify-end">{make}</div>
          {query.data.map((one) => (
            <Shown key={one.label} projectId={projectId} prompt={prompt} split={one} />
          ))}
        </>
      )}
      {making && <SplitDialog projectId={projectId} prompt={prompt} onClose={() => setMaking(false)} />}
    </div>
  );
}

function Shown({ projectId, prompt, split }: SplitsProps & { split: PromptSplit }) {
  const { t, f } = useSpeech();
  const { edit } = useRights(projectId);
  const client = useQueryClient();
  const text = useErrorText();
  const end = useMutation({
    mutationFn: () => setSplit(projectId, { name: prompt.name, label: split.label, arms: [] }),
    onSuccess: async () => {
      toast(t("prompt.split_ended", { label: split.label }));
      await promptsChanged(client, projectId);
    },
    onError: (error) => toast(text(error), "danger"),
  });
  const total = split.arms.reduce((sum, one) => sum + one.weight, 0);
  const [first, ...others] = split.arms;
  return (
    <section aria-label={t("prompt.split_of", { label: split.label })} className="flex flex-col gap-3">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <LabelBadge label={split.label} />
        <span className="flex flex-wrap items-center gap-2">
          {split.arms.map((one) => (
            <span key={one.label} className="inline-flex items-center gap-1">
              <LabelBadge label={one.label} /> <span className="text-xs text-fg-2">{f.percent(one.weight / total)}</span>
            </span>
          ))}
        </span>
        <span className="text-xs text-fg-3">
          {split.author_name && <bdi>{`${split.author_name} · `}</bdi>}
          <Time at={split.started_at} />
        </span>
        <span className="flex-1" />
        {edit && <Button small disabled={end.isPending} onClick={() => end.mutate()}>{t("prompt.end_split")}</Button>}
      </header>
      {split.holds_back && <p className="text-xs text-fg-3">{t("prompt.held_back")}</p>}
      <FiguresTable
        projectId={projectId}
        name={prompt.name}
        title={t("prompt.since", { time: f.clock(split.counted_from) })}
        rows={split.arms.map((one) => ({ key: one.label, figures: one.figures, labels: [one.label], version: one.version }))}
      />
      {others.map(
        (one) =>
          first?.figures &&
          one.figures && (
            <div key={one.label} className="card flex flex-col gap-2 px-3.5 py-3">
              <h2 className="flex items-center gap-1.5 text-xs text-fg-2">
                <LabelBadge label={first.label} /> → <LabelBadge label={one.label} />
              </h2>
              {one.version === first.version ? <p className="text-xs text-fg-3">{t("prompt.same_arm")}</p> : <Differences before={first.figures} after={one.figures} differences={one.differences} names={[first.label, one.label]} />}
            </div>
          ),
      )}
      <details>
        <summary className="text-xs font-medium text-fg-2">{t("prompt.split_use")}</summary>
        <p className="my-1.5 max-w-3xl text-xs text-fg-2">{t("prompt.split_use_hint")}</p>
        <CodeBlock code={`langfuse.get_prompt(${JSON.stringify(prompt.name)}, label=f"${split.label}@{user_id}")`} className="[&_pre]:whitespace-pre-wrap" />
      </details>
    </section>
  );
}

interface Arm {
  label: string;
  weight: number;
}

function SplitDialog({ projectId, prompt, onClose }: SplitsProps & { onClose: () => void }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const labels = [...new Set(prompt.versions.flatMap((one) => one.labels))].filter((one) => one !== LATEST).sort();
  const others = labels.filter((one) => one !== PRODUCTION);
  const [label, setLabel] = useState(PRODUCTION);
  const [arms, setArms] = useState<Arm[]>([0, 1].map((index) => ({ label: others[index] ?? "", weight: 50 })));
  const save = useMutation({
    mutationFn: () => setSplit(projectId, { name: prompt.name, label, arms }),
    onSuccess: async () => {
      onClose();
      await promptsChanged(client, projectId);
    },
  });
  const put = (index: number, change: Partial<Arm>) => setArms(arms.map((one, at) => (at === index ? { ...one, ...change } : one)));
  const good = arms.every((one) => one.label && one.weight >= 1) && new Set(arms.map((one) => one.label)).size === arms.length;
  return (
    <Dialog open onClose={onClose} title={t("prompt.new_split")} lead={t("prompt.split_lead")}>
      <DialogForm onSubmit={() => save.mutate()} onCancel={onClose} send={t("prompt.begin_split")} disabled={!good || save.isPending} error={save.error}>
        <Field label={t("prompt.split_label")}>
          {(ids) => <Input {...ids} required maxLength={36} value={label} onChange={(event) => setLabel(event.target.value)} />}
        </Field>
        {others.length < 2 && <p className="rounded-md bg-warn-soft px-2 py-1.5 text-xs text-warn">{t("prompt.need_arms")}</p>}
        <fieldset className="flex flex-col gap-2">
          <legend className="mb-1 text-xs font-medium text-fg-2">{t("prompt.arms")}</legend>
          {arms.map((one, index) => (
            <div key={index} className="flex items-center gap-2">
              <Select aria-label={t("prompt.arm", { n: index + 1 })} value={one.label} onChange={(event) => put(index, { label: event.target.value })} className="flex-1">
                <option value="">{t("prompt.choose_label")}</option>
                {labels.filter((each) => each !== label).map((each) => (
                  <option key={each} value={each}>
                    {each}
                  </option>
                ))}
              </Select>
              <Input aria-label={t("prompt.weight", { n: index + 1 })} type="number" min={1} max={1000} value={one.weight} onChange={(event) => put(index, { weight: Number(event.target.value) })} className="w-24!" />
              <IconButton small icon={X} label={t("prompt.remove_arm", { n: index + 1 })} disabled={arms.length === 2} onClick={() => setArms(arms.filter((_, at) => at !== index))} />
            </div>
          ))}
          <Button small look="ghost" icon={Plus} className="self-start" disabled={arms.length >= 5} onClick={() => setArms([...arms, { label: "", weight: 50 }])}>
            {t("prompt.add_arm")}
          </Button>
        </fieldset>
      </DialogForm>
    </Dialog>
  );
}
