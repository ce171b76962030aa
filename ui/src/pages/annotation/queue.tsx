/** One queue: its items, how far people agree, and what they disagree about. */
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { Check, EyeOff, ListChecks, Pencil, Trash2, X } from "lucide-react";
import { type QueueDetail, type QueueItem, deleteQueue, queue as askQueue, queueItems, refreshQueues, removeItems } from "@/api/annotation";
import { useMe, useRights } from "@/app/me";
import { PageHead, Unread } from "@/app/page";
import type { QueueTab } from "@/lib/annotation";
import { useSpeech } from "@/messages";
import { Ago } from "@/parts/figures";
import { Badge } from "@/ui/badge";
import { IconButton, buttonClass } from "@/ui/button";
import { fetched } from "@/ui/fetched";
import { useLater } from "@/ui/later";
import { More } from "@/ui/more";
import { useRemoval, useRemoved } from "@/ui/removal";
import { ShortTable } from "@/ui/short-table";
import { Empty, Failure, Rows } from "@/ui/states";
import { Switcher, Tabs } from "@/ui/tabs";
import { Agreement } from "./agreement";
import { Bar } from "./bar";
import { Disagreements } from "./disagreements";
import { useNames } from "./names";
import { QueueForm } from "./queue-form";
import { itemKey, queueKey } from "./removal";

const route = getRouteApi("/inside/project/$projectId/annotation/$queueId");
const Prose = fetched(async () => (await import("@/parts/markdown")).Prose);

export function QueuePage() {
  const { projectId, queueId } = route.useParams();
  const query = useQuery(askQueue(projectId, queueId));
  if (query.error || !query.data) return <Unread title={queueId} query={query} />;
  return <Shown key={queueId} projectId={projectId} queue={query.data} />;
}

function Shown({ projectId, queue }: { projectId: string; queue: QueueDetail }) {
  const { t, f } = useSpeech();
  const { tab, edit: editing } = route.useSearch();
  const navigate = route.useNavigate();
  const client = useQueryClient();
  const remove = useRemoval();
  const { edit, annotate } = useRights(projectId);
  const { progress } = queue;
  const open = (wish: boolean) => void navigate({ search: (old) => ({ ...old, edit: wish ? ("1" as const) : undefined }), replace: true });
  const removeAll = () => {
    remove({
      ids: [queueKey(projectId, queue.id)],
      text: t("queue.deleted"),
      run: () => deleteQueue(projectId, queue.id).then(() => client.invalidateQueries({ queryKey: [projectId, "queues"] })),
    });
    void navigate({ to: "/project/$projectId/annotation", params: { projectId } });
  };
  const heading = (
    <span className="flex min-w-0 items-center gap-1.5">
      <Link to="/project/$projectId/annotation" params={{ projectId }} className="rounded font-normal text-fg-3 hover:text-accent hover:underline max-sm:hidden">
        {t("nav.annotation")}
      </Link>
      <span aria-hidden className="font-normal text-fg-3 max-sm:hidden">/</span>
      <bdi className="min-w-0 truncate">{queue.name}</bdi>
    </span>
  );
  return (
    <>
      <PageHead title={queue.name} heading={heading}>
        {edit && <IconButton icon={Pencil} label={t("queue.edit")} onClick={() => open(true)} />}
        {edit && <IconButton icon={Trash2} label={t("queue.delete")} onClick={removeAll} />}
        {annotate && queue.asked && (
          <Link to="/project/$projectId/annotation/$queueId/work" params={{ projectId, queueId: queue.id }} className={buttonClass(progress.waiting ? "primary" : "plain")}>
            {t("queue.start")}
          </Link>
        )}
      </PageHead>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5 px-4 pb-2 text-fg-2">
        <span className="w-64 max-w-full"><Bar done={progress.completed} of={progress.items} /></span>
        {annotate && <span className="text-xs">{progress.waiting > 0 ? t("work.left", { n: progress.waiting }) : t(queue.asked ? "queue.nothing_waits" : "queue.not_asked")}</span>}
        <Badge>{t("queue.people", { n: queue.overlap })}</Badge>
        {queue.is_blind && (
          <Badge>
            <EyeOff size={11} aria-hidden />
            {t("queue.blind")}
          </Badge>
        )}
        <span className="min-w-0 truncate text-xs">{queue.assigned.length ? f.listed(queue.assigned.map((one) => one.name)) : t("queue.everybody")}</span>
      </div>
      {queue.description && <p className="max-w-4xl px-4 pb-2 text-fg-2">{queue.description}</p>}
      {queue.instructions && (
        <details className="mx-4 mb-2 max-w-4xl rounded-md border px-3 py-1.5">
          <summary className="cursor-pointer text-xs font-medium text-fg-2">{t("queue.instructions")}</summary>
          <div className="max-h-80 overflow-y-auto pt-1.5 text-sm"><Prose text={queue.instructions} /></div>
        </details>
      )}
      <Tabs<QueueTab>
        tabs={[
          { key: "items", label: t("queue.items"), count: progress.items },
          { key: "agreement", label: t("queue.agreement") },
          { key: "disagreements", label: t("queue.disagreements") },
        ]}
        value={tab ?? "items"}
        onChange={(next) => void navigate({ search: (old) => ({ ...old, tab: next === "items" ? undefined : next }), replace: true })}
        className="flex-1"
      >
        <div className="px-4 py-3">
          {tab === "agreement" ? (
            <Agreement projectId={projectId} queue={queue} />
          ) : tab === "disagreements" ? (
            <Disagreements projectId={projectId} queue={queue} />
          ) : (
            <Items projectId={projectId} queue={queue} />
          )}
        </div>
      </Tabs>
      {edit && editing === "1" && <QueueForm projectId={projectId} queue={queue} onClose={() => open(false)} onSaved={() => open(false)} />}
    </>
  );
}

