/** Asks for a file of the list and shows how far the files are. The server writes them by itself. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleAlert, Download, FileDown, Trash2 } from "lucide-react";
import * as change from "@/api/mutations";
import * as ask from "@/api/queries";
import type { Export, NewExport } from "@/api/types";
import { useSpeech } from "@/messages";
import { Button, buttonClass, IconButton } from "@/ui/button";
import { cx } from "@/ui/cx";
import { Popover } from "@/ui/popover";
import { useRemoval, useRemoved } from "@/ui/removal";
import { useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";

const FORMATS = ["csv", "jsonl", "parquet"] as const;

interface ExportMenuProps {
  projectId: string;
  question: Omit<NewExport, "format">;
  /** How many rows are chosen; 0: all that match. */
  chosen: number;
  open: boolean;
  onOpen: (open: boolean) => void;
}

export function ExportMenu({ projectId, question, chosen, open, onOpen }: ExportMenuProps) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const text = useErrorText();
  const add = useMutation({
    mutationFn: (format: NewExport["format"]) => change.addExport(projectId, { ...question, format }),
    onSettled: () => client.invalidateQueries({ queryKey: ask.exports(projectId).queryKey }),
    onError: (error) => toast(text(error), "danger"),
  });
  return (
    <Popover
      label={t("exports.title")}
      open={open}
      onOpenChange={onOpen}
      className="w-96 max-w-[calc(100vw-1rem)]"
      trigger={
        <Button icon={FileDown} aria-label={chosen ? t("list.export_selected") : undefined}>
          <span className="max-lg:sr-only">{t("list.export")}</span>
        </Button>
      }
    >
      <p className="mb-2 text-fg-2">{chosen ? t("exports.some", { n: chosen }) : t("exports.all")}</p>
      <ul className="flex flex-col gap-1">
        {FORMATS.map((format) => (
          <li key={format}>
            <Button className="w-full justify-start!" disabled={add.isPending} onClick={() => add.mutate(format)}>
              <span className="w-16 text-left font-medium uppercase">{format}</span>
              <span className="truncate text-xs text-fg-3">{t(`exports.${format}`)}</span>
            </Button>
          </li>
        ))}
      </ul>
      {open && <Recent projectId={projectId} />}
    </Popover>
  );
}

function Recent({ projectId }: { projectId: string }) {
  const { t } = useSpeech();
  const { data } = useQuery(ask.exports(projectId));
  const removed = useRemoved();
  const items = data?.items.filter((one) => !removed.has(one.id)) ?? [];
  if (!items.length) return null;
  return (
    <>
      <h3 className="mt-3 mb-1 text-xs font-medium text-fg-3">{t("exports.recent")}</h3>
      <ul className="divide-y divide-line">
        {items.map((one) => (
          <One key={one.id} projectId={projectId} one={one} />
        ))}
      </ul>
    </>
  );
}

function One({ projectId, one }: { projectId: string; one: Export }) {
  const { t, f } = useSpeech();
  const client = useQueryClient();
  const leave = useRemoval();
  const remove = () =>
    leave({
      ids: [one.id],
      text: t("exports.deleted"),
      run: () => change.deleteExport(projectId, one.id).then(() => client.invalidateQueries({ queryKey: ask.exports(projectId).queryKey })),
    });
  const open = one.status === "waiting" || one.status === "running";
  return (
    <li className="flex items-center gap-2 py-1.5">
      <div className="min-w-0 flex-1">
        <p className="truncate">
          <span className="font-medium">{t(one.list === "spans" ? "list.spans" : "list.traces")}</span> <span className="uppercase">{one.format}</span>
          {one.filter && <span className="ml-1.5 font-mono text-2xs text-fg-3">{one.filter}</span>}
        </p>
        <State one={one} />
        {one.status === "running" && (
          <progress value={one.rows} max={Math.max(one.total, 1)} aria-label={t("exports.running", { rows: f.integer(one.rows), total: f.integer(one.total) })} className="h-1 w-full accent-accent" />
        )}
      </div>
      {one.url && (
        <a href={one.url} download className={buttonClass("plain", true)}>
          <Download size={13} aria-hidden />
          {t("act.download")}
        </a>
      )}
      <IconButton small icon={Trash2} label={t(open ? "exports.stop" : "exports.delete")} onClick={remove} />
    </li>
  );
}

function State({ one }: { one: Export }) {
  const { t, f } = useSpeech();
  const small = "text-xs text-fg-3";
  if (one.status === "waiting") return <p className={small}>{t("exports.waiting")}</p>;
  if (one.status === "running") return <p className={small}>{t("exports.running", { rows: f.integer(one.rows), total: f.integer(one.total) })}</p>;
  if (one.status === "failed") {
    return (
      <p className={cx("flex gap-1 text-xs text-danger")}>
        <CircleAlert size={13} aria-hidden className="mt-0.5 shrink-0" />
        <span className="min-w-0 break-words">{t("exports.failed", { reason: one.error })}</span>
      </p>
    );
  }
  const facts = [t("exports.done", { n: one.rows }), f.bytes(one.bytes), t("exports.until", { time: f.day(one.expires_at) })];
  return (
    <p className={small}>
      {facts.join(" · ")}
      {one.cut && <span className="block text-warn">{t("exports.cut", { n: one.rows })}</span>}
    </p>
  );
}
