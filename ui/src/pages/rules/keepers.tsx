/** Rules by which live traffic becomes items of data sets. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { datasets as askDatasets } from "@/api/datasets";
import { type Keeper, deleteKeeper, keepers as askKeepers, saveKeeper } from "@/api/runs";
import { tagsOf } from "@/lib/datasets";
import { useSpeech } from "@/messages";
import { Badge } from "@/ui/badge";
import { Field, Input, Select } from "@/ui/field";
import { useRemoved } from "@/ui/removal";
import { Failure } from "@/ui/states";
import { RuleCard, Taken } from "./card";
import { TrafficDialog } from "./traffic-dialog";

const route = getRouteApi("/inside/project/$projectId/rules");
const NEW = "new";
const TARGETS = ["trace", "span"] as const;
const WORDS = { target: "keep.target", sampling_hint: "keep.sampling_hint", delay_hint: "keep.delay_hint" } as const;
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
  const removal = { id: keyOf(projectId, keeper.id), text: t("keep.deleted"), run: () => deleteKeeper(projectId, keeper.id), kept: "keepers" } as const;
  return (
    <RuleCard projectId={projectId} rule={keeper} heading="h3" editable={editable} onEdit={onEdit} removal={removal}>
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-fg-2">
        <span>{t(`rule.target_${keeper.target}`)}</span>
        <span aria-hidden>·</span>
        <Taken filter={keeper.filter} sampling={keeper.sampling} />
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
    </RuleCard>
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
  const known = useInfiniteQuery(askDatasets(projectId, "")).data?.pages.flatMap((page) => page.items) ?? [];
  const [chosen, setChosen] = useState(keeper?.dataset_id ?? dataset);
  const [limit, setLimit] = useState(String(keeper?.daily_limit ?? 100));
  const [split, setSplit] = useState(keeper?.split ?? "");
  const [tags, setTags] = useState(keeper?.tags.join(", ") ?? "");
  const into = chosen || known[0]?.id || "";
  return (
    <TrafficDialog
      projectId={projectId}
      title={keeper ? "rule.edit" : "keep.new"}
      lead="keep.lead"
      rule={keeper}
      targets={TARGETS}
      words={WORDS}
      to={
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
      }
      most={<Field label={t("keep.limit")} hint={t("keep.limit_hint")}>{(ids) => <Input {...ids} required inputMode="numeric" value={limit} onChange={(event) => setLimit(event.target.value)} />}</Field>}
      ready={into !== ""}
      save={(told) =>
        saveKeeper(projectId, keeper?.id ?? null, { ...told, dataset_id: into, daily_limit: Math.trunc(Number(limit)), split: split.trim(), tags: tagsOf(tags) })
      }
      kept="keepers"
      onClose={onClose}
    >
      <div className="grid grid-cols-1 gap-3 sm:grid-cols-2">
        <Field label={t("keep.split")}>{(ids) => <Input {...ids} maxLength={100} value={split} onChange={(event) => setSplit(event.target.value)} />}</Field>
        <Field label={t("keep.tags")} hint={t("keep.tags_hint")}>{(ids) => <Input {...ids} value={tags} onChange={(event) => setTags(event.target.value)} />}</Field>
      </div>
    </TrafficDialog>
  );
}
