/** Two versions against each other: text or messages, and config. */
import { useQuery } from "@tanstack/react-query";
import { ArrowLeftRight } from "lucide-react";
import { Suspense, lazy } from "react";
import { type PromptDetail, promptVersion } from "@/api/prompts";
import { configText, readable } from "@/lib/prompts";
import { useSpeech } from "@/messages";
import { IconButton } from "@/ui/button";
import { Select } from "@/ui/field";
import { useLater } from "@/ui/later";
import { useNarrow } from "@/ui/media";
import { Empty, Failure, Rows, Skeleton } from "@/ui/states";
import { Switcher } from "@/ui/tabs";

const Diff = lazy(() => import("./diff"));

interface CompareProps {
  projectId: string;
  prompt: PromptDetail;
  version: number;
  other: number;
  inline: boolean;
  onChange: (change: { version?: number; with?: number; inline?: "1" | undefined }) => void;
}

export function Compare({ projectId, prompt, version, other, inline, onChange }: CompareProps) {
  const { t } = useSpeech();
  const narrow = useNarrow();
  const before = useQuery(promptVersion(projectId, prompt.name, other));
  const after = useQuery(promptVersion(projectId, prompt.name, version));
  const late = useLater(before.isPending || after.isPending);
  const error = before.error ?? after.error;
  if (prompt.versions.length < 2) return <Empty icon={ArrowLeftRight} title={t("prompt.one_version")} hint={t("prompt.one_version_hint")} />;
  return (
    <div className="mx-auto flex max-w-[100rem] flex-col gap-4 px-4 pt-3.5 pb-8">
      <div className="flex flex-wrap items-center gap-2">
        <Choice prompt={prompt} label={t("prompt.before")} value={other} onChange={(one) => onChange({ with: one })} />
        <IconButton icon={ArrowLeftRight} label={t("prompt.swap")} onClick={() => onChange({ version: other, with: version })} />
        <Choice prompt={prompt} label={t("prompt.after")} value={version} onChange={(one) => onChange({ version: one, with: other })} />
        <span className="flex-1" />
        {!narrow && (
          <Switcher
            label={t("prompt.way")}
            options={[
              { key: "side", label: t("prompt.side") },
              { key: "inline", label: t("prompt.inline") },
            ]}
            value={inline ? "inline" : "side"}
            onChange={(way) => onChange({ inline: way === "inline" ? "1" : undefined })}
          />
        )}
      </div>
      {error ? (
        <Failure error={error} />
      ) : !before.data || !after.data ? (
        late && <Rows />
      ) : (
        <Suspense fallback={<Skeleton className="h-60" />}>
          <Part title={t(after.data.type === "chat" ? "prompt.messages" : "prompt.text")} old={readable(before.data.prompt)} fresh={readable(after.data.prompt)} inline={inline || narrow} />
          <Part title={t("prompt.config")} old={configText(before.data.config)} fresh={configText(after.data.config)} inline={inline || narrow} />
        </Suspense>
      )}
    </div>
  );
}

function Part({ title, old, fresh, inline }: { title: string; old: string; fresh: string; inline: boolean }) {
  const { t } = useSpeech();
  return (
    <section aria-label={title} className="min-w-0">
      <h2 className="mb-1 text-xs font-medium text-fg-2">{title}</h2>
      {old === fresh ? <p className="rounded-md border border-dashed px-3 py-2 text-xs text-fg-3">{t("prompt.same")}</p> : <Diff old={old} fresh={fresh} inline={inline} label={title} />}
    </section>
  );
}

function Choice({ prompt, label, value, onChange }: { prompt: PromptDetail; label: string; value: number; onChange: (version: number) => void }) {
  const { t } = useSpeech();
  return (
    <Select aria-label={label} value={value} onChange={(event) => onChange(Number(event.target.value))} className="w-auto! max-w-64">
      {prompt.versions.map((one) => (
        <option key={one.version} value={one.version}>
          {[t("prompt.version", { version: String(one.version) }), ...one.labels].join(" · ")}
        </option>
      ))}
    </Select>
  );
}
