/** Data sets of a project. */
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { Database, Folder, Plus, SearchX } from "lucide-react";
import { useState } from "react";
import { addDataset, datasets as askDatasets } from "@/api/datasets";
import { useRights } from "@/app/me";
import { PageHead } from "@/app/page";
import { foldersOf, lastPart } from "@/lib/prompts";
import { useSpeech } from "@/messages";
import { Ago } from "@/parts/figures";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { DialogForm } from "@/ui/dialog-form";
import { Field, Input } from "@/ui/field";
import { useLater } from "@/ui/later";
import { More } from "@/ui/more";
import { useRemoved } from "@/ui/removal";
import { ShortTable } from "@/ui/short-table";
import { Empty, Failure, Rows, useErrorText } from "@/ui/states";
import { datasetKey } from "./removal";

const route = getRouteApi("/inside/project/$projectId/datasets");

export function DatasetsPage() {
  const { t, f } = useSpeech();
  const { projectId } = route.useParams();
  const { words = "", folder = "", ...search } = route.useSearch();
  const navigate = route.useNavigate();
  const { edit } = useRights(projectId);
  const query = useInfiniteQuery(askDatasets(projectId, words, folder));
  const late = useLater(query.isPending);
  const removed = useRemoved();
  const items = query.data?.pages.flatMap((page) => page.items).filter((one) => !removed.has(datasetKey(projectId, one.id)));
  const folders = query.data?.pages[0]?.folders ?? [];
  const nothing = items?.length === 0 && folders.length === 0;
  const bare = nothing && words === "" && folder === "";
  const open = (wish: boolean) => void navigate({ search: (old) => ({ ...old, new: wish ? "1" : undefined }), replace: true });
  const add = edit && (
    <Button look="primary" icon={Plus} onClick={() => open(true)}>
      {t("data.new")}
    </Button>
  );
  return (
    <>
      <PageHead title={t("nav.datasets")}>{!bare && add}</PageHead>
      {!bare && (
        <div className="flex flex-wrap items-center gap-2 px-4 pb-2.5">
          <Input
            aria-label={t("data.search")}
            type="search"
            placeholder={t("data.search")}
            defaultValue={words}
            onChange={(event) => void navigate({ search: (old) => ({ ...old, words: event.target.value || undefined }), replace: true })}
            className="w-56! max-sm:w-full!"
          />
          {folder && words === "" && <Folders folder={folder} />}
        </div>
      )}
      <div className="min-h-0 flex-1 overflow-y-auto px-4 pb-8">
        {query.error ? (
          <Failure error={query.error} retry={() => void query.refetch()} />
        ) : !items ? (
          late && <Rows />
        ) : bare ? (
          <Empty icon={Database} title={t("data.first")} hint={t("data.first_lead")}>
            {add}
          </Empty>
        ) : nothing ? (
          <Empty icon={SearchX} title={t("data.nothing")} />
        ) : (
          <ShortTable
            heads={[
              { key: "name", label: t("data.name") },
              { key: "description", label: t("data.description"), className: "max-md:hidden" },
              { key: "items", label: t("data.items"), right: true },
              { key: "experiments", label: t("nav.experiments"), right: true, className: "max-sm:hidden" },
              { key: "changed", label: t("data.changed"), className: "max-md:hidden" },
            ]}
          >
            {folders.map((one) => (
              <tr key={one.name} className="hover:bg-hover">
                <td className="max-w-96">
                  <Link from="/project/$projectId/datasets" to="." search={(old) => ({ ...old, folder: one.name })} className="flex items-center gap-2 rounded font-medium">
                    <Folder size={15} aria-hidden className="shrink-0 text-accent" />
                    <bdi className="truncate">{lastPart(one.name)}</bdi>
                  </Link>
                </td>
                <td className="text-xs text-fg-3" colSpan={4}>{t("data.inside", { n: one.datasets })}</td>
              </tr>
            ))}
            {items.map((one) => (
              <tr key={one.id} className="hover:bg-hover">
                <td className="max-w-96">
                  <Link to="/project/$projectId/datasets/$datasetId" params={{ projectId, datasetId: one.id }} className="flex items-center gap-2 rounded font-medium">
                    <Database size={15} aria-hidden className="shrink-0 text-fg-3" />
                    <bdi title={one.name} className="truncate">{words ? one.name : lastPart(one.name)}</bdi>
                  </Link>
                </td>
                <td title={one.description} className="max-w-96 truncate text-fg-2 max-md:hidden">{one.description}</td>
                <td className="text-right">{f.integer(one.items)}</td>
                <td className="text-right max-sm:hidden">{f.integer(one.experiments)}</td>
                <td className="whitespace-nowrap text-fg-2 max-md:hidden">
                  <Ago at={one.updated_at} />
                </td>
              </tr>
            ))}
          </ShortTable>
        )}
        <More query={query} />
      </div>
      {edit && search.new === "1" && <NewDataset projectId={projectId} folder={folder} onClose={() => open(false)} />}
    </>
  );
}

/** The folders that lead here. */
function Folders({ folder }: { folder: string }) {
  const { t } = useSpeech();
  return (
    <nav aria-label={t("data.folders")} className="flex min-w-0 flex-wrap items-center gap-1 text-fg-2">
      <Link from="/project/$projectId/datasets" to="." search={(old) => ({ ...old, folder: undefined })} className="rounded hover:text-accent hover:underline">
        {t("nav.datasets")}
      </Link>
      {foldersOf(`${folder}/`).map((one) => (
        <span key={one} className="flex min-w-0 items-center gap-1">
          <span aria-hidden className="text-fg-3">/</span>
          <Link from="/project/$projectId/datasets" to="." search={(old) => ({ ...old, folder: one })} className="truncate rounded hover:text-accent hover:underline">
            {lastPart(one)}
          </Link>
        </span>
      ))}
    </nav>
  );
}

function NewDataset({ projectId, folder, onClose }: { projectId: string; folder: string; onClose: () => void }) {
  const { t } = useSpeech();
  const navigate = route.useNavigate();
  const client = useQueryClient();
  const text = useErrorText();
  const [name, setName] = useState(folder ? `${folder}/` : "");
  const [description, setDescription] = useState("");
  const save = useMutation({
    mutationFn: () => addDataset(projectId, { name: name.trim(), description: description.trim() }),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: [projectId, "datasets"] });
      await navigate({ to: "/project/$projectId/datasets/$datasetId", params: { projectId, datasetId: made.id }, search: {} });
    },
  });
  const submit = () => {
    if (name.trim()) save.mutate();
  };
  return (
    <Dialog open onClose={onClose} title={t("data.new")}>
      <DialogForm onSubmit={submit} onCancel={onClose} send={t("act.create")} disabled={!name.trim() || save.isPending}>
        <Field label={t("data.name")} hint={t("data.name_hint")} error={save.error && text(save.error)}>
          {(ids) => <Input {...ids} required maxLength={500} value={name} onChange={(event) => setName(event.target.value)} />}
        </Field>
        <Field label={t("data.description")}>{(ids) => <Input {...ids} maxLength={10_000} value={description} onChange={(event) => setDescription(event.target.value)} />}</Field>
      </DialogForm>
    </Dialog>
  );
}
