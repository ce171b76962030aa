/** Items that ask the same, or nearly the same. */
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Archive, CopyCheck } from "lucide-react";
import { type DatasetDetail, type DuplicateGroup, archiveDuplicates, duplicates, editItems } from "@/api/datasets";
import { useRights } from "@/app/me";
import { lineOf, writtenOf } from "@/lib/datasets";
import { useSpeech } from "@/messages";
import { Ago } from "@/parts/figures";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Select } from "@/ui/field";
import { More } from "@/ui/more";
import { Empty, Failure, Rows, useErrorText } from "@/ui/states";
import { Tip } from "@/ui/tip";
import { toast } from "@/ui/toast";
import { Changed } from "../experiments/changed";

interface DuplicatesProps {
  projectId: string;
  dataset: DatasetDetail;
  /** Least share of words in common; exactly the same without it. */
  near: number | undefined;
  onNear: (near: number | undefined) => void;
  onOpen: (id: string) => void;
}

const SHARES = [0.9, 0.8, 0.7, 0.6];

export function Duplicates({ projectId, dataset, near, onNear, onOpen }: DuplicatesProps) {
  const { t, f } = useSpeech();
  const { edit } = useRights(projectId);
  const client = useQueryClient();
  const text = useErrorText();
  const query = useInfiniteQuery(duplicates(projectId, dataset.id, near));
  const archive = useMutation({
    mutationFn: (ids: string[] | null) => (ids ? editItems(projectId, dataset.id, { ids, status: "archived" }) : archiveDuplicates(projectId, dataset.id, near)),
    onSuccess: async ({ changed }) => {
      toast(t("dup.archived", { n: changed }));
      await client.invalidateQueries({ queryKey: [projectId, "dataset", dataset.id] });
    },
    onError: (error) => toast(text(error), "danger"),
  });
  const first = query.data?.pages[0];
  const groups = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <Select aria-label={t("dup.how")} value={near ?? ""} onChange={(event) => onNear(event.target.value ? Number(event.target.value) : undefined)} className="w-auto! max-w-full">
          <option value="">{t("dup.exact")}</option>
          {SHARES.map((one) => (
            <option key={one} value={one}>{t("dup.least", { share: f.percent(one) })}</option>
          ))}
        </Select>
        {first && first.groups > 0 && <span className="text-xs text-fg-3">{t("dup.found", { n: first.groups, others: f.integer(first.others) })}</span>}
        <span className="flex-1" />
        {edit && first && first.others > 0 && (
          <Tip text={t("dup.archive_hint")}>
            <Button icon={Archive} disabled={archive.isPending} onClick={() => archive.mutate(null)}>
              {t("dup.archive_all", { n: first.others })}
            </Button>
          </Tip>
        )}
      </div>
      {query.error ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : !first ? (
        <>
          <p className="pb-2 text-xs text-fg-3">{t("dup.searching")}</p>
          <Rows />
        </>
      ) : groups.length === 0 ? (
        <Empty icon={CopyCheck} title={t("dup.none")} hint={near ? undefined : t("dup.none_hint")} />
      ) : (
        <div className="flex flex-col gap-3">
          {groups.map((one) => (
            <Group key={one.items[0]!.id} group={one} onOpen={onOpen} onKeep={edit && one.size === one.items.length ? (kept) => archive.mutate(one.items.map((item) => item.id).filter((id) => id !== kept)) : undefined} />
          ))}
        </div>
      )}
      <More query={query} />
    </>
  );
}

/** Without `onKeep`: not all of a large group are shown, so that nothing is archived unseen. */
function Group({ group, onOpen, onKeep }: { group: DuplicateGroup; onOpen: (id: string) => void; onKeep: ((id: string) => void) | undefined }) {
  const { t, f } = useSpeech();
  const base = writtenOf(group.items[0]!.input);
  return (
    <section aria-label={lineOf(group.items[0]!.input).slice(0, 80)} className="card">
      <header className="flex items-center gap-2 border-b bg-side px-3 py-1.5 text-xs">
        <Badge tone={group.is_exact ? "neutral" : "accent"}>{t(group.is_exact ? "dup.exact" : "dup.near")}</Badge>
        {!group.is_exact && <span className="text-fg-3">{t("dup.share", { share: f.percent(group.similarity) })}</span>}
      </header>
      <ul className="divide-y divide-line">
        {group.items.map((item) => (
          <li key={item.id} className="flex items-start gap-3 px-3 py-2">
            <div className="min-w-0 flex-1">
              <div className="max-h-40 overflow-auto text-xs">
                <Changed before={base} after={writtenOf(item.input)} />
              </div>
              <p className="flex items-center gap-2 pt-1 text-2xs text-fg-3">
                <button type="button" onClick={() => onOpen(item.id)} className="min-w-0 truncate rounded font-mono hover:text-accent hover:underline">
                  {item.id}
                </button>
                <Ago at={item.created_at} />
                {item.split && <Badge tone="accent">{item.split}</Badge>}
              </p>
            </div>
            {onKeep && (
              <Button small onClick={() => onKeep(item.id)}>
                {t("dup.keep")}
              </Button>
            )}
          </li>
        ))}
        {group.size > group.items.length && <li className="px-3 py-2 text-xs text-fg-3">{t("dup.more", { n: group.size - group.items.length })}</li>}
      </ul>
    </section>
  );
}
