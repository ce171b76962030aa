/** The button that puts what is open into an annotation queue. Not there for those who may not, nor where a link is followed. */
import { useParams } from "@tanstack/react-router";
import { ClipboardPlus } from "lucide-react";
import { useState } from "react";
import type { ItemSubject } from "@/api/annotation";
import { useRights } from "@/app/me";
import { useSpeech } from "@/messages";
import { IconButton } from "@/ui/button";
import { fetched } from "@/ui/fetched";

const AddToQueue = fetched(async () => (await import("./add-to-queue")).AddToQueue);

interface IntoQueueProps {
  projectId: string;
  subject: ItemSubject;
  small?: boolean;
}

export function IntoQueue(props: IntoQueueProps) {
  const { token } = useParams({ strict: false });
  return token === undefined && <Inside {...props} />;
}

function Inside({ projectId, subject, small }: IntoQueueProps) {
  const { t } = useSpeech();
  const { annotate } = useRights(projectId);
  const [open, setOpen] = useState(false);
  if (!annotate) return null;
  return (
    <>
      <IconButton small={small} icon={ClipboardPlus} label={t("queue.add_to")} onClick={() => setOpen(true)} />
      {open && <AddToQueue projectId={projectId} subjects={[subject]} onClose={() => setOpen(false)} />}
    </>
  );
}
