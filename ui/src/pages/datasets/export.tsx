/** The items that the list shows as a file, and which of them the format leaves out. */
import { useQuery } from "@tanstack/react-query";
import { Download, FileDown } from "lucide-react";
import { useState } from "react";
import { type DatasetDetail, type ExportFormat, exportFit, exportUrl } from "@/api/datasets";
import type { ItemsWhere } from "@/lib/datasets";
import { type Key, useSpeech } from "@/messages";
import { Button, buttonClass } from "@/ui/button";
import { Popover } from "@/ui/popover";
import { Failure } from "@/ui/states";

const FORMATS = [
  { key: "csv", short: "CSV", says: "export.csv" },
  { key: "jsonl", short: "JSONL", says: "export.jsonl" },
  { key: "openai-evals", short: "JSONL", says: "export.openai_evals" },
  { key: "openai-eval-items", short: "JSONL", says: "export.openai_eval_items" },
  { key: "openai-chat", short: "JSONL", says: "export.openai_chat" },
] as const satisfies readonly { key: ExportFormat; short: string; says: Key }[];

interface ExportProps {
  projectId: string;
  dataset: DatasetDetail;
  where: ItemsWhere;
  at: number | undefined;
  count: number;
}

export function ExportMenu(props: ExportProps) {
  const { t } = useSpeech();
  const [format, setFormat] = useState<ExportFormat>("csv");
  return (
    <Popover
      label={t("export.title")}
      className="w-96 max-w-[calc(100vw-1rem)]"
      trigger={
        <Button icon={FileDown} aria-label={t("export.title")}>
          <span className="max-lg:sr-only">{t("export.title")}</span>
        </Button>
      }
    >
      <p className="mb-2 text-fg-2">{t("export.lead", { n: props.count })}</p>
      <div role="radiogroup" aria-label={t("export.title")} className="flex flex-col">
        {FORMATS.map(({ key, short, says }) => (
          <label key={key} className="flex h-8 items-center gap-2 rounded px-1.5 hover:bg-hover">
            <input type="radio" name="format" value={key} checked={key === format} onChange={() => setFormat(key)} />
            <span className="w-14 font-medium">{short}</span>
            <span className="truncate text-fg-2">{t(says)}</span>
          </label>
        ))}
      </div>
      <Fit {...props} format={format} />
    </Popover>
  );
}

function Fit({ projectId, dataset, where, at, format }: ExportProps & { format: ExportFormat }) {
  const { t, f } = useSpeech();
  const { data, error } = useQuery(exportFit(projectId, dataset.id, format, where, at));
  if (error) return <Failure error={error} className="py-4!" />;
  if (!data) return <p role="status" className="pt-3 text-xs text-fg-3">{t("export.counting")}</p>;
  return (
    <div className="flex flex-col gap-2 pt-3">
      {data.skipped === 0 ? (
        <p className="text-xs text-fg-3">{t("export.fits", { n: data.items })}</p>
      ) : (
        <div className="rounded-md bg-warn-soft px-2.5 py-2 text-xs text-warn">
          <p className="font-medium">{t("export.skips", { n: data.skipped })}</p>
          <ul>
            {Object.entries(data.reasons).map(([reason, many]) => (
              <li key={reason}>{`${f.integer(many)} × ${reason}`}</li>
            ))}
          </ul>
        </div>
      )}
      {data.items > data.skipped && (
        <a href={exportUrl(projectId, dataset.id, format, where, at)} download className={buttonClass("primary")}>
          <Download size={14} aria-hidden />
          {t("export.download", { n: data.items - data.skipped })}
        </a>
      )}
    </div>
  );
}