const STATES = ["all", "pending", "completed"] as const;
const STATE_NAMES = { all: "queue.all_items", pending: "queue.pending", completed: "queue.completed" } as const;

function Items({ projectId, queue }: { projectId: string; queue: QueueDetail }) {
  const { t } = useSpeech();
  const { status } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useInfiniteQuery(queueItems(projectId, queue.id, status));
  const late = useLater(query.isPending);
  const removed = useRemoved();
  const items = query.data?.pages.flatMap((page) => page.items).filter((one) => !removed.has(itemKey(projectId, one.id)));
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (!items) return late && <Rows />;
  if (items.length === 0 && !status) return <Empty icon={ListChecks} title={t("queue.no_items")} hint={t("queue.no_items_hint")} />;
  return (
    <>
      <div className="mb-2">
        <Switcher
          label={t("queue.state")}
          options={STATES.map((key) => ({ key, label: t(STATE_NAMES[key]) }))}
          value={status ?? "all"}
          onChange={(next) => void navigate({ search: (old) => ({ ...old, status: next === "all" ? undefined : next }), replace: true })}
        />
      </div>
      {items.length === 0 ? (
        <Empty icon={ListChecks} title={t("queue.no_items_fit")} />
      ) : (
        <ShortTable
          heads={[
            { key: "item", label: t("queue.item") },
            { key: "state", label: t("queue.state"), className: "w-32" },
            { key: "by", label: t("queue.by"), className: "w-56 max-md:hidden" },
            { key: "added_at", label: t("queue.added_at"), className: "w-32 max-lg:hidden" },
            { key: t("act.delete"), label: "", className: "w-12" },
          ]}
          rows="[&_td]:h-11"
          fixed
        >
          {items.map((one) => (
            <ItemRow key={one.id} projectId={projectId} queue={queue} item={one} />
          ))}
        </ShortTable>
      )}
      <More query={query} />
    </>
  );
}

function ItemRow({ projectId, queue, item }: { projectId: string; queue: QueueDetail; item: QueueItem }) {
  const { t, f } = useSpeech();
  const { edit, annotate } = useRights(projectId);
  const me = useMe();
  const client = useQueryClient();
  const remove = useRemoval();
  const name = useNames(projectId, queue);
  const done = item.reviews.filter((one) => one.status === "completed");
  // Only what one said, or may still say, can be opened.
  const mine = item.reviews.some((one) => one.user_id === me.id);
  const open = annotate && queue.asked && (mine || item.status === "pending") && !item.is_gone;
  const title = (
    <>
      <bdi className="truncate font-medium">{item.is_gone ? item.id.slice(0, 8) : item.name || t("state.unnamed")}</bdi>
      <span className="shrink-0 text-xs text-fg-3">{t(item.is_gone ? "queue.gone" : `queue.subject.${item.subject}`)}</span>
    </>
  );
  return (
    <tr className="hover:bg-hover">
      <td>
        <span className="flex min-w-0 items-center gap-2">
          {open ? (
            <Link to="/project/$projectId/annotation/$queueId/work" params={{ projectId, queueId: queue.id }} search={{ item: item.id }} title={t("queue.open_item")} className="flex min-w-0 items-center gap-2 rounded hover:text-accent hover:underline">
              {title}
            </Link>
          ) : (
            <span className="flex min-w-0 items-center gap-2">{title}</span>
          )}
          <Chosen item={item} />
        </span>
        {item.preview && <p title={item.preview} className="truncate text-xs text-fg-3">{item.preview}</p>}
      </td>
      <td>
        {item.adjudicated_at ? (
          <Badge tone="accent">{t("queue.settled")}</Badge>
        ) : item.status === "completed" ? (
          <Badge tone="ok">
            <Check size={11} aria-hidden />
            {t("queue.completed")}
          </Badge>
        ) : (
          <span className="text-xs text-fg-2">{t("queue.done_of", { done: done.length, n: queue.overlap })}</span>
        )}
      </td>
      <td className="truncate text-xs text-fg-2 max-md:hidden">
        {f.listed(
          item.reviews.map((one) => (one.status === "taken" ? t("queue.taken", { name: name(one.user_id) }) : one.status === "skipped" ? t("queue.skipped_by", { name: name(one.user_id) }) : name(one.user_id))),
        )}
      </td>
      <td className="whitespace-nowrap text-fg-2 max-lg:hidden">
        <Ago at={item.created_at} />
      </td>
      <td className="px-1!">
        {edit && (
          <IconButton
            small
            icon={X}
            label={t("queue.remove_item")}
            onClick={() =>
              remove({
                ids: [itemKey(projectId, item.id)],
                text: t("queue.item_removed"),
                run: () => removeItems(projectId, queue.id, [item.id]).then(() => refreshQueues(client, projectId)),
              })
            }
          />
        )}
      </td>
    </tr>
  );
}

/** Why it is asked about, where a judge's calibration put it here. It is told here alone: who annotates is not to know. */
function Chosen({ item }: { item: QueueItem }) {
  const { t } = useSpeech();
  return item.chosen !== "" && <Badge className="max-lg:hidden">{t(`queue.chosen.${item.chosen}`)}</Badge>;
}
