/** What an output should have been, beside what it was. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Pencil, PencilLine, Trash2 } from "lucide-react";
import { useMemo, useState } from "react";
import * as talk from "@/api/talk";
import type { Correction as Kept, SpanDetail } from "@/api/types";
import { useRights } from "@/app/me";
import { type Line, wordwise } from "@/lib/compare";
import { bodyOf, plainText } from "@/lib/json";
import { LongJson } from "@/lib/long-json";
import { remember, remembered } from "@/lib/memory";
import { isShared } from "@/lib/share";
import { useSpeech } from "@/messages";
import { Ago } from "@/parts/figures";
import { Button, IconButton } from "@/ui/button";
import { cx } from "@/ui/cx";
import { useRemoval, useRemoved } from "@/ui/removal";
import { useErrorText } from "@/ui/states";
import { Switcher } from "@/ui/tabs";

const focus = (field: HTMLTextAreaElement | null) => field?.focus();

const VIEWS = ["inline", "beside", "text"] as const;
type View = (typeof VIEWS)[number];

/** The output as people read it: what was said, or the text of its value. */
export function told(detail: SpanDetail): string {
  const said = (detail.output_messages ?? []).flatMap((message) => message.parts.filter((part) => part.type === "text").map((part) => part.text ?? ""));
  if (said.length) return said.join("\n\n");
  const value = bodyOf(detail.output);
  if (value instanceof LongJson) return detail.output;
  return value === undefined ? plainText(detail.output) : JSON.stringify(value, null, 2);
}

export function Correction({ projectId, detail }: { projectId: string; detail: SpanDetail }) {
  const { t } = useSpeech();
  const { annotate } = useRights(projectId);
  const client = useQueryClient();
  const remove = useRemoval();
  const removed = useRemoved();
  const text = useErrorText();
  const [draft, setDraft] = useState<string | null>(null);
  const { span } = detail;
  // What is said of the head is said of the trace, as with scores.
  const spanId = span.is_root ? "" : span.span_id;
  const query = talk.correction(projectId, span.trace_id, spanId);
  const { data } = useQuery({ ...query, enabled: !isShared(projectId) });
  const refresh = () => Promise.all([client.invalidateQueries({ queryKey: query.queryKey }), client.invalidateQueries({ queryKey: [projectId, "trace", span.trace_id] })]);
  const save = useMutation({
    mutationFn: (corrected: string) => talk.putCorrection(projectId, span.trace_id, spanId, corrected),
    onSuccess: async (now) => {
      client.setQueryData(query.queryKey, now);
      setDraft(null);
      await refresh();
    },
  });
  const item = data?.item && !removed.has(data.item.score_id) ? data.item : null;
  // What people read of a long output takes its time: only where it is compared.
  const original = useMemo(() => (item ? told(detail) : ""), [item, detail]);
  const silent = !detail.output && !detail.output_messages?.length;
  if (!data || (silent && !data.item)) return null;
  if (draft !== null) {
    return (
      <section aria-label={t("correction.title")} className="card flex flex-col gap-2 p-3">
        <h3 className="text-xs font-medium text-fg-2">{t("correction.title")}</h3>
        <p className="text-xs text-fg-3">{t("correction.hint")}</p>
        <textarea
          ref={focus}
          aria-label={t("correction.title")}
          value={draft}
          rows={Math.min(20, Math.max(5, draft.split("\n").length + 1))}
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") setDraft(null);
            else if (event.key === "Enter" && (event.metaKey || event.ctrlKey) && draft) save.mutate(draft);
            else return;
            event.stopPropagation();
          }}
          className="field h-auto! resize-y py-1.5 leading-5"
        />
        {save.error && <p role="alert" className="text-xs text-danger">{text(save.error)}</p>}
        <div className="flex justify-end gap-1.5">
          <Button small look="ghost" onClick={() => setDraft(null)}>{t("act.cancel")}</Button>
          <Button small look="primary" disabled={!draft || save.isPending} onClick={() => save.mutate(draft)}>{t("act.save")}</Button>
        </div>
      </section>
    );
  }
  if (!item) {
    return (
      annotate && (
        <Button small look="ghost" icon={PencilLine} onClick={() => setDraft(told(detail))} className="self-start">
          {t("correction.add")}
        </Button>
      )
    );
  }
  return (
    <Shown
      item={item}
      original={original}
      cut={detail.output_size > detail.output.length ? detail.output.length : 0}
      onEdit={annotate ? () => setDraft(item.text) : undefined}
      onDelete={() => remove({ ids: [item.score_id], text: t("correction.deleted"), run: () => talk.deleteCorrection(projectId, span.trace_id, spanId).then(refresh) })}
    />
  );
}

