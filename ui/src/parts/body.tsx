/** Input or output as it was stored: a tree when it is JSON, text when it is not or when wished. */
import { Download, WrapText } from "lucide-react";
import { useMemo, useState } from "react";
import { FIRST_BODY, MOST_BODY } from "@/api/queries";
import { bodyOf, plainText } from "@/lib/json";
import { LongJson } from "@/lib/long-json";
import { useSpeech } from "@/messages";
import { Button, IconButton } from "@/ui/button";
import { CopyButton } from "@/ui/copy";
import { Switcher } from "@/ui/tabs";
import { JsonTree } from "./json-tree";
import { LongText } from "./long-text";

interface BodyProps {
  title: string;
  /** Which of both it is, where it can be commented on. */
  side?: "input" | "output";
  text: string;
  /** Characters of the whole. */
  size: number;
  missing: string;
  fileName: string;
  /** Fetches more of it. */
  onMore: () => void;
  busy: boolean;
}

export function Body({ title, side, text, size, missing, fileName, onMore, busy }: BodyProps) {
  const { t, f } = useSpeech();
  const [asText, setAsText] = useState(false);
  const [wrap, setWrap] = useState(true);
  const partial = size > text.length;
  const value = useMemo(() => (partial ? undefined : bodyOf(text)), [partial, text]);
  const cut = partial && text.length < MOST_BODY;
  const tree = value !== undefined && !asText;
  const plain = () => (value === undefined ? plainText(text) : value instanceof LongJson ? text : JSON.stringify(value, null, 2));
  return (
    <section aria-label={title} className="card overflow-hidden">
      <header className="flex h-9 items-center gap-1 border-b bg-side pr-1.5 pl-3">
        <h3 className="min-w-0 flex-1 truncate text-xs font-medium text-fg-2">{title}</h3>
        {value !== undefined && (
          <Switcher
            label={title}
            options={[
              { key: "tree", label: t("span.view_formatted") },
              { key: "text", label: t("span.view_text") },
            ]}
            value={asText ? "text" : "tree"}
            onChange={(next) => setAsText(next === "text")}
          />
        )}
        {!tree && text !== "" && <IconButton small icon={WrapText} label={t("span.wrap")} pressed={wrap} onClick={() => setWrap(!wrap)} />}
        {text !== "" && <IconButton small icon={Download} label={t("act.download")} onClick={() => save(fileName, plain())} />}
        {text !== "" && <CopyButton text={plain} />}
      </header>
      <div data-side={side} className="p-3">
        {text === "" ? <p className="text-fg-3">{missing}</p> : tree ? <JsonTree value={value} /> : <LongText text={plain()} wrap={wrap} raw={value !== undefined} />}
      </div>
      {cut && (
        <footer className="flex flex-wrap items-center gap-3 border-t bg-side px-3 py-2 text-xs text-fg-2">
          {t("span.cut", { shown: text.length, total: size })}
          <Button small disabled={busy} onClick={onMore}>
            {busy ? t("act.loading") : t("span.show_next", { n: f.compact(Math.min(size - text.length, Math.max(FIRST_BODY, text.length * 3))) })}
          </Button>
        </footer>
      )}
    </section>
  );
}

function save(name: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
