import { useQueryClient } from "@tanstack/react-query";
import { Copy, Ellipsis, FileDown, Image, Pencil, Trash2 } from "lucide-react";
import { type ReactNode, useRef } from "react";
import { freedChart } from "@/api/annotation";
import * as ask from "@/api/queries";
import type { Widget } from "@/api/types";
import { toCsv } from "@/lib/csv";
import { isMean, withFreed } from "@/lib/freed";
import { download, toPng } from "@/lib/picture";
import type { Span } from "@/lib/time";
import { asked } from "@/lib/widgets";
import { useSpeech } from "@/messages";
import type { Mark } from "@/parts/chart";
import { IconButton } from "@/ui/button";
import { Menu, MenuItem, MenuLine } from "@/ui/menu";
import { useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";
import { type Behind, WidgetView } from "./widget-view";

interface WidgetCardProps {
  projectId: string;
  widget: Widget;
  title: string;
  range: Span;
  filter: string;
  marks?: readonly Mark[];
  grip: ReactNode;
  /** Absent for who may only look. */
  act?: { edit: () => void; copy: () => void; remove: () => void };
  onZoom: (start: number, end: number) => void;
  onSee: (what: Behind) => void;
}

export function WidgetCard({ projectId, widget, title, range, filter, marks, grip, act, onZoom, onSee }: WidgetCardProps) {
  const { t, f } = useSpeech();
  const client = useQueryClient();
  const errorText = useErrorText();
  const card = useRef<HTMLElement>(null);
  const { kind, question } = widget;
  const failed = (error: unknown) => toast(errorText(error), "danger");
  const csv = async () => {
    const whole = asked(question, range, filter, f.zone);
    const freed = question.measures.some(isMean) ? client.fetchQuery(freedChart(projectId, whole)) : [];
    const { columns, rows } = withFreed(await client.fetchQuery(ask.chart(projectId, whole)), await freed);
    // The mark tells spreadsheets that it is UTF-8.
    download(new Blob(["\ufeff", toCsv(columns, rows)], { type: "text/csv" }), `${title}.csv`);
  };
  const png = () => {
    const background = getComputedStyle(document.documentElement).getPropertyValue("--bg");
    toPng(card.current!, background).then((picture) => download(picture, `${title}.png`), failed);
  };
  return (
    <section ref={card} role="group" aria-label={title} className="card flex h-full flex-col px-3.5 pt-2 pb-2.5">
      <header className="flex h-7 shrink-0 items-center gap-1">
        <h2 className="min-w-0 flex-1 truncate text-xs font-medium text-fg-2" title={title}>{title}</h2>
        <span data-no-picture className="-mr-1.5 flex opacity-0 group-hover:opacity-100 focus-within:opacity-100 has-[[data-state=open]]:opacity-100 max-md:opacity-100">
          {grip}
          <Menu align="end" trigger={<IconButton small icon={Ellipsis} label={t("dash.widget_menu", { name: title })} />}>
            {act && (
              <>
                <MenuItem onSelect={act.edit}><Pencil size={14} aria-hidden />{t("act.edit")}</MenuItem>
                <MenuItem onSelect={act.copy}><Copy size={14} aria-hidden />{t("dash.duplicate")}</MenuItem>
                <MenuLine />
              </>
            )}
            <MenuItem onSelect={() => void csv().catch(failed)}><FileDown size={14} aria-hidden />{t("dash.csv")}</MenuItem>
            <MenuItem onSelect={png}><Image size={14} aria-hidden />{t("dash.png")}</MenuItem>
            {act && (
              <>
                <MenuLine />
                <MenuItem danger onSelect={act.remove}><Trash2 size={14} aria-hidden />{t("act.delete")}</MenuItem>
              </>
            )}
          </Menu>
        </span>
      </header>
      <div className="min-h-0 flex-1">
        <WidgetView {...{ projectId, kind, question, title, range, filter, marks, compare: widget.compare, onZoom, onSee }} />
      </div>
    </section>
  );
}
