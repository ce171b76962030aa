/** A file becomes items: looked at first, its columns mapped, and what did not fit told by row. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CircleCheck, FileUp, TriangleAlert } from "lucide-react";
import { type DragEvent, useRef, useState } from "react";
import { type DatasetDetail, type FileBrought, type FilePreview, importFile, previewFile } from "@/api/datasets";
import { type FileColumns, toldColumns, withShape } from "@/lib/datasets";
import { useSpeech } from "@/messages";
import { Button } from "@/ui/button";
import { cx } from "@/ui/cx";
import { Dialog } from "@/ui/dialog";
import { Field, Select } from "@/ui/field";
import { useErrorText } from "@/ui/states";
import { Mapping } from "./mapping";

interface ImportProps {
  projectId: string;
  dataset: DatasetDetail;
  onClose: () => void;
}

interface Looked {
  file: File;
  seen: FilePreview;
  columns: FileColumns;
}

export function ImportDialog({ projectId, dataset, onClose }: ImportProps) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const text = useErrorText();
  const [looked, setLooked] = useState<Looked | null>(null);
  const [badRows, setBadRows] = useState<"skip" | "refuse">("skip");
  const look = useMutation({
    mutationFn: ({ file, encoding }: { file: File; encoding: string }) => previewFile(projectId, dataset.id, file, encoding),
    onSuccess: (seen, { file }) => setLooked({ file, seen, columns: seen.suggested as FileColumns }),
  });
  const bring = useMutation({
    mutationFn: ({ file, seen, columns }: Looked) => importFile(projectId, dataset.id, file, { encoding: seen.encoding, columns: toldColumns(columns), bad_rows: badRows }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [projectId, "dataset", dataset.id] });
      await client.invalidateQueries({ queryKey: [projectId, "datasets"] });
    },
  });
  const open = (file: File) => {
    setLooked(null);
    bring.reset();
    look.mutate({ file, encoding: "" });
  };
  const error = look.error ?? bring.error;
  const done = bring.data?.written === true;
  return (
    <Dialog open onClose={onClose} title={t("file.title")} full={looked !== null} wide>
      {!looked && <Drop busy={look.isPending} onFile={open} />}
      {looked && !done && (
        <>
          <Facts looked={looked} onOther={() => setLooked(null)} onEncoding={(encoding) => look.mutate({ file: looked.file, encoding })} />
          <Mapping seen={looked.seen} columns={looked.columns} onChange={(columns) => setLooked({ ...looked, columns })} />
          <Shapes columns={looked.columns} onChange={(columns) => setLooked({ ...looked, columns })} />
          {looked.seen.bad > 0 && <Problems title={t("file.bad", { n: looked.seen.bad })} problems={looked.seen.problems} bad={looked.seen.bad} />}
        </>
      )}
      {error && (
        <p role="alert" className="pt-3 wrap-anywhere text-danger">
          {text(error)}
        </p>
      )}
      {bring.data && <Outcome brought={bring.data} />}
      <footer className="sticky -bottom-4 -mx-4 mt-3 -mb-4 flex flex-wrap items-center justify-end gap-2 bg-raised px-4 py-3">
        {looked && !done && (
          <>
            <label className="flex items-center gap-2 text-fg-2">
              {t("file.bad_rows")}
              <Select value={badRows} onChange={(event) => setBadRows(event.target.value as typeof badRows)} className="w-auto!">
                <option value="skip">{t("file.skip")}</option>
                <option value="refuse">{t("file.refuse")}</option>
              </Select>
            </label>
            <span className="flex-1" />
          </>
        )}
        {bring.isPending && <span role="status" className="text-xs text-fg-3">{t("file.bringing")}</span>}
        <Button onClick={onClose}>{t(done ? "act.close" : "act.cancel")}</Button>
        {looked && !done && (
          <Button look="primary" disabled={bring.isPending || look.isPending || looked.columns.input.columns.length === 0 || looked.seen.rows === 0} onClick={() => bring.mutate(looked)}>
            {t("file.import", { n: looked.seen.rows })}
          </Button>
        )}
      </footer>
    </Dialog>
  );
}

function Drop({ busy, onFile }: { busy: boolean; onFile: (file: File) => void }) {
  const { t } = useSpeech();
  const chooser = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file && !busy) onFile(file);
  };
  return (
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={cx("flex flex-col items-center gap-2 rounded-lg border border-dashed px-4 py-10 text-center", over ? "border-accent bg-accent-soft" : "border-line-strong")}
    >
      <FileUp size={22} aria-hidden className="text-fg-3" />
      <p className="font-medium">{busy ? t("file.reading") : t("file.drop")}</p>
      <p className="text-xs text-fg-3">{t("file.kinds")}</p>
      <input
        ref={chooser}
        type="file"
        accept=".csv,.tsv,.txt,.jsonl,.ndjson,.json,.parquet"
        aria-label={t("file.choose")}
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          const chosen = event.target.files?.[0];
          event.target.value = "";
          if (chosen) onFile(chosen);
        }}
      />
      <Button look="primary" disabled={busy} onClick={() => chooser.current?.click()}>
        {t("file.choose")}
      </Button>
    </div>
  );
}

function Facts({ looked: { file, seen }, onOther, onEncoding }: { looked: Looked; onOther: () => void; onEncoding: (encoding: string) => void }) {
  const { t, f } = useSpeech();
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 pb-3">
      <bdi className="min-w-0 truncate font-medium">{file.name}</bdi>
      <span className="text-fg-3">{seen.rows === 0 ? t("file.empty") : t("file.facts", { n: seen.rows, size: f.bytes(seen.size) })}</span>
      {seen.encodings.length > 0 && (
        <label className="flex items-center gap-2 text-fg-2">
          {t("file.encoding")}
          <Select value={seen.encoding} onChange={(event) => onEncoding(event.target.value)} className="w-auto!">
            {seen.encodings.map((one) => (
              <option key={one} value={one}>{one}</option>
            ))}
          </Select>
        </label>
      )}
      <span className="flex-1" />
      <Button small onClick={onOther}>{t("file.other")}</Button>
    </div>
  );
}

/** Where one column is a value: as it is, or in an object. And what ids mean. */
function Shapes({ columns, onChange }: { columns: FileColumns; onChange: (columns: FileColumns) => void }) {
  const { t } = useSpeech();
  const single = (["input", "expected_output", "metadata"] as const).filter((part) => columns[part].columns.length === 1);
  if (columns.input.columns.length === 0) {
    return (
      <p role="alert" className="pt-3 text-warn">
        {t("file.no_input")}
      </p>
    );
  }
  return (
    <div className="flex flex-col gap-2 pt-3">
      <div className="flex flex-wrap gap-3">
        {single.map((part) => (
          <Field key={part} label={t("file.shape", { part: t(`file.role_${part}`) })}>
            {(ids) => (
              <Select {...ids} value={columns[part].as_object ? "object" : "value"} onChange={(event) => onChange(withShape(columns, part, event.target.value === "object"))} className="w-auto!">
                <option value="value">{t("file.shape_value")}</option>
                <option value="object">{t("file.shape_object")}</option>
              </Select>
            )}
          </Field>
        ))}
      </div>
      <p className="text-xs text-fg-3">{t(columns.id ? "file.with_id" : "file.no_id")}</p>
    </div>
  );
}

