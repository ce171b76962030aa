/** Several judges, and how their verdicts become one. */
import { Plus, Trash2 } from "lucide-react";
import { COMBINE, type Member, type Panel } from "@/lib/evaluators";
import { useSpeech } from "@/messages";
import { Button, IconButton } from "@/ui/button";
import { Field, Input, Select } from "@/ui/field";
import { AskedForm, ScaleForm } from "./asked-form";

interface PanelProps {
  projectId: string;
  settings: Panel;
  sample: Record<string, unknown> | null;
  onChange: ((settings: Panel) => void) | undefined;
}

export function PanelForm({ projectId, settings, sample, onChange }: PanelProps) {
  const { t } = useSpeech();
  const { members } = settings;
  const put = (index: number, change: Partial<Member>) => onChange?.({ ...settings, members: members.map((one, at) => (at === index ? { ...one, ...change } : one)) });
  const fitting = COMBINE.filter((one) => (members[0]?.score.type === "numeric") === (one === "mean" || one === "median")).filter((one) => one !== "all" || members[0]?.score.type === "boolean");
  const score = (next: Member["score"]) => {
    const combine = next.type === "numeric" ? "mean" : "majority";
    onChange?.({ ...settings, combine: next.type === members[0]?.score.type ? settings.combine : combine, members: members.map((one) => ({ ...one, score: next })) });
  };
  return (
    <div className="flex flex-col gap-4">
      <section aria-label={t("ev.score")} className="flex flex-col gap-2">
        <ScaleForm score={members[0]!.score} onChange={onChange && score} />
        <div className="grid gap-2 sm:grid-cols-2">
          <Field label={t("ev.combine")}>
            {(ids) => (
              <Select {...ids} disabled={!onChange} value={settings.combine} onChange={(event) => onChange?.({ ...settings, combine: COMBINE.find((one) => one === event.target.value)! })}>
                {fitting.map((one) => (
                  <option key={one} value={one}>
                    {t(`ev.combine.${one}`)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label={t("ev.quorum")} hint={t("ev.quorum_hint")}>
            {(ids) => <Input {...ids} type="number" min={0} max={members.length} readOnly={!onChange} value={settings.quorum} onChange={(event) => onChange?.({ ...settings, quorum: Number(event.target.value) })} />}
          </Field>
        </div>
      </section>
      <ol className="flex flex-col gap-3">
        {members.map((one, index) => (
          <li key={index} className="card flex flex-col gap-3 p-3">
            <div className="flex items-center gap-2">
              <span className="text-xs whitespace-nowrap text-fg-3">{t("ev.member", { n: index + 1 })}</span>
              <Input aria-label={t("ev.member_name", { n: index + 1 })} className="h-7! font-medium" readOnly={!onChange} value={one.name} onChange={(event) => put(index, { name: event.target.value })} />
              {onChange && members.length > 2 && <IconButton small icon={Trash2} label={t("ev.remove_member", { n: index + 1 })} onClick={() => onChange({ ...settings, members: members.filter((_, at) => at !== index) })} />}
            </div>
            <AskedForm of={t("ev.member", { n: index + 1 })} projectId={projectId} settings={one} sample={sample} onChange={onChange && ((change) => put(index, change))} />
          </li>
        ))}
      </ol>
      {onChange && members.length < 15 && (
        <div>
          <Button small icon={Plus} onClick={() => onChange({ ...settings, members: [...members, { ...members.at(-1)!, name: String(members.length + 1) }] })}>
            {t("ev.add_member")}
          </Button>
        </div>
      )}
    </div>
  );
}
