/** Rules by which live traffic becomes items of data sets. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { Pencil, Trash2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import { datasets as askDatasets } from "@/api/datasets";
import { type Keeper, deleteKeeper, keepers as askKeepers, saveKeeper } from "@/api/runs";
import { useSpeech } from "@/messages";
import { FilterBar } from "@/parts/filter-bar";
import { useRange } from "@/parts/range";
import { Badge } from "@/ui/badge";
import { Button, IconButton } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, Input, Select } from "@/ui/field";
import { useRemoval, useRemoved } from "@/ui/removal";
import { Failure, useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";

const route = getRouteApi("/inside/project/$projectId/rules");
const NEW = "new";
const TARGETS = ["trace", "span"] as const;
const WEEK = { range: "7d" } as const;
const keyOf = (projectId: string, id: string) => `keeper ${projectId} ${id}`;

export function Keepers({ projectId, editable }: { projectId: string; editable: boolean }) {
  const { t } = useSpeech();
  const { keep, dataset } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(askKeepers(projectId));
  const removed = useRemoved();
  const items = query.data?.filter((one) => !removed.has(keyOf(projectId, one.id)));
  const shown = items?.find((one) => one.id === keep);
  const open = (id: string | undefined) => void navigate({ search: { keep: id }, replace: true });
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return (
    <>
      {items && items.length > 0 && (
        <section aria-label={t("keep.title")} className="mt-6">
          <h2 className="text-sm font-semibold">{t("keep.title")}</h2>
          <p className="max-w-3xl pt-0.5 pb-3 text-fg-2">{t("keep.lead")}</p>
          <ul className="flex max-w-5xl flex-col gap-3">
            {items.map((one) => (
              <Row key={one.id} projectId={projectId} keeper={one} editable={editable} onEdit={() => open(one.id)} />
            ))}
          </ul>
        </section>
      )}
      {editable && (keep === NEW || shown) && <KeeperDialog key={keep} projectId={projectId} keeper={shown ?? null} dataset={dataset ?? ""} onClose={() => open(undefined)} />}
    </>
  );
}

interface RowProps {
  projectId: string;
  keeper: Keeper;
  editable: boolean;
  onEdit: () => void;
}

function Row({ projectId, keeper, editable, onEdit }: RowProps) {
  const { t, f } = useSpeech();
  const client = useQueryClient();
  const remove = useRemoval();
  const removeIt = () =>
    remove({
      ids: [keyOf(projectId, keeper.id)],
      text: t("keep.deleted"),
      run: () => deleteKeeper(projectId, keeper.id).then(() => client.invalidateQueries({ queryKey: [projectId, "keepers"] })),
    });
  return (
    <li className="card flex flex-col gap-2 p-3.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <h3 className="min-w-0 truncate font-semibold"><bdi>{keeper.name}</bdi></h3>
        {!keeper.is_active && <Badge>{t("rule.off")}</Badge>}
        {editable && (
          <span className="ml-auto flex gap-3">
            <IconButton small icon={Pencil} label={t("rule.edit")} onClick={onEdit} />
            <IconButton small icon={Trash2} label={t("rule.delete")} onClick={removeIt} />
          </span>
        )}
      </div>
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-fg-2">
        <span>{t(`rule.target_${keeper.target}`)}</span>
        <span aria-hidden>·</span>
        {keeper.filter ? <code className="rounded bg-sunken px-1.5 py-0.5 font-mono text-xs wrap-anywhere">{keeper.filter}</code> : <span>{t("rule.filter_all")}</span>}
        {keeper.sampling < 1 && <Badge>{f.percent(keeper.sampling)}</Badge>}
        <span aria-hidden>→</span>
        <Link to="/project/$projectId/datasets/$datasetId" params={{ projectId, datasetId: keeper.dataset_id }} className="min-w-0 truncate rounded font-medium text-fg hover:text-accent hover:underline">
          <bdi>{keeper.dataset_name}</bdi>
        </Link>
        {keeper.split && <Badge tone="accent">{keeper.split}</Badge>}
        {keeper.tags.map((one) => (
          <Badge key={one}>{one}</Badge>
        ))}
      </p>
      <p className="flex flex-wrap items-center gap-x-4 gap-y-1 text-xs text-fg-2">
        <span>{t("keep.added", { n: keeper.added })}</span>
        <span>{t("keep.today", { n: f.integer(keeper.added_today), most: f.integer(keeper.daily_limit) })}</span>
        {keeper.refused > 0 && <span className="min-w-0 wrap-anywhere text-danger">{t("keep.refused", { n: keeper.refused, reason: keeper.reason })}</span>}
      </p>
    </li>
  );
}

interface KeeperDialogProps {
  projectId: string;
  /** Null: a new one. */
  keeper: Keeper | null;
  /** The data set that a new one begins with. */
  dataset: string;
  onClose: () => void;
}

