/** Putting traces, spans and sessions into an annotation queue. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type ItemSubject, addToQueue, refreshQueues } from "@/api/annotation";
import { remember, remembered } from "@/lib/memory";
import { useSpeech } from "@/messages";
import { type Queues, QueueDialog } from "@/parts/queue-dialog";
import { DialogForm } from "@/ui/dialog-form";
import { Field, Select } from "@/ui/field";
import { useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";

interface AddProps {
  projectId: string;
  subjects: readonly ItemSubject[];
  onClose: () => void;
}

export function AddToQueue({ projectId, subjects, onClose }: AddProps) {
  return (
    <QueueDialog projectId={projectId} title="queue.add_to" lead="queue.add_to_lead" onClose={onClose}>
      {(queues) => <Form projectId={projectId} subjects={subjects} onClose={onClose} queues={queues} />}
    </QueueDialog>
  );
}

function Form({ projectId, subjects, onClose, queues: all }: AddProps & { queues: Queues }) {
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
  return (
    <DialogForm onSubmit={() => add.mutate()} onCancel={onClose} send={t("prompt.add")} disabled={add.isPending}>
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
    </DialogForm>
  );
}
