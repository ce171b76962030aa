/** Putting spans, or the heads of traces, into a data set: input and what is expected. Those that are named, or all that match. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { type FromList, addFromList, addFromSpans, datasets, tryFromList } from "@/api/datasets";
import { tagsOf } from "@/lib/datasets";
import { remember, remembered } from "@/lib/memory";
import { useSpeech } from "@/messages";
import { buttonClass } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { DialogForm } from "@/ui/dialog-form";
import { Field, Input, Select } from "@/ui/field";
import { useSettled } from "@/ui/later";
import { Empty, Failure, Rows, useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";

const AT_ONCE = 200;

type Source = { trace_id: string; span_id: string };
/** A list, as a page shows it. */
export type Matching = Pick<FromList, "view" | "filter" | "start" | "end">;

interface AddProps {
  projectId: string;
  sources: readonly Source[] | Matching;
  onClose: () => void;
}

const isNamed = (sources: readonly Source[] | Matching): sources is readonly Source[] => Array.isArray(sources);

export function AddToDataset({ projectId, sources, onClose }: AddProps) {
  const { t } = useSpeech();
  const query = useInfiniteQuery(datasets(projectId, ""));
  const items = query.data?.pages.flatMap((page) => page.items);
  return (
    <Dialog open onClose={onClose} title={t("data.add_to")} lead={`${isNamed(sources) ? "" : `${t("data.from_list_lead")} `}${t("data.add_to_lead")}`}>
      {query.error ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : !items ? (
        <Rows count={2} />
      ) : items.length === 0 ? (
        <Empty title={t("data.none_yet")}>
          <Link to="/project/$projectId/datasets" params={{ projectId }} search={{ new: "1" }} className={buttonClass("primary")}>
            {t("data.new")}
          </Link>
        </Empty>
      ) : isNamed(sources) ? (
        <Named projectId={projectId} sources={sources} onClose={onClose} sets={items} />
      ) : (
        <Matched projectId={projectId} matching={sources} onClose={onClose} sets={items} />
      )}
    </Dialog>
  );
}

type Sets = readonly { id: string; name: string }[];

/** The data set that was chosen last time is chosen again. */
function useChosen(projectId: string, sets: Sets): [chosen: string, choose: (id: string) => void, done: () => Promise<void>] {
  const client = useQueryClient();
  const key = `dataset ${projectId}`;
  const last = remembered(key);
  const [chosen, setChosen] = useState(sets.some((one) => one.id === last) ? last! : sets[0]!.id);
  const done = async () => {
    remember(key, chosen);
    await client.invalidateQueries({ queryKey: [projectId, "dataset", chosen] });
    await client.invalidateQueries({ queryKey: [projectId, "datasets"] });
  };
  return [chosen, setChosen, done];
}

function Choice({ sets, value, onChange, error }: { sets: Sets; value: string; onChange: (id: string) => void; error: string | null }) {
  const { t } = useSpeech();
  return (
    <Field label={t("data.choose")} error={error}>
      {(ids) => (
        <Select {...ids} value={value} onChange={(event) => onChange(event.target.value)}>
          {sets.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

function Named({ projectId, sources, onClose, sets }: { projectId: string; sources: readonly Source[]; onClose: () => void; sets: Sets }) {
  const { t } = useSpeech();
  const text = useErrorText();
  const [chosen, choose, done] = useChosen(projectId, sets);
  const add = useMutation({
    mutationFn: async () => {
      for (let at = 0; at < sources.length; at += AT_ONCE) await addFromSpans(projectId, chosen, sources.slice(at, at + AT_ONCE));
    },
    onSuccess: async () => {
      toast(t("data.added", { n: sources.length }));
      onClose();
      await done();
    },
  });
  return (
    <DialogForm onSubmit={() => add.mutate()} onCancel={onClose} send={t("prompt.add")} disabled={add.isPending}>
      <Choice sets={sets} value={chosen} onChange={choose} error={add.error && text(add.error)} />
    </DialogForm>
  );
}

const MOST = 1_000;

function Matched({ projectId, matching, onClose, sets }: { projectId: string; matching: Matching; onClose: () => void; sets: Sets }) {
  const { t, f } = useSpeech();
  const text = useErrorText();
  const [chosen, choose, done] = useChosen(projectId, sets);
  const [limit, setLimit] = useState("100");
  const [sampling, setSampling] = useState("100");
  const [split, setSplit] = useState("");
  const [tags, setTags] = useState("");
  const right = Number.isInteger(Number(limit)) && Number(limit) >= 1 && Number(limit) <= MOST && Number(sampling) > 0 && Number(sampling) <= 100;
  const sample = (most: string, percent: string) => ({ ...matching, limit: Number(most), sampling: Number(percent) / 100 });
  const tried = useQuery({ ...tryFromList(projectId, chosen, sample(useSettled(limit, 350), useSettled(sampling, 350))), enabled: right });
  const add = useMutation({
    mutationFn: () => addFromList(projectId, chosen, { ...sample(limit, sampling), split: split.trim(), tags: tagsOf(tags), try_only: false }),
    onSuccess: async ({ added, already_there, bad, reason }) => {
      toast(t("data.added_some", { n: added, already: f.integer(already_there) }));
      if (bad > 0) toast(t("data.added_bad", { n: bad, reason }), "danger");
      onClose();
      await done();
    },
  });
  const submit = () => {
    if (right) add.mutate();
  };
  const error = add.error ?? tried.error;
  const { matching: all, chosen: many, already_there } = tried.data ?? { matching: 0, chosen: 0, already_there: 0 };
  return (
    <DialogForm onSubmit={submit} onCancel={onClose} send={t("prompt.add")} disabled={!right || add.isPending || many === 0}>
      {matching.filter && <code className="self-start rounded bg-sunken px-1.5 py-0.5 text-xs wrap-anywhere">{matching.filter}</code>}
      <Choice sets={sets} value={chosen} onChange={choose} error={error && text(error)} />
      <div className="grid grid-cols-2 gap-3">
        <Field label={t("data.limit")}>{(ids) => <Input {...ids} type="number" min={1} max={MOST} required value={limit} onChange={(event) => setLimit(event.target.value)} />}</Field>
        <Field label={t("data.sampling")} hint={t("data.sampling_hint")}>
          {(ids) => <Input {...ids} type="number" min={0.01} max={100} step="any" required value={sampling} onChange={(event) => setSampling(event.target.value)} />}
        </Field>
        <Field label={t("data.split")}>{(ids) => <Input {...ids} maxLength={100} value={split} onChange={(event) => setSplit(event.target.value)} />}</Field>
        <Field label={t("data.tags")}>{(ids) => <Input {...ids} value={tags} onChange={(event) => setTags(event.target.value)} />}</Field>
      </div>
      <p role="status" className="min-h-5 text-fg-2">
        {tried.data && t("data.matching", { matching: f.integer(all), chosen: f.integer(many), already: f.integer(already_there) })}
      </p>
    </DialogForm>
  );
}
