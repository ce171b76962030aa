import { useRouterState } from "@tanstack/react-router";
import type { Key } from "@/messages";
import { useSpeech } from "@/messages";
import { Dialog } from "@/ui/dialog";
import { KEYMAP, type KeyGroup } from "@/ui/keymap";
import { Keys } from "@/ui/keys";
import { DESTINATIONS } from "./navigation";

interface Row {
  show: string;
  label: Key;
}

const GO = DESTINATIONS.map((one): Row => ({ show: `g ${one.key}`, label: one.label }));

export function KeysHelp({ onClose }: { onClose: () => void }) {
  const { t } = useSpeech();
  // What one is at comes first.
  const annotating = useRouterState({ select: (state) => state.location.pathname.endsWith("/work") });
  const group = (name: KeyGroup) => <Group title={t(`keys.${name}`)} rows={KEYMAP[name]} />;
  return (
    <Dialog open onClose={onClose} title={t("keys.title")} wide>
      <div className="grid gap-x-8 gap-y-5 sm:grid-cols-2">
        <div className="space-y-5">
          {annotating && group("annotation")}
          {group("everywhere")}
          {group("lists")}
          {!annotating && group("annotation")}
        </div>
        <div className="space-y-5">
          <Group title={t("keys.go")} rows={GO} />
          {group("charts")}
          {group("graph")}
        </div>
      </div>
    </Dialog>
  );
}

function Group({ title, rows }: { title: string; rows: readonly Row[] }) {
  const { t } = useSpeech();
  return (
    <section>
      <h3 className="mb-1 text-xs font-medium text-fg-3">{title}</h3>
      <dl>
        {rows.map(({ show, label }) => (
          <div key={show} className="flex min-h-8 items-center justify-between gap-4 border-b border-line py-1 last:border-0">
            <dt>{t(label)}</dt>
            <dd>
              <Keys keys={show} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
