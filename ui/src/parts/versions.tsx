/** Versions of a thing, the newest first: one is shown, another may be compared with it. */
import { GitCompare } from "lucide-react";
import type { ReactNode } from "react";
import { type Key, useSpeech } from "@/messages";
import { Ago } from "@/parts/figures";
import { IconButton } from "@/ui/button";
import { cx } from "@/ui/cx";

interface Version {
  version: number;
  author_name: string;
  created_at: number;
}

interface VersionsProps<V extends Version> {
  all: readonly V[];
  words: Readonly<Record<"version" | "compare_with", Key>>;
  chosen: number;
  /** That is compared with; 0: none. */
  other: number;
  onChoose: (version: number) => void;
  onCompare: (version: number) => void;
  /** What its author said of it. */
  note: (version: V) => string;
  /** Beside its number. */
  badges?: (version: V) => ReactNode;
}

export function Versions<V extends Version>({ all, words, chosen, other, onChoose, onCompare, note, badges }: VersionsProps<V>) {
  const { t } = useSpeech();
  return (
    <ol className="flex flex-col p-1.5">
      {all.map((one) => (
        <li key={one.version} className="group relative">
          <button
            type="button"
            aria-current={one.version === chosen}
            onClick={() => onChoose(one.version)}
            className={cx("flex w-full flex-col gap-0.5 rounded-md px-2.5 py-2 text-left", one.version === chosen ? "bg-selected" : one.version === other ? "bg-hover" : "hover:bg-hover")}
          >
            <span className="flex flex-wrap items-center gap-1.5">
              <span className={cx("font-medium", one.version === chosen && "text-accent")}>{t(words.version, { version: String(one.version) })}</span>
              {badges?.(one)}
            </span>
            {note(one) && <bdi className="line-clamp-2 text-xs wrap-anywhere text-fg-2">{note(one)}</bdi>}
            <span className="truncate text-2xs text-fg-3">
              {one.author_name && <bdi>{`${one.author_name} · `}</bdi>}
              <Ago at={one.created_at} />
            </span>
          </button>
          {one.version !== chosen && (
            <span className="absolute top-1.5 right-1.5 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100">
              <IconButton small icon={GitCompare} label={t(words.compare_with, { version: String(one.version) })} onClick={() => onCompare(one.version)} className="bg-raised" />
            </span>
          )}
        </li>
      ))}
    </ol>
  );
}