interface ShownProps {
  item: Kept;
  original: string;
  /** So much of the output is here, when that is not all. */
  cut: number;
  onEdit?: () => void;
  onDelete: () => void;
}

function Shown({ item, original, cut, onEdit, onDelete }: ShownProps) {
  const { t } = useSpeech();
  const [view, setView] = useState<View>(VIEWS.find((one) => one === remembered("correction")) ?? "inline");
  const parts = useMemo(() => wordwise(original, item.text), [original, item.text]);
  const same = parts.every((part) => part.side === "both");
  return (
    <section aria-label={t("correction.title")} className="card overflow-hidden">
      <header className="flex min-h-9 flex-wrap items-center gap-1 border-b bg-side py-0.5 pr-1.5 pl-3">
        <h3 className="text-xs font-medium text-fg-2">{t("correction.title")}</h3>
        <span className="min-w-0 flex-1 truncate px-1 text-xs text-fg-3">
          {item.author_name || t("talk.program")} · <Ago at={item.timestamp} />
        </span>
        <Switcher
          label={t("correction.view")}
          options={VIEWS.map((key) => ({ key, label: t(`correction.${key}`) }))}
          value={view}
          onChange={(next) => {
            setView(next);
            remember("correction", next === "inline" ? null : next);
          }}
        />
        {onEdit && <IconButton small icon={Pencil} label={t("correction.edit")} onClick={onEdit} />}
        {onEdit && <IconButton small icon={Trash2} label={t("correction.delete")} onClick={onDelete} />}
      </header>
      <div className="p-3 text-sm">
        {view === "text" && <p dir="auto" className="whitespace-pre-wrap wrap-anywhere">{item.text}</p>}
        {view === "inline" && <Words parts={parts} />}
        {view === "beside" && (
          <div className="grid gap-3 sm:grid-cols-2">
            {(["left", "right"] as const).map((side) => (
              <div key={side} className="min-w-0">
                <h4 className="mb-1 text-xs text-fg-3">{t(side === "left" ? "correction.original" : "correction.title")}</h4>
                <Words parts={parts.filter((part) => part.side === "both" || part.side === side)} />
              </div>
            ))}
          </div>
        )}
        {same && view !== "text" && <p className="mt-2 text-xs text-fg-3">{t("correction.equal")}</p>}
        {cut > 0 && <p className="mt-2 text-xs text-fg-3">{t("correction.cut", { n: cut })}</p>}
        {item.comment && <p className="mt-2 text-xs text-fg-2">{item.comment}</p>}
      </div>
    </section>
  );
}

const MARKS = { both: "span", left: "del", right: "ins" } as const;

function Words({ parts }: { parts: readonly Line[] }) {
  return (
    <p dir="auto" className="leading-6 whitespace-pre-wrap wrap-anywhere">
      {parts.map((part, index) => {
        const Mark = MARKS[part.side];
        return (
          <Mark key={index} className={cx("rounded-xs", part.side === "left" && "bg-danger-soft text-danger line-through", part.side === "right" && "bg-ok-soft text-ok no-underline")}>
            {part.text}
          </Mark>
        );
      })}
    </p>
  );
}
