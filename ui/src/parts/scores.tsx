/** Scores beside what was scored: as badges with their details, and as a table. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Gavel, MessageSquareText, Pencil, Star, Trash2 } from "lucide-react";
import { useCallback, useState } from "react";
import * as ask from "@/api/queries";
import { deleteScore, deleteScores, hideScores } from "@/api/scores";
import type { ScoreRow } from "@/api/types";
import { useMe, useRights } from "@/app/me";
import { type Key, useSpeech } from "@/messages";
import { Badge } from "@/ui/badge";
import { Button, IconButton } from "@/ui/button";
import { Popover } from "@/ui/popover";
import { useRemoval, useRemoved } from "@/ui/removal";
import { useShortcuts } from "@/ui/shortcuts";
import { Ago } from "./figures";
import { ScoreForm, type ScoreTarget } from "./score-form";

export function useScoreValue(): (score: ScoreRow) => string {
  const { t, f } = useSpeech();
  return useCallback(
    (score) => {
      const type = score.data_type.toLowerCase();
      if (type === "boolean") return t(score.value ? "score.true" : "score.false");
      if (type === "numeric") return f.decimal(score.value, 3);
      return score.text || f.decimal(score.value, 3);
    },
    [t, f],
  );
}

const SOURCES = new Set(["api", "annotation", "evaluator"]);

/** Who says so: a person by name, else the kind of program. */
export function useScoreSource(projectId: string): (score: ScoreRow) => string {
  const { t } = useSpeech();
  const members = useQuery({ ...ask.members(projectId), staleTime: 60_000 }).data?.items;
  return useCallback(
    ({ source, author_id }) => {
      if (author_id && members) {
        const person = members.find((one) => one.user_id === author_id);
        return person ? person.name || person.email : t("score.somebody");
      }
      return SOURCES.has(source) ? t(`score.source.${source}` as Key) : source;
    },
    [members, t],
  );
}

/** Without those that are being deleted. */
export function useStaying(scores: readonly ScoreRow[]): readonly ScoreRow[] {
  const removed = useRemoved();
  return removed.size ? scores.filter((one) => !removed.has(one.score_id)) : scores;
}

/** What the signed-in person may do with a score, and how. */
export function useScoreActs(projectId: string) {
  const { t } = useSpeech();
  const me = useMe();
  const { edit, annotate } = useRights(projectId);
  const client = useQueryClient();
  const leave = useRemoval();
  const mine = (score: ScoreRow) => annotate && score.source === "annotation" && score.author_id === me.id;
  return {
    mayChange: (score: ScoreRow) => score.data_type !== "correction" && score.source === "annotation" && (edit || mine(score)),
    mayDelete: (score: ScoreRow) => edit || mine(score),
    remove: (score: ScoreRow) =>
      leave({
        ids: [score.score_id],
        text: t("score.deleted", { name: score.name }),
        run: () => deleteScore(projectId, score.score_id).then(() => hideScores(client, projectId, [score])),
      }),
    removeAll: (scores: readonly ScoreRow[]) => {
      const ids = scores.map((one) => one.score_id);
      leave({
        ids,
        text: t("scores.deleted", { n: ids.length }),
        run: () => deleteScores(projectId, ids).then(() => hideScores(client, projectId, scores)),
      });
    },
  };
}

interface OfProject {
  projectId: string;
  score: ScoreRow;
}

/** Pencil and bin, where the person may use them. */
export function ScoreActs({ projectId, score, onDone }: OfProject & { onDone?: () => void }) {
  const { t } = useSpeech();
  const { mayChange, mayDelete, remove } = useScoreActs(projectId);
  const [changing, setChanging] = useState(false);
  return (
    <>
      {mayChange(score) && <IconButton small icon={Pencil} label={t("score.edit", { name: score.name })} onClick={() => setChanging(true)} />}
      {mayDelete(score) && (
        <IconButton
          small
          icon={Trash2}
          label={t("score.delete", { name: score.name })}
          onClick={() => {
            onDone?.();
            remove(score);
          }}
        />
      )}
      {changing && <ScoreForm projectId={projectId} title={t("score.edit", { name: score.name })} target={score} scores={[]} score={score} onClose={() => setChanging(false)} />}
    </>
  );
}

export function ScoreBadge({ projectId, score }: OfProject) {
  const { t } = useSpeech();
  const value = useScoreValue();
  const [open, setOpen] = useState(false);
  return (
    <Popover
      label={score.name}
      reading
      align="start"
      open={open}
      onOpenChange={setOpen}
      className="w-80 max-w-[calc(100vw-1rem)]"
      trigger={
        <button type="button" className="inline-flex max-w-60 min-w-0 rounded hover:brightness-95 dark:hover:brightness-125">
          <Badge>
            <span className="truncate text-fg-3">{score.name}</span>
            <span className="truncate">{value(score)}</span>
            {score.adjudicated && <Gavel size={11} role="img" aria-label={t("score.final")} className="shrink-0 text-accent" />}
            {score.comment && <MessageSquareText size={11} aria-hidden className="shrink-0 text-fg-3" />}
          </Badge>
        </button>
      }
    >
      <ScoreDetails projectId={projectId} score={score} onDone={() => setOpen(false)} />
    </Popover>
  );
}

