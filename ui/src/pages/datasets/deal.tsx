/** Splits at random: shares, and a seed that deals the same again. */
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { useState } from "react";
import { type DatasetDetail, datasetItems, dealItems } from "@/api/datasets";
import { type DatasetSearch, whereOf } from "@/lib/datasets";
import { useSpeech } from "@/messages";
import { Button, IconButton } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { DialogForm } from "@/ui/dialog-form";
import { Field, Input } from "@/ui/field";
import { toast } from "@/ui/toast";

interface SplitProps {
  projectId: string;
  dataset: DatasetDetail;
  search: DatasetSearch;
  onClose: () => void;
}

const MOST = 20;

export function SplitDialog({ projectId, dataset, search, onClose }: SplitProps) {
  const { t, f } = useSpeech();
  const client = useQueryClient();
  const { status, split, tag, words } = search;
  const where = { status, split, tag, words };
  const total = useInfiniteQuery(datasetItems(projectId, dataset.id, where)).data?.pages[0]?.total ?? 0;
  const [shares, setShares] = useState([
    { split: "train", share: "80" },
    { split: "test", share: "20" },
  ]);
  const [seed, setSeed] = useState("1");
  const [together, setTogether] = useState("");
  const deal = useMutation({
    mutationFn: () =>
      dealItems(projectId, dataset.id, {
        shares: shares.map((one) => ({ split: one.split.trim(), share: Number(one.share) })),
        seed: Number(seed),
        together: together.trim(),
        where: whereOf(where) as Required<ReturnType<typeof whereOf>> & { tag: string; words: string },
      }),
    onSuccess: async ({ splits }) => {
      toast(t("data.dealt", { counts: Object.entries(splits).map(([name, many]) => `${name} ${f.integer(many)}`).join(", ") }));
      onClose();
      await client.invalidateQueries({ queryKey: [projectId, "dataset", dataset.id] });
    },
  });
  const change = (at: number, told: Partial<(typeof shares)[number]>) => setShares(shares.map((one, place) => (place === at ? { ...one, ...told } : one)));
  const whole = shares.reduce((sum, one) => sum + (Number(one.share) || 0), 0);
  const right = whole > 0 && shares.every((one) => one.split.trim() && Number(one.share) >= 0) && /^\d{1,15}$/.test(seed);
  const submit = () => {
    if (right) deal.mutate();
  };
  return (
    <Dialog open onClose={onClose} title={t("data.deal")} lead={t("data.deal_lead")}>
      <DialogForm onSubmit={submit} onCancel={onClose} send={t("data.deal_items", { n: total })} disabled={!right || deal.isPending} error={deal.error}>
        <ul className="flex flex-col gap-2">
          {shares.map((one, at) => (
            <li key={at} className="flex items-center gap-2">
              <Input aria-label={t("data.split")} required maxLength={100} value={one.split} onChange={(event) => change(at, { split: event.target.value })} className="min-w-0 flex-1" />
              <Input aria-label={t("data.share")} type="number" min={0} step="any" required value={one.share} onChange={(event) => change(at, { share: event.target.value })} className="w-20!" />
              <span className="w-12 text-right text-xs text-fg-3">{whole > 0 ? f.percent((Number(one.share) || 0) / whole) : ""}</span>
              <IconButton small icon={X} label={t("data.remove_split")} disabled={shares.length === 1} onClick={() => setShares(shares.filter((_, place) => place !== at))} />
            </li>
          ))}
        </ul>
        <Button small icon={Plus} look="ghost" className="self-start" disabled={shares.length >= MOST} onClick={() => setShares([...shares, { split: "", share: "10" }])}>
          {t("data.add_split")}
        </Button>
        <Field label={t("data.seed")}>{(ids) => <Input {...ids} inputMode="numeric" pattern="\d{1,15}" required value={seed} onChange={(event) => setSeed(event.target.value)} className="w-32!" />}</Field>
        <Field label={t("data.together")} hint={t("data.together_hint")}>
          {(ids) => <Input {...ids} maxLength={200} value={together} onChange={(event) => setTogether(event.target.value)} />}
        </Field>
      </DialogForm>
    </Dialog>
  );
}
