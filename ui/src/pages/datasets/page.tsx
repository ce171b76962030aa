/** One data set: its items, and the experiments that ran over it. */
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { ListChecks, Plus, Trash2 } from "lucide-react";
import { type DatasetDetail, type DatasetItem, dataset as askDataset, datasetItems, deleteDataset } from "@/api/datasets";
import { useRights } from "@/app/me";
import { PageHead, TabTitle } from "@/app/page";
import { lineOf } from "@/lib/datasets";
import { useSpeech } from "@/messages";
import { Ago } from "@/parts/figures";
import { Badge } from "@/ui/badge";
import { Button, IconButton } from "@/ui/button";
import { useLater } from "@/ui/later";
import { useRemoval, useRemoved } from "@/ui/removal";
import { Empty, Failure, Rows } from "@/ui/states";
import { Tabs } from "@/ui/tabs";
import { Experiments } from "../experiments/table";
import { ItemDialog } from "./item";
import { datasetKey, itemKey } from "./removal";

const route = getRouteApi("/inside/project/$projectId/datasets/$datasetId");
const NEW = "new";

export function DatasetPage() {
  const { projectId, datasetId } = route.useParams();
  const query = useQuery(askDataset(projectId, datasetId));
  const late = useLater(query.isPending);
  if (query.error || !query.data) {
    return (
      <>
        <TabTitle text={datasetId} missing />
        {query.error ? <Failure error={query.error} retry={() => void query.refetch()} /> : late && <Rows />}
      </>
    );
  }
  return <Shown key={datasetId} projectId={projectId} dataset={query.data} />;
}

function Shown({ projectId, dataset }: { projectId: string; dataset: DatasetDetail }) {
  const { t } = useSpeech();
  const { tab, item } = route.useSearch();
  const navigate = route.useNavigate();
  const client = useQueryClient();
  const remove = useRemoval();
  const { edit } = useRights(projectId);
  const openItem = (id: string | undefined) => void navigate({ search: (old) => ({ ...old, item: id }), replace: true });
  const removeAll = () => {
    remove({
      ids: [datasetKey(projectId, dataset.id)],
      text: t("data.deleted"),
      run: () => deleteDataset(projectId, dataset.id).then(() => client.invalidateQueries({ queryKey: [projectId, "datasets"] })),
    });
    void navigate({ to: "/project/$projectId/datasets", params: { projectId } });
  };
  const heading = (
    <span className="flex min-w-0 items-center gap-1.5">
      <Link to="/project/$projectId/datasets" params={{ projectId }} className="rounded font-normal text-fg-3 hover:text-accent hover:underline max-sm:hidden">
        {t("nav.datasets")}
      </Link>
      <span aria-hidden className="font-normal text-fg-3 max-sm:hidden">/</span>
      <bdi className="min-w-0 truncate">{dataset.name}</bdi>
    </span>
  );
  return (
    <>
      <PageHead title={dataset.name} heading={heading}>
        {edit && <IconButton icon={Trash2} label={t("data.delete")} onClick={removeAll} />}
        {edit && (
          <Button look="primary" icon={Plus} onClick={() => openItem(NEW)}>
            {t("data.add_item")}
          </Button>
        )}
      </PageHead>
      {dataset.description && <p className="max-w-4xl px-4 pb-2 text-fg-2">{dataset.description}</p>}
      <Tabs
        tabs={[
          { key: "items", label: t("data.items"), count: dataset.items },
          { key: "experiments", label: t("nav.experiments"), count: dataset.experiments },
        ]}
        value={tab ?? "items"}
        onChange={(next) => void navigate({ search: (old) => ({ ...old, tab: next === "experiments" ? "experiments" : undefined }), replace: true })}
        className="flex-1"
      >
        <div className="px-4 py-3">
          {tab === "experiments" ? (
            <Experiments projectId={projectId} asked={{ dataset_id: dataset.id }} />
          ) : (
            <Items projectId={projectId} dataset={dataset} onOpen={openItem} />
          )}
        </div>
      </Tabs>
      {item && <ItemDialog key={item} projectId={projectId} dataset={dataset} id={item === NEW ? "" : item} onClose={() => openItem(undefined)} />}
    </>
  );
}

function Items({ projectId, dataset, onOpen }: { projectId: string; dataset: DatasetDetail; onOpen: (id: string) => void }) {
  const { t } = useSpeech();
  const { archived } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useInfiniteQuery(datasetItems(projectId, dataset.id, archived === "1"));
  const late = useLater(query.isPending);
  const removed = useRemoved();
  const items = query.data?.pages.flatMap((page) => page.items).filter((one) => !removed.has(itemKey(projectId, one.id)));
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (!items) return late && <Rows />;
  return (
    <>
      <label className="mb-2 inline-flex items-center gap-2 text-fg-2">
        <input
          type="checkbox"
          checked={archived === "1"}
          onChange={(event) => void navigate({ search: (old) => ({ ...old, archived: event.target.checked ? "1" : undefined }), replace: true })}
        />
        {t("data.show_archived")}
      </label>
      {items.length === 0 ? (
        <Empty icon={ListChecks} title={t("data.no_items")} hint={t("data.no_items_hint")} />
      ) : (
        <div className="card overflow-x-auto">
          <table className="w-full table-fixed">
            <thead>
              <tr className="border-b bg-side text-left text-xs text-fg-3 [&>th]:h-8 [&>th]:px-3 [&>th]:font-medium [&>th]:whitespace-nowrap">
                <th scope="col">{t("data.input")}</th>
                <th scope="col" className="max-sm:hidden">{t("data.expected")}</th>
                <th scope="col" className="w-1/5 max-lg:hidden">{t("data.metadata")}</th>
                <th scope="col" className="w-32 max-md:hidden">{t("data.changed")}</th>
              </tr>
            </thead>
            <tbody className="[&_td]:h-10 [&_td]:px-3 [&>tr]:border-b [&>tr:last-child]:border-0">
              {items.map((one) => (
                <ItemRow key={one.id} item={one} onOpen={() => onOpen(one.id)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {query.hasNextPage && (
        <div className="flex justify-center pt-3">
          <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t("act.more")}</Button>
        </div>
      )}
    </>
  );
}

function ItemRow({ item, onOpen }: { item: DatasetItem; onOpen: () => void }) {
  const { t } = useSpeech();
  return (
    <tr className="hover:bg-hover">
      <td>
        <button type="button" onClick={onOpen} className="flex w-full items-center gap-2 rounded text-left">
          {item.status === "archived" && <Badge>{t("data.archived")}</Badge>}
          <bdi className="truncate">{lineOf(item.input) || item.id}</bdi>
        </button>
      </td>
      <td className="truncate text-fg-2 max-sm:hidden">{lineOf(item.expected_output)}</td>
      <td className="truncate text-fg-3 max-lg:hidden">{lineOf(item.metadata)}</td>
      <td className="whitespace-nowrap text-fg-2 max-md:hidden">
        <Ago at={item.valid_from} />
      </td>
    </tr>
  );
}
