import type { ReactNode } from "react";
import { type Key, useSpeech } from "@/messages";
import { Popover } from "@/ui/popover";

const EXAMPLES: [Key, string][] = [
  ["filter.help_field", "level:error"],
  ["filter.help_not", "-environment:dev"],
  ["filter.help_number", "latency:>2 cost:<0.01 latency:>500ms"],
  ["filter.help_wild", "model:gpt* name:*chat"],
  ["filter.help_text", '"refund policy"'],
  ["filter.help_map", "metadata.region:eu"],
  ["filter.help_score", "score.helpfulness:<0.5"],
  ["filter.help_or", "level:error and (user:ann or user:bob)"],
];

export function FilterHelp({ trigger }: { trigger: ReactNode }) {
  const { t } = useSpeech();
  return (
    <Popover trigger={trigger} label={t("filter.help_title")} className="w-96 max-w-[calc(100vw-1rem)]">
      <h3 className="mb-2 font-medium">{t("filter.help_title")}</h3>
      <dl className="flex flex-col gap-2">
        {EXAMPLES.map(([label, example]) => (
          <div key={label}>
            <dt className="text-xs text-fg-2">{t(label)}</dt>
            <dd>
              <code className="font-mono text-xs text-accent">{example}</code>
            </dd>
          </div>
        ))}
      </dl>
      <p className="mt-3 text-xs text-fg-3">{t("filter.help_tab")}</p>
    </Popover>
  );
}
