import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { queues } from "@/api/annotation";
import { useRights } from "@/app/me";
import { type Key, useSpeech } from "@/messages";
import { buttonClass } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Empty, Failure, Rows } from "@/ui/states";

export type Queues = readonly { id: string; name: string }[];

interface QueueDialogProps {
  projectId: string;
  title: Key;
  lead: Key;
  onClose: () => void;
  /** There is one at least. */
  children: (queues: Queues) => ReactNode;
}

/** A dialog for which there must be annotation queues. */
export function QueueDialog({ projectId, title, lead, onClose, children }: QueueDialogProps) {
  const { t } = useSpeech();
  const { edit } = useRights(projectId);
  const query = useQuery(queues(projectId));
  return (
    <Dialog open onClose={onClose} title={t(title)} lead={t(lead)}>
      {query.error ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : !query.data ? (
        <Rows count={3} />
      ) : query.data.length === 0 ? (
        <Empty title={t("queue.none_yet")}>
          {edit && (
            <Link to="/project/$projectId/annotation" params={{ projectId }} search={{ new: "1" }} className={buttonClass("primary")}>
              {t("queue.new")}
            </Link>
          )}
        </Empty>
      ) : (
        children(query.data)
      )}
    </Dialog>
  );
}
