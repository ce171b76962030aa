/** Annotating: one item at a time, with the scores that the queue asks for, by keys alone where one likes. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { ArrowLeft, CircleCheck, EyeOff, ExternalLink } from "lucide-react";
import { useEffect, useState } from "react";
import { type QueueDetail, type QueueItem, type Served, queue as askQueue, refreshQueues, renewItem, takeItem, takeSkipped } from "@/api/annotation";
import { PageHead, Unread } from "@/app/page";
import { useSpeech } from "@/messages";
import { Button, IconButton, buttonClass } from "@/ui/button";
import { useLater } from "@/ui/later";
import { Empty, Failure, Rows } from "@/ui/states";
import { Tip } from "@/ui/tip";
import { Bar } from "./bar";
import { Subject } from "./subject";
import { WorkForm } from "./work-form";

const route = getRouteApi("/inside/project/$projectId/annotation/$queueId/work");
/** So often an item that is open is kept for longer, in milliseconds; it would be free again after a quarter of an hour. */
const RENEW = 4 * 60 * 1000;

export function WorkPage() {
  const { projectId, queueId } = route.useParams();
  const query = useQuery(askQueue(projectId, queueId));
  if (query.error || !query.data) return <Unread title={queueId} query={query} />;
  return <Work key={queueId} projectId={projectId} queue={query.data} />;
}

const servedKey = (projectId: string, queueId: string, itemId: string) => [projectId, "served", queueId, itemId];

function Work({ projectId, queue }: { projectId: string; queue: QueueDetail }) {
  const { item: asked = "" } = route.useSearch();
  const navigate = route.useNavigate();
  const client = useQueryClient();
  const [past, setPast] = useState<readonly string[]>([]);
  const query = useQuery({
    queryKey: servedKey(projectId, queue.id, asked),
    queryFn: () => takeItem(projectId, queue.id, asked),
    // Served once; what comes next is asked for when this is done.
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
  });
  const late = useLater(query.isPending);
  const go = (item: string | undefined) => void navigate({ search: item ? { item } : {}, replace: true });
  const onDone = async (item: QueueItem) => {
    setPast((old) => [...old.filter((one) => one !== item.id), item.id]);
    void refreshQueues(client, projectId);
    void client.invalidateQueries({ predicate: ({ queryKey: [project, kind] }) => project === projectId && (kind === "trace" || kind === "span" || kind === "scores" || kind === "session") });
    if (asked) go(undefined);
    await client.fetchQuery({ queryKey: servedKey(projectId, queue.id, ""), queryFn: () => takeItem(projectId, queue.id, ""), staleTime: 0 });
  };
  const at = asked ? past.indexOf(asked) : past.length;
  const previous = past[(at < 0 ? past.length : at) - 1];
  if (query.error) {
    return (
      <>
        <Head projectId={projectId} queue={queue} />
        <Failure error={query.error} retry={() => (asked ? go(undefined) : void query.refetch())} className="flex-1" />
      </>
    );
  }
  const served = query.data;
  if (!served) {
    return (
      <>
        <Head projectId={projectId} queue={queue} />
        {late && <Rows />}
      </>
    );
  }
  if (!served.item) {
    return (
      <>
        <Head projectId={projectId} queue={queue} served={served} />
        <Done
          projectId={projectId}
          queue={queue}
          served={served}
          onBack={previous ? () => go(previous) : undefined}
          onServed={(next) => client.setQueryData(servedKey(projectId, queue.id, asked), next)}
        />
      </>
    );
  }
  return (
    <Item
      key={`${served.item.id} ${query.dataUpdatedAt}`}
      projectId={projectId}
      queue={queue}
      served={served}
      item={served.item}
      onDone={onDone}
      onBack={previous ? () => go(previous) : undefined}
    />
  );
}

function Head({ projectId, queue, served }: { projectId: string; queue: QueueDetail; served?: Served }) {
  const { t } = useSpeech();
  const progress = served?.progress ?? queue.progress;
  return (
    <PageHead title={`${t("work.title")}: ${queue.name}`} heading={<bdi>{queue.name}</bdi>}>
      <span className="w-48 max-sm:w-full max-sm:order-last"><Bar done={progress.completed} of={progress.items} /></span>
      <span className="text-xs whitespace-nowrap text-fg-2" role="status">{t("work.left", { n: progress.waiting })}</span>
      {queue.is_blind && (
        <Tip text={t("work.blind")}>
          <span>
            <EyeOff size={14} role="img" aria-label={`${t("queue.blind")}. ${t("work.blind")}`} className="text-fg-3" />
          </span>
        </Tip>
      )}
      <Link to="/project/$projectId/annotation/$queueId" params={{ projectId, queueId: queue.id }} className={buttonClass("ghost")}>
        <ArrowLeft size={14} aria-hidden />
        <span className="max-sm:sr-only">{t("work.back")}</span>
      </Link>
    </PageHead>
  );
}