const SHOWN = 20;

function Problems({ title, problems, bad }: { title: string; problems: readonly { row: number; reason: string }[]; bad: number }) {
  const { t } = useSpeech();
  const shown = problems.slice(0, SHOWN);
  return (
    <div role="alert" className="mt-3 rounded-md bg-warn-soft px-3 py-2 text-xs text-warn">
      <p className="flex items-center gap-1.5 font-medium">
        <TriangleAlert size={13} aria-hidden />
        {title}
      </p>
      <ul className="pt-1">
        {shown.map((one) => (
          <li key={one.row} className="wrap-anywhere">{`${t("file.row", { n: one.row })}: ${one.reason}`}</li>
        ))}
        {bad > shown.length && <li>{t("file.more_problems", { n: bad - shown.length })}</li>}
      </ul>
    </div>
  );
}

function Outcome({ brought }: { brought: FileBrought }) {
  const { t, f } = useSpeech();
  const { added, changed, unchanged, bad, problems, written } = brought;
  return (
    <>
      {written && (
        <p role="status" className="flex items-center gap-2 pt-1">
          <CircleCheck size={16} aria-hidden className="shrink-0 text-ok" />
          {t("file.done", { added: f.integer(added), changed: f.integer(changed), unchanged: f.integer(unchanged) })}
        </p>
      )}
      {bad > 0 && <Problems title={t(written ? "file.left_out" : "file.nothing", { n: bad })} problems={problems} bad={bad} />}
    </>
  );
}
