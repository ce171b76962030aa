/** Annotation queues of a project: how far each has come, and what waits for oneself. */
import { useQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { ClipboardCheck, EyeOff, Plus } from "lucide-react";
import { type QueueRow, queues as askQueues } from "@/api/annotation";
import { useRights } from "@/app/me";
import { PageHead } from "@/app/page";
import { useSpeech } from "@/messages";
import { Badge } from "@/ui/badge";
import { Button, buttonClass } from "@/ui/button";
import { useLater } from "@/ui/later";
import { useRemoved } from "@/ui/removal";
import { ShortTable } from "@/ui/short-table";
import { Empty, Failure, Rows } from "@/ui/states";
import { Tip } from "@/ui/tip";
import { Bar } from "./bar";
import { QueueForm } from "./queue-form";
import { queueKey } from "./removal";

const route = getRouteApi("/inside/project/$projectId/annotation");

export function AnnotationPage() {
  const { t } = useSpeech();
  const { projectId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { edit } = useRights(projectId);
  const query = useQuery(askQueues(projectId));
  const late = useLater(query.isPending);
  const removed = useRemoved();
  const items = query.data?.filter((one) => !removed.has(queueKey(projectId, one.id)));
  const open = (wish: boolean) => void navigate({ search: wish ? { new: "1" } : {}, replace: true });
  const add = edit && (
    <Button look="primary" icon={Plus} onClick={() => open(true)}>
      {t("queue.new")}
    </Button>
  );
  return (
    <>
      <PageHead title={t("nav.annotation")}>
        <Link to="/project/$projectId/calibration" params={{ projectId }} className={buttonClass("ghost")}>
          {t("nav.calibration")}
        </Link>
        {items && items.length > 0 && add}
      </PageHead>
      <div className="min-h-0 flex-1 overflow-y-auto px-4 pb-8">
        {query.error ? (
          <Failure error={query.error} retry={() => void query.refetch()} />
        ) : !items ? (
          late && <Rows />
        ) : items.length === 0 ? (
          <Empty icon={ClipboardCheck} title={t("queue.first")} hint={t("queue.first_lead")}>
            {add}
          </Empty>
        ) : (
          <ShortTable
            heads={[
              { key: "name", label: t("queue.name") },
              { key: "progress", label: t("queue.progress"), className: "w-56 max-sm:hidden" },
              { key: "assigned", label: t("queue.assigned"), className: "max-md:hidden" },
              { key: "waiting", label: t("queue.waiting"), right: true },
            ]}
            rows="[&_td]:h-12"
          >
            {items.map((one) => (
              <Row key={one.id} projectId={projectId} queue={one} />
            ))}
          </ShortTable>
        )}
      </div>
      {edit && search.new === "1" && (
        <QueueForm
          projectId={projectId}
          onClose={() => open(false)}
          onSaved={(made) => void navigate({ to: "/project/$projectId/annotation/$queueId", params: { projectId, queueId: made.id }, search: {} })}
        />
      )}
    </>
  );
}

function Row({ projectId, queue }: { projectId: string; queue: QueueRow }) {
  const { t, f } = useSpeech();
  const { annotate } = useRights(projectId);
  const { progress } = queue;
  return (
    <tr className="hover:bg-hover">
      <td className="max-w-96 max-sm:max-w-48">
        <Link to="/project/$projectId/annotation/$queueId" params={{ projectId, queueId: queue.id }} className="flex min-w-0 items-center gap-2 rounded font-medium">
          <ClipboardCheck size={15} aria-hidden className="shrink-0 text-fg-3" />
          <bdi title={queue.name} className="truncate">{queue.name}</bdi>
          {queue.overlap > 1 && <Badge className="max-sm:hidden">{t("queue.people", { n: queue.overlap })}</Badge>}
          {queue.is_blind && (
            <Tip text={t("queue.blind_hint")}>
              <span>
                <EyeOff size={13} role="img" aria-label={t("queue.blind")} className="text-fg-3" />
              </span>
            </Tip>
          )}
        </Link>
        {queue.description && <p title={queue.description} className="truncate pl-6 text-xs text-fg-2">{queue.description}</p>}
      </td>
      <td className="max-sm:hidden">
        <Bar done={progress.completed} of={progress.items} />
      </td>
      <td className="max-w-64 truncate text-fg-2 max-md:hidden">{queue.assigned.length ? f.listed(queue.assigned.map((one) => one.name)) : t("queue.everybody")}</td>
      <td className="text-right whitespace-nowrap">
        {annotate && queue.asked && progress.waiting > 0 ? (
          <Link to="/project/$projectId/annotation/$queueId/work" params={{ projectId, queueId: queue.id }} className={buttonClass("plain")}>
            {t("queue.start")}
            <span className="rounded-full bg-accent-soft px-1.5 text-2xs text-accent">{f.integer(progress.waiting)}</span>
          </Link>
        ) : (
          <span className="text-xs text-fg-3">{t(queue.asked ? "queue.nothing_waits" : "queue.not_asked")}</span>
        )}
      </td>
    </tr>
  );
}
