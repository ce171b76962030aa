/** Who moved which label when, and why. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { ArrowRight, History as Icon, Undo2 } from "lucide-react";
import { type LabelMove, type PromptDetail, labelHistory } from "@/api/prompts";
import { useRights } from "@/app/me";
import { useSpeech } from "@/messages";
import { Time } from "@/parts/figures";
import { Button } from "@/ui/button";
import { useLater } from "@/ui/later";
import { Empty, Failure, Rows } from "@/ui/states";
import { LabelBadge } from "./label-badge";
import { standsAt, useMoveLabel } from "./labels";

interface HistoryProps {
  projectId: string;
  prompt: PromptDetail;
  onVersion: (version: number) => void;
}

export function History({ projectId, prompt, onVersion }: HistoryProps) {
  const { t } = useSpeech();
  const query = useInfiniteQuery(labelHistory(projectId, prompt.name));
  const late = useLater(query.isPending);
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return late && <Rows />;
  // Pages overlap by a moment, in which several labels may have moved.
  const moves = [...new Map(query.data.pages.flat().map((one) => [`${one.moved_at} ${one.label}`, one])).entries()];
  if (moves.length === 0) return <Empty icon={Icon} title={t("prompt.no_moves")} hint={t("prompt.no_moves_hint")} />;
  return (
    <div className="mx-auto flex max-w-4xl flex-col px-4 py-3">
      <ol aria-label={t("prompt.history")}>
        {moves.map(([key, one]) => (
          <Move key={key} projectId={projectId} prompt={prompt} move={one} onVersion={onVersion} />
        ))}
      </ol>
      {query.hasNextPage && (
        <Button small className="self-center" disabled={query.isFetching} onClick={() => void query.fetchNextPage()}>
          {t("act.more")}
        </Button>
      )}
    </div>
  );
}

function Move({ projectId, prompt, move, onVersion }: HistoryProps & { move: LabelMove }) {
  const { t } = useSpeech();
  const { edit } = useRights(projectId);
  const put = useMoveLabel(projectId);
  const { label, from_version: from, to_version: to } = move;
  const now = standsAt(prompt, label);
  const there = prompt.versions.some((one) => one.version === from);
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b py-2.5 last:border-0">
      <LabelBadge label={label} />
      <span className="flex items-center gap-1.5">
        <At version={from} onVersion={onVersion} />
        <ArrowRight size={13} role="img" aria-label={t("prompt.to")} className="text-fg-3" />
        <At version={to} onVersion={onVersion} />
      </span>
      <span className="min-w-0 flex-1 basis-60 wrap-anywhere text-fg-2">{move.reason && <bdi>{move.reason}</bdi>}</span>
      <span className="text-xs whitespace-nowrap text-fg-3">
        {move.author_name && <bdi>{`${move.author_name} · `}</bdi>}
        <Time at={move.moved_at} />
      </span>
      {edit && now === to && there && (
        <Button
          small
          icon={Undo2}
          disabled={put.isPending}
          onClick={() => put.mutate({ name: prompt.name, label, version: from, seen: now, reason: t("prompt.back_reason", { version: String(to) }) })}
        >
          {t("prompt.back_to", { version: String(from) })}
        </Button>
      )}
    </li>
  );
}

function At({ version, onVersion }: { version: number; onVersion: (version: number) => void }) {
  const { t } = useSpeech();
  if (!version) return <span className="text-fg-3">{t("prompt.nowhere")}</span>;
  return (
    <button type="button" onClick={() => onVersion(version)} className="rounded text-accent hover:underline">
      {t("prompt.short_version", { version: String(version) })}
    </button>
  );
}