function ScoreDetails({ projectId, score, onDone }: OfProject & { onDone: () => void }) {
  const { t } = useSpeech();
  const value = useScoreValue();
  const source = useScoreSource(projectId);
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-start gap-2">
        <p className="min-w-0 flex-1 wrap-anywhere">
          <span className="text-fg-3">{score.name}</span> <span className="font-semibold">{value(score)}</span>
        </p>
        <span className="-my-0.5 flex shrink-0">
          <ScoreActs projectId={projectId} score={score} onDone={onDone} />
        </span>
      </div>
      {score.comment && <p dir="auto" className="max-h-48 overflow-y-auto rounded-md bg-sunken px-2.5 py-2 wrap-anywhere whitespace-pre-wrap">{score.comment}</p>}
      <p className="text-xs text-fg-3">
        {source(score)} {score.adjudicated && <span title={t("score.final_hint")}>({t("score.final")})</span>} · {t(score.session_id ? "score.on_session" : score.span_id ? "score.on_span" : "score.on_trace")} · <Ago at={score.timestamp} />
      </p>
    </div>
  );
}

interface AddScoreProps {
  projectId: string;
  target: ScoreTarget;
  scores: readonly ScoreRow[];
  /** Does the key `s` do it too? */
  keys?: boolean;
}

/** Opens the form for a new score; not there for those who may not score. */
export function AddScore({ projectId, target, scores, keys }: AddScoreProps) {
  const { t } = useSpeech();
  const { annotate } = useRights(projectId);
  const staying = useStaying(scores);
  const [open, setOpen] = useState(false);
  useShortcuts({ s: () => setOpen(true) }, keys && annotate);
  if (!annotate) return null;
  const title = t(target.session_id ? "score.add_session" : target.span_id ? "score.add_span" : "score.add_trace");
  return (
    <>
      <Button small look="ghost" icon={Star} title={keys ? `${title} (s)` : title} onClick={() => setOpen(true)} className="h-5! px-1.5!">
        {t("score.add")}
      </Button>
      {open && <ScoreForm projectId={projectId} title={title} target={target} scores={staying} onClose={() => setOpen(false)} />}
    </>
  );
}

/** As many badges as fit on a line or two, the others behind a button. */
const SHOWN = 6;

export function ScoreBadges({ projectId, scores }: { projectId: string; scores: readonly ScoreRow[] }) {
  const { t } = useSpeech();
  // A correction stands with the output that it corrects.
  const staying = useStaying(scores).filter((one) => one.data_type !== "correction");
  const rest = staying.length - SHOWN;
  return (
    <>
      {staying.slice(0, SHOWN).map((score) => (
        <ScoreBadge key={score.score_id} projectId={projectId} score={score} />
      ))}
      {rest > 0 && (
        <Popover
          label={t("score.all")}
          align="start"
          className="w-[48rem] max-w-[calc(100vw-1rem)]"
          trigger={
            <button type="button" className="rounded px-1 text-xs text-accent hover:underline">
              {t("score.rest", { n: rest })}
            </button>
          }
        >
          <ScoreTable projectId={projectId} scores={staying} />
        </Popover>
      )}
    </>
  );
}

const HEADS = ["score.name", "score.value", "score.source", "score.comment", "score.target", "score.time"] as const;

export function ScoreTable({ projectId, scores, spanId }: { projectId: string; scores: readonly ScoreRow[]; spanId?: string }) {
  const { t } = useSpeech();
  const value = useScoreValue();
  const source = useScoreSource(projectId);
  const staying = useStaying(scores);
  return (
    <div className="overflow-x-auto">
      <table className="w-full">
        <thead>
          <tr className="border-b text-left text-xs text-fg-3">
            {HEADS.map((key) => (
              <th key={key} scope="col" className="h-8 pr-4 font-medium whitespace-nowrap">{t(key)}</th>
            ))}
            <th scope="col">
              <span className="sr-only">{t("act.edit")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {staying.map((score) => (
            <tr key={score.score_id} className="border-b align-top">
              <td className="py-1.5 pr-4 font-medium">{score.name}</td>
              <td className="max-w-80 py-1.5 pr-4 wrap-anywhere">{value(score)}</td>
              <td className="py-1.5 pr-4 text-fg-2">
                {source(score)} {score.adjudicated && <Badge tone="accent">{t("score.final")}</Badge>}
              </td>
              <td className="max-w-80 min-w-24 py-1.5 pr-4 wrap-anywhere whitespace-pre-wrap text-fg-2">{score.comment}</td>
              <td className="py-1.5 pr-4 whitespace-nowrap text-fg-2">{t(score.session_id ? "score.on_session" : (spanId ? score.span_id === spanId : score.span_id) ? "score.on_span" : "score.on_trace")}</td>
              <td className="py-1.5 pr-2 whitespace-nowrap text-fg-2"><Ago at={score.timestamp} /></td>
              <td className="py-1 text-right whitespace-nowrap">
                <ScoreActs projectId={projectId} score={score} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
