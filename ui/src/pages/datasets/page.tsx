/** One data set: its items, the experiments that ran over it, what changed, and what is in it twice. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { ChevronDown, DatabaseZap, FileUp, ListTree, Plus, Settings2, Trash2 } from "lucide-react";
import { type DatasetDetail, dataset as askDataset, deleteDataset } from "@/api/datasets";
import { useRights } from "@/app/me";
import { PageHead, Unread } from "@/app/page";
import type { DatasetDialog, DatasetSearch } from "@/lib/datasets";
import { foldersOf, lastPart } from "@/lib/prompts";
import { useSpeech } from "@/messages";
import { Button, IconButton } from "@/ui/button";
import { fetched } from "@/ui/fetched";
import { Menu, MenuItem } from "@/ui/menu";
import { useRemoval } from "@/ui/removal";
import { Rows } from "@/ui/states";
import { Tabs } from "@/ui/tabs";
import { Experiments } from "../experiments/table";
import { Items } from "./items";
import { datasetKey } from "./removal";

const route = getRouteApi("/inside/project/$projectId/datasets/$datasetId");
const NEW = "new";

const ItemDialog = fetched(async () => (await import("./item")).ItemDialog);
const Changes = fetched(async () => (await import("./changes")).Changes);
const Duplicates = fetched(async () => (await import("./duplicates")).Duplicates);
const ImportDialog = fetched(async () => (await import("./import")).ImportDialog);
const SettingsDialog = fetched(async () => (await import("./settings")).SettingsDialog);
const SplitDialog = fetched(async () => (await import("./deal")).SplitDialog);

export function DatasetPage() {
  const { projectId, datasetId } = route.useParams();
  const query = useQuery(askDataset(projectId, datasetId));
  if (query.error || !query.data) return <Unread title={datasetId} query={query} />;
  return <Shown key={datasetId} projectId={projectId} dataset={query.data} />;
}

function Shown({ projectId, dataset }: { projectId: string; dataset: DatasetDetail }) {
  const { t } = useSpeech();
  const search = route.useSearch();
  const { tab, item } = search;
  const navigate = route.useNavigate();
  const client = useQueryClient();
  const remove = useRemoval();
  const { edit } = useRights(projectId);
  const set = (change: Partial<DatasetSearch>) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
  const openItem = (id: string | undefined) => set({ item: id });
  const openDialog = (open: DatasetDialog | undefined) => set({ open });
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
      <Way projectId={projectId} name={dataset.name} />
      <bdi className="min-w-0 truncate">{lastPart(dataset.name)}</bdi>
    </span>
  );
  return (
    <>
      <PageHead title={dataset.name} heading={heading}>
        <IconButton icon={Settings2} label={t("data.settings")} onClick={() => openDialog("settings")} />
        {edit && <IconButton icon={Trash2} label={t("data.delete")} onClick={removeAll} />}
        {edit && (
          <Menu
            align="end"
            trigger={
              <Button icon={FileUp} aria-label={t("data.add")}>
                <span className="max-md:sr-only">{t("data.add")}</span>
                <ChevronDown size={13} aria-hidden />
              </Button>
            }
          >
            <MenuItem onSelect={() => openDialog("import")}>
              <FileUp size={14} aria-hidden />
              {t("data.from_file")}
            </MenuItem>
            <MenuItem onSelect={() => void navigate({ to: "/project/$projectId/traces", params: { projectId }, search: {} })}>
              <ListTree size={14} aria-hidden />
              {t("data.from_traces")}
            </MenuItem>
            <MenuItem onSelect={() => void navigate({ to: "/project/$projectId/rules", params: { projectId }, search: { keep: "new", dataset: dataset.id } })}>
              <DatabaseZap size={14} aria-hidden />
              {t("data.by_rule")}
            </MenuItem>
          </Menu>
        )}
        {edit && (
          <Button look="primary" icon={Plus} aria-label={t("data.add_item")} onClick={() => openItem(NEW)}>
            <span className="max-md:sr-only">{t("data.add_item")}</span>
          </Button>
        )}
      </PageHead>
      {dataset.description && <p className="max-w-4xl px-4 pb-2 text-fg-2">{dataset.description}</p>}
      <Tabs
        tabs={[
          { key: "items", label: t("data.items"), count: dataset.items },
          { key: "experiments", label: t("nav.experiments"), count: dataset.experiments },
          { key: "changes", label: t("data.changes") },
          { key: "duplicates", label: t("data.duplicates") },
        ]}
        value={tab ?? "items"}
        onChange={(next) => set({ tab: next === "items" ? undefined : next })}
        className="flex-1"
      >
        <div className="px-4 py-3">
          {tab === "experiments" ? (
            <Experiments projectId={projectId} asked={{ dataset_id: dataset.id }} />
          ) : tab === "changes" ? (
            <Changes projectId={projectId} dataset={dataset} search={search} onSearch={set} onOpen={openItem} fallback={<Rows />} />
          ) : tab === "duplicates" ? (
            <Duplicates projectId={projectId} dataset={dataset} near={search.near} onNear={(near) => set({ near })} onOpen={openItem} fallback={<Rows />} />
          ) : (
            <Items projectId={projectId} dataset={dataset} search={search} onSearch={set} onOpen={openItem} />
          )}
        </div>
      </Tabs>
      {search.open === "settings" && <SettingsDialog projectId={projectId} dataset={dataset} onClose={() => openDialog(undefined)} />}
      {edit && search.open === "import" && <ImportDialog projectId={projectId} dataset={dataset} onClose={() => openDialog(undefined)} />}
      {edit && search.open === "split" && <SplitDialog projectId={projectId} dataset={dataset} search={search} onClose={() => openDialog(undefined)} />}
      {item && <ItemDialog key={item} projectId={projectId} dataset={dataset} id={item === NEW ? "" : item} onClose={() => openItem(undefined)} />}
    </>
  );
}

/** To the list, and to each folder that the data set lies in. */
function Way({ projectId, name }: { projectId: string; name: string }) {
  const { t } = useSpeech();
  const look = "max-w-48 truncate rounded font-normal text-fg-3 hover:text-accent hover:underline";
  return (
    <span className="flex min-w-0 shrink items-center gap-1.5 max-sm:hidden">
      <Link to="/project/$projectId/datasets" params={{ projectId }} className={look}>
        {t("nav.datasets")}
      </Link>
      {foldersOf(name).map((folder) => (
        <span key={folder} className="flex min-w-0 items-center gap-1.5">
          <span aria-hidden className="font-normal text-fg-3">/</span>
          <Link to="/project/$projectId/datasets" params={{ projectId }} search={{ folder }} className={look}>
            {lastPart(folder)}
          </Link>
        </span>
      ))}
      <span aria-hidden className="font-normal text-fg-3">/</span>
    </span>
  );
}
