/** The versions of a prompt, the newest first. */
import { GitCompare } from "lucide-react";
import type { PromptDetail } from "@/api/prompts";
import { useSpeech } from "@/messages";
import { Ago } from "@/parts/figures";
import { IconButton } from "@/ui/button";
import { cx } from "@/ui/cx";
import { LabelBadge } from "./label-badge";

interface VersionsProps {
  projectId: string;
  prompt: PromptDetail;
  chosen: number;
  /** That is compared with; 0: none. */
  other: number;
  onChoose: (version: number) => void;
  onCompare: (version: number) => void;
}

export function Versions({ prompt, chosen, other, onChoose, onCompare }: VersionsProps) {
  const { t } = useSpeech();
  return (
    <ol className="flex flex-col p-1.5">
      {prompt.versions.map((one) => (
        <li key={one.version} className="group relative">
          <button
            type="button"
            aria-current={one.version === chosen}
            onClick={() => onChoose(one.version)}
            className={cx("flex w-full flex-col gap-0.5 rounded-md px-2.5 py-2 text-left", one.version === chosen ? "bg-selected" : one.version === other ? "bg-hover" : "hover:bg-hover")}
          >
            <span className="flex flex-wrap items-center gap-1.5">
              <span className={cx("font-medium", one.version === chosen && "text-accent")}>{t("prompt.version", { version: String(one.version) })}</span>
              {one.labels.map((label) => (
                <LabelBadge key={label} label={label} />
              ))}
            </span>
            {one.commit_message && <bdi className="line-clamp-2 text-xs wrap-anywhere text-fg-2">{one.commit_message}</bdi>}
            <span className="truncate text-2xs text-fg-3">
              {one.author_name && <bdi>{`${one.author_name} · `}</bdi>}
              <Ago at={one.created_at} />
            </span>
          </button>
          {one.version !== chosen && (
            <span className="absolute top-1.5 right-1.5 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100">
              <IconButton small icon={GitCompare} label={t("prompt.compare_with", { version: String(one.version) })} onClick={() => onCompare(one.version)} className="bg-raised" />
            </span>
          )}
        </li>
      ))}
    </ol>
  );
}
