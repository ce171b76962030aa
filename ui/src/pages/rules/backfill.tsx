/** Having history judged by a rule, once one has seen how much of it there is. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type Rule, backfill, backfillEstimate } from "@/api/runs";
import { useSpeech } from "@/messages";
import { useRange } from "@/parts/range";
import { RangePicker } from "@/parts/range-picker";
import type { RangeSearch } from "@/lib/time";
import { Button } from "@/ui/button";
import { cx } from "@/ui/cx";
import { Dialog } from "@/ui/dialog";
import { Skeleton, useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";

export function Backfill({ projectId, rule, onClose }: { projectId: string; rule: Rule; onClose: () => void }) {
  const { t, f } = useSpeech();
  const client = useQueryClient();
  const text = useErrorText();
  const [search, setSearch] = useState<RangeSearch>({ range: "7d" });
  const range = useRange(projectId, search);
  const query = useQuery(backfillEstimate(projectId, rule.id, range.start, range.end));
  const begin = useMutation({
    mutationFn: () => backfill(projectId, rule.id, range.start, range.end),
    onSuccess: async () => {
      toast(t("rule.begun"));
      onClose();
      await client.invalidateQueries({ queryKey: [projectId, "rules"] });
    },
  });
  const error = begin.error ?? query.error;
  return (
    <Dialog open onClose={onClose} title={t("rule.history")} lead={t("rule.history_lead")}>
      <div className="flex flex-col gap-3">
        <RangePicker range={range} onChange={setSearch} />
        {query.data ? (
          <dl className={cx("grid grid-cols-[1fr_auto] gap-x-3 gap-y-1.5 [&>dd]:text-right [&>dt]:text-fg-2", query.isFetching && "opacity-60")}>
            <dt>{t("rule.found")}</dt>
            <dd>{f.integer(query.data.found)}</dd>
            <dt>{t("rule.chosen")}</dt>
            <dd>{f.integer(query.data.chosen)}</dd>
            <dt>{t("run.cost")}</dt>
            <dd>{query.data.cost === null ? t("run.unknown_cost") : f.money(query.data.cost)}</dd>
          </dl>
        ) : (
          !query.error && <Skeleton className="h-16" />
        )}
        {error && <p role="alert" className="text-xs wrap-anywhere text-danger">{text(error)}</p>}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("act.cancel")}</Button>
          <Button look="primary" disabled={begin.isPending || !query.data?.found} onClick={() => begin.mutate()}>{t("rule.begin")}</Button>
        </div>
      </div>
    </Dialog>
  );
}
