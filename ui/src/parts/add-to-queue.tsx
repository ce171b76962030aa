/** Putting traces, spans and sessions into an annotation queue. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { type ItemSubject, addToQueue, queues, refreshQueues } from "@/api/annotation";
import { useRights } from "@/app/me";
import { remember, remembered } from "@/lib/memory";
import { useSpeech } from "@/messages";
import { Button, buttonClass } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, Select } from "@/ui/field";
import { Empty, Failure, Rows, useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";

interface AddProps {
  projectId: string;
  subjects: readonly ItemSubject[];
  onClose: () => void;
}

export function AddToQueue({ projectId, subjects, onClose }: AddProps) {
  const { t } = useSpeech();
  const { edit } = useRights(projectId);
  const query = useQuery(queues(projectId));
  return (
    <Dialog open onClose={onClose} title={t("queue.add_to")} lead={t("queue.add_to_lead")}>
      {query.error ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : !query.data ? (
        <Rows count={2} />
      ) : query.data.length === 0 ? (
        <Empty title={t("queue.none_yet")}>
          {edit && (
            <Link to="/project/$projectId/annotation" params={{ projectId }} search={{ new: "1" }} className={buttonClass("primary")}>
              {t("queue.new")}
            </Link>
          )}
        </Empty>
      ) : (
        <Form projectId={projectId} subjects={subjects} onClose={onClose} queues={query.data} />
      )}
    </Dialog>
  );
}

function Form({ projectId, subjects, onClose, queues: all }: AddProps & { queues: readonly { id: string; name: string }[] }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const text = useErrorText();
  const key = `queue ${projectId}`;
  const last = remembered(key);
  const [chosen, setChosen] = useState(all.some((one) => one.id === last) ? last! : all[0]!.id);
  const add = useMutation({
    mutationFn: () => addToQueue(projectId, chosen, subjects),
    onSuccess: async ({ added, known }) => {
      remember(key, chosen);
      toast(known ? `${t("queue.added", { n: added })} · ${t("queue.known", { n: known })}` : t("queue.added", { n: added }));
      onClose();
      await refreshQueues(client, projectId);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <Field label={t("queue.choose")} error={add.error && text(add.error)}>
        {(ids) => (
          <Select {...ids} value={chosen} onChange={(event) => setChosen(event.target.value)}>
            {all.map((one) => (
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
