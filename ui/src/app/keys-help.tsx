import type { Key } from "@/messages";
import { useSpeech } from "@/messages";
import { Dialog } from "@/ui/dialog";
import { Keys } from "@/ui/keys";
import { DESTINATIONS } from "./navigation";

const EVERYWHERE: [string, Key][] = [
  ["mod+k", "keys.palette"],
  ["/", "keys.filter"],
  ["d", "keys.theme"],
  ["?", "keys.help"],
];

const LISTS: [string, Key][] = [
  ["j", "keys.next"],
  ["k", "keys.previous"],
  ["enter", "keys.open"],
  ["space", "keys.fold"],
  ["x", "keys.choose"],
  ["n p", "keys.next_match"],
  ["esc", "keys.close"],
];

const CHARTS: [string, Key][] = [
  ["left right", "keys.chart_move"],
  ["shift+right", "keys.chart_grow"],
  ["f", "keys.chart_full"],
];

export function KeysHelp({ onClose }: { onClose: () => void }) {
  const { t } = useSpeech();
  const go = DESTINATIONS.map((one): [string, Key] => [`g ${one.key}`, one.label]);
  return (
    <Dialog open onClose={onClose} title={t("keys.title")} wide>
      <div className="grid gap-x-8 gap-y-5 sm:grid-cols-2">
        <div className="space-y-5">
          <Group title={t("keys.everywhere")} rows={EVERYWHERE} />
          <Group title={t("keys.lists")} rows={LISTS} />
        </div>
        <div className="space-y-5">
          <Group title={t("keys.go")} rows={go} />
          <Group title={t("keys.charts")} rows={CHARTS} />
        </div>
      </div>
    </Dialog>
  );
}

function Group({ title, rows }: { title: string; rows: [string, Key][] }) {
  const { t } = useSpeech();
  return (
    <section>
      <h3 className="mb-1 text-xs font-medium text-fg-3">{title}</h3>
      <dl>
        {rows.map(([keys, label]) => (
          <div key={keys} className="flex h-8 items-center justify-between gap-4 border-b border-line last:border-0">
            <dt>{t(label)}</dt>
            <dd>
              <Keys keys={keys} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