function KeeperDialog({ projectId, keeper, dataset, onClose }: KeeperDialogProps) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const text = useErrorText();
  const range = useRange(projectId, WEEK);
  const known = useInfiniteQuery(askDatasets(projectId, "")).data?.pages.flatMap((page) => page.items) ?? [];
  const [name, setName] = useState(keeper?.name ?? "");
  const [chosen, setChosen] = useState(keeper?.dataset_id ?? dataset);
  const [target, setTarget] = useState<Keeper["target"]>(keeper?.target ?? "trace");
  const [filter, setFilter] = useState(keeper?.filter ?? "");
  const [share, setShare] = useState(String(Number(((keeper?.sampling ?? 1) * 100).toFixed(6))));
  const [delay, setDelay] = useState(String(keeper?.delay ?? 30));
  const [limit, setLimit] = useState(String(keeper?.daily_limit ?? 100));
  const [split, setSplit] = useState(keeper?.split ?? "");
  const [tags, setTags] = useState(keeper?.tags.join(", ") ?? "");
  const [active, setActive] = useState(keeper?.is_active ?? true);
  const into = chosen || known[0]?.id || "";
  const save = useMutation({
    mutationFn: () =>
      saveKeeper(projectId, keeper?.id ?? null, {
        name: name.trim(),
        dataset_id: into,
        target,
        filter,
        sampling: Number(share) / 100,
        delay: Math.trunc(Number(delay)),
        daily_limit: Math.trunc(Number(limit)),
        split: split.trim(),
        tags: tags.split(",").map((one) => one.trim()).filter(Boolean),
        is_active: active,
      }),
    onSuccess: async () => {
      toast(t("rule.saved"));
      onClose();
      await client.invalidateQueries({ queryKey: [projectId, "keepers"] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Dialog open onClose={onClose} wide title={t(keeper ? "rule.edit" : "keep.new")} lead={t("keep.lead")}>
      <form onSubmit={submit} className="flex flex-col gap-3.5">
        <Field label={t("rule.name")}>{(ids) => <Input {...ids} required maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />}</Field>
        <div className="grid grid-cols-1 gap-3 sm:grid-cols-2">
          <Field label={t("keep.into")}>
            {(ids) => (
              <Select {...ids} value={into} onChange={(event) => setChosen(event.target.value)}>
                {known.map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.name}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label={t("keep.target")}>
            {(ids) => (
              <Select {...ids} value={target} onChange={(event) => setTarget(TARGETS.find((one) => one === event.target.value)!)}>
                {TARGETS.map((one) => (
                  <option key={one} value={one}>
                    {t(`rule.target_${one}`)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </div>
        <div role="group" aria-label={t("rule.filter")} className="flex flex-col gap-1">
          <span className="text-xs font-medium text-fg-2">{t("rule.filter")}</span>
          <FilterBar projectId={projectId} value={filter} start={range.start} end={range.end} onApply={setFilter} error={save.error} />
        </div>
        <div className="grid grid-cols-1 gap-3 sm:grid-cols-3">
          <Field label={t("rule.sampling")} hint={t("keep.sampling_hint")}>{(ids) => <Input {...ids} required inputMode="decimal" value={share} onChange={(event) => setShare(event.target.value)} />}</Field>
          <Field label={t("keep.limit")} hint={t("keep.limit_hint")}>{(ids) => <Input {...ids} required inputMode="numeric" value={limit} onChange={(event) => setLimit(event.target.value)} />}</Field>
          <Field label={t("rule.delay")} hint={t("keep.delay_hint")}>{(ids) => <Input {...ids} required inputMode="numeric" value={delay} onChange={(event) => setDelay(event.target.value)} />}</Field>
        </div>
        <div className="grid grid-cols-1 gap-3 sm:grid-cols-2">
          <Field label={t("keep.split")}>{(ids) => <Input {...ids} maxLength={100} value={split} onChange={(event) => setSplit(event.target.value)} />}</Field>
          <Field label={t("keep.tags")} hint={t("keep.tags_hint")}>{(ids) => <Input {...ids} value={tags} onChange={(event) => setTags(event.target.value)} />}</Field>
        </div>
        <label className="flex items-center gap-2">
          <input type="checkbox" className="accent-accent" checked={active} onChange={(event) => setActive(event.target.checked)} />
          {t("rule.active")}
        </label>
        {save.error && <p role="alert" className="text-xs wrap-anywhere text-danger">{text(save.error)}</p>}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("act.cancel")}</Button>
          <Button type="submit" look="primary" disabled={save.isPending || !name.trim() || !into}>
            {t(keeper ? "act.save" : "act.create")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
