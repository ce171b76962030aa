/** What became of the items between two times. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { ArrowLeftRight, History, Pencil } from "lucide-react";
import { type DatasetDetail, type DatasetItem, type ItemDifference, datasetHistory, differences } from "@/api/datasets";
import { CHANGES, type DatasetSearch, lineOf, writtenOf } from "@/lib/datasets";
import { useSpeech } from "@/messages";
import { Badge } from "@/ui/badge";
import { Button, IconButton } from "@/ui/button";
import { Field, Select } from "@/ui/field";
import { useLater } from "@/ui/later";
import { More } from "@/ui/more";
import { Empty, Failure, Rows } from "@/ui/states";
import { Switcher } from "@/ui/tabs";
import { Changed } from "../experiments/changed";

interface ChangesProps {
  projectId: string;
  dataset: DatasetDetail;
  search: DatasetSearch;
  onSearch: (change: Partial<DatasetSearch>) => void;
  onOpen: (id: string) => void;
}

/** Before everything. */
const BEGIN = 0;
/** Nothing is later: 2100. */
const NOW = 4_102_444_800_000_000;

export function Changes({ projectId, dataset, search, onSearch, onOpen }: ChangesProps) {
  const { t } = useSpeech();
  const query = useQuery(datasetHistory(projectId, dataset.id));
  const late = useLater(query.isPending);
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return late && <Rows />;
  if (query.data.length === 0) return <Empty icon={History} title={t("past.none")} />;
  // By default the last change: against the state before it.
  const before = search.before ?? query.data[1]?.at ?? BEGIN;
  const after = search.after ?? NOW;
  return (
    <>
      <div className="mb-3 flex flex-wrap items-end gap-2">
        <Point label={t("past.before")} points={query.data} value={before} onChange={(at) => onSearch({ before: at || undefined })} />
        <IconButton icon={ArrowLeftRight} label={t("past.swap")} onClick={() => onSearch({ before: after, after: before || undefined })} />
        <Point label={t("past.after")} points={query.data} value={after} onChange={(at) => onSearch({ after: at === NOW ? undefined : at })} />
        <span className="flex-1" />
        {before !== BEGIN && before !== NOW && (
          <Button icon={History} onClick={() => onSearch({ tab: undefined, at: before })}>
            {t("past.show")}
          </Button>
        )}
      </div>
      <Differences projectId={projectId} dataset={dataset} before={before} after={after} search={search} onSearch={onSearch} onOpen={onOpen} />
    </>
  );
}

function Point({ label, points, value, onChange }: { label: string; points: readonly { at: number; changes: number }[]; value: number; onChange: (at: number) => void }) {
  const { t, f } = useSpeech();
  const known = value === BEGIN || value === NOW || points.some((one) => one.at === value);
  return (
    <Field label={label}>
      {(ids) => (
        <Select {...ids} value={value} onChange={(event) => onChange(Number(event.target.value))} className="w-auto! max-w-[calc(100vw-2rem)]">
          <option value={NOW}>{t("past.now")}</option>
          {!known && <option value={value}>{f.fullTime(value)}</option>}
          {points.map((one) => (
            <option key={one.at} value={one.at}>
              {t("past.point", { time: f.fullTime(one.at), n: one.changes })}
            </option>
          ))}
          <option value={BEGIN}>{t("past.begin")}</option>
        </Select>
      )}
    </Field>
  );
}

function Differences({ projectId, dataset, before, after, search, onSearch, onOpen }: ChangesProps & { before: number; after: number }) {
  const { t } = useSpeech();
  // Where nothing else is asked for, what there is.
  const counts = useInfiniteQuery(differences(projectId, dataset.id, { before, after, kind: "changed" })).data?.pages[0];
  const chosen = search.kind ?? CHANGES.find((kind) => counts && counts[kind] > 0) ?? "changed";
  const query = useInfiniteQuery(differences(projectId, dataset.id, { before, after, kind: chosen }));
  const late = useLater(query.isPending);
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  const first = query.data?.pages[0];
  if (!first) return late && <Rows />;
  const items = query.data!.pages.flatMap((page) => page.items);
  return (
    <>
      <Switcher
        label={t("data.changes")}
        options={CHANGES.map((key) => ({ key, label: `${t(`past.${key}`)} ${first[key]}` }))}
        value={chosen}
        onChange={(kind) => onSearch({ kind })}
      />
      <div className={query.isPlaceholderData ? "opacity-60" : undefined}>
        {items.length === 0 ? (
          <Empty icon={History} title={t("past.same")} />
        ) : (
          <div className="flex flex-col gap-3 pt-3">
            {items.map((one) => (
              <Difference key={(one.after ?? one.before)!.id} difference={one} onOpen={onOpen} />
            ))}
          </div>
        )}
      </div>
      <More query={query} />
    </>
  );
}

const FIELDS = [
  { key: "input", label: "data.input" },
  { key: "expected_output", label: "data.expected" },
  { key: "metadata", label: "data.metadata" },
  { key: "split", label: "data.split" },
  { key: "tags", label: "data.tags" },
  { key: "status", label: "data.status" },
] as const;

const told = (item: DatasetItem | null, key: (typeof FIELDS)[number]["key"]): string => {
  if (item === null) return "";
  return key === "tags" ? item.tags.join(", ") : writtenOf(item[key]);
};

function Difference({ difference: { before, after }, onOpen }: { difference: ItemDifference; onOpen: (id: string) => void }) {
  const { t } = useSpeech();
  const item = (after ?? before)!;
  const fields = FIELDS.filter(({ key }) => told(before, key) !== told(after, key));
  return (
    <article className="card p-3">
      <header className="flex items-center gap-2 pb-2">
        <Badge tone={!before ? "ok" : !after ? "danger" : "neutral"}>{t(!before ? "past.added" : !after ? "past.removed" : "past.changed")}</Badge>
        <bdi className="min-w-0 flex-1 truncate font-medium">{lineOf(item.input) || item.id}</bdi>
        <IconButton small icon={Pencil} label={t("past.item")} onClick={() => onOpen(item.id)} />
      </header>
      <dl className="grid grid-cols-[8rem_1fr] gap-x-3 gap-y-2 max-sm:grid-cols-1 max-sm:gap-y-1">
        {fields.map(({ key, label }) => (
          <div key={key} className="contents">
            <dt className="text-xs text-fg-3">{t(label)}</dt>
            <dd className="max-h-72 min-w-0 overflow-auto text-xs max-sm:pb-1">
              <Changed before={told(before, key)} after={told(after, key)} />
            </dd>
          </div>
        ))}
      </dl>
    </article>
  );
}