interface ItemProps {
  projectId: string;
  queue: QueueDetail;
  served: Served;
  item: QueueItem;
  onDone: (item: QueueItem) => Promise<void>;
  onBack: (() => void) | undefined;
}

function Item({ projectId, queue, served, item, onDone, onBack }: ItemProps) {
  const { t } = useSpeech();
  const [lost, setLost] = useState(false);
  const seen = served.scores.length > 0;
  useEffect(() => {
    // What one has completed before is one's own without a lease.
    if (seen) return undefined;
    const timer = setInterval(() => void renewItem(projectId, queue.id, item.id).catch(() => setLost(true)), RENEW);
    return () => clearInterval(timer);
  }, [projectId, queue.id, item.id, seen]);
  const place = item.subject === "session" ? { to: "/project/$projectId/sessions/$sessionId" as const, params: { projectId, sessionId: item.session_id } } : null;
  const look = "inline-flex size-6 shrink-0 items-center justify-center rounded-md text-fg-2 hover:bg-hover hover:text-fg";
  const icon = <ExternalLink size={14} aria-hidden />;
  return (
    <>
      <Head projectId={projectId} queue={queue} served={served} />
      <div className="flex min-h-0 flex-1 border-t max-lg:flex-col max-lg:overflow-y-auto">
        <section aria-label={t("work.subject")} className="flex min-h-0 min-w-0 flex-1 flex-col max-lg:h-[60dvh] max-lg:flex-none max-lg:border-b">
          <header className="flex h-10 shrink-0 items-center gap-2 border-b px-4">
            <h2 className="min-w-0 truncate font-medium"><bdi>{item.name || t("state.unnamed")}</bdi></h2>
            <span className="text-xs text-fg-3">{t(`queue.subject.${item.subject}`)}</span>
            <span className="ml-auto">
              {place ? (
                <Link {...place} target="_blank" aria-label={t("work.open")} title={t("work.open")} className={look}>{icon}</Link>
              ) : (
                <Link to="/project/$projectId/traces/$traceId" params={{ projectId, traceId: item.trace_id }} search={{ span: item.span_id || undefined }} target="_blank" aria-label={t("work.open")} title={t("work.open")} className={look}>
                  {icon}
                </Link>
              )}
            </span>
          </header>
          <Subject projectId={projectId} item={item} />
        </section>
        <aside aria-label={t("work.form")} className="flex w-[26rem] shrink-0 flex-col border-l max-lg:w-full max-lg:border-l-0 xl:w-[30rem]">
          {lost && <p role="status" className="bg-warn-soft px-4 py-2 text-xs text-warn">{t("work.lost")}</p>}
          <WorkForm projectId={projectId} queue={queue} served={served} item={item} onDone={onDone} onBack={onBack} />
        </aside>
      </div>
    </>
  );
}

interface DoneProps {
  projectId: string;
  queue: QueueDetail;
  served: Served;
  onBack: (() => void) | undefined;
  onServed: (served: Served) => void;
}

function Done({ projectId, queue, served: { progress }, onBack, onServed }: DoneProps) {
  const { t } = useSpeech();
  const again = useMutation({ mutationFn: () => takeSkipped(projectId, queue.id), onSuccess: onServed });
  return (
    <Empty
      icon={CircleCheck}
      title={t("work.done")}
      hint={
        <>
          <p>{t("work.done_hint")}</p>
          {progress.mine > 0 && <p>{t("work.done_mine", { n: progress.mine })}</p>}
          {progress.skipped > 0 && <p>{t("work.skipped_left", { n: progress.skipped })}</p>}
        </>
      }
      className="flex-1"
    >
      {progress.skipped > 0 && (
        <Button look="primary" disabled={again.isPending} onClick={() => again.mutate()}>
          {t("work.again")}
        </Button>
      )}
      {onBack && <IconButton icon={ArrowLeft} label={t("work.previous")} onClick={onBack} />}
      <Link to="/project/$projectId/annotation/$queueId" params={{ projectId, queueId: queue.id }} className={buttonClass("plain")}>
        {t("work.back")}
      </Link>
    </Empty>
  );
}
