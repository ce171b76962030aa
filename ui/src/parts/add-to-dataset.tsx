/** Putting spans, or the heads of traces, into a data set: input and what is expected. */
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { addFromSpans, datasets } from "@/api/datasets";
import { remember, remembered } from "@/lib/memory";
import { useSpeech } from "@/messages";
import { Button, buttonClass } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, Select } from "@/ui/field";
import { Empty, Failure, Rows, useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";

const AT_ONCE = 200;

interface AddProps {
  projectId: string;
  sources: readonly { trace_id: string; span_id: string }[];
  onClose: () => void;
}

export function AddToDataset({ projectId, sources, onClose }: AddProps) {
  const { t } = useSpeech();
  const query = useInfiniteQuery(datasets(projectId, ""));
  const items = query.data?.pages.flatMap((page) => page.items);
  return (
    <Dialog open onClose={onClose} title={t("data.add_to")} lead={t("data.add_to_lead")}>
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
      ) : (
        <Form projectId={projectId} sources={sources} onClose={onClose} sets={items} />
      )}
    </Dialog>
  );
}

function Form({ projectId, sources, onClose, sets }: AddProps & { sets: readonly { id: string; name: string }[] }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const text = useErrorText();
  const key = `dataset ${projectId}`;
  const last = remembered(key);
  const [chosen, setChosen] = useState(sets.some((one) => one.id === last) ? last! : sets[0]!.id);
  const add = useMutation({
    mutationFn: async () => {
      for (let at = 0; at < sources.length; at += AT_ONCE) await addFromSpans(projectId, chosen, sources.slice(at, at + AT_ONCE));
    },
    onSuccess: async () => {
      remember(key, chosen);
      toast(t("data.added", { n: sources.length }));
      onClose();
      await client.invalidateQueries({ queryKey: [projectId, "dataset", chosen] });
      await client.invalidateQueries({ queryKey: [projectId, "datasets"] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <Field label={t("data.choose")} error={add.error && text(add.error)}>
        {(ids) => (
          <Select {...ids} value={chosen} onChange={(event) => setChosen(event.target.value)}>
            {sets.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t("act.cancel")}</Button>
        <Button look="primary" type="submit" disabled={add.isPending}>
          {t("prompt.add")}
        </Button>
      </div>
    </form>
  );
}
