import { useMemo } from "react";
import type { Document } from "@/lib/documents";
import type { Json } from "@/lib/json";
import { useSpeech } from "@/messages";
import { Text } from "@/parts/chat";
import { JsonTree } from "@/parts/json-tree";
import { Badge } from "@/ui/badge";
import { CopyButton } from "@/ui/copy";

/** What was retrieved, in the order it came, each with its score beside the best. */
export function DocumentsTab({ documents }: { documents: readonly Document[] }) {
  const { t, f } = useSpeech();
  const best = useMemo(() => Math.max(0, ...documents.map((one) => one.score ?? 0)), [documents]);
  return (
    <ol className="flex flex-col gap-3 p-4">
      {documents.map((one, index) => (
        <li key={index} className="card overflow-hidden [contain-intrinsic-size:auto_6rem] [content-visibility:auto]">
          <header className="flex min-h-9 items-center gap-2 border-b bg-side pr-1.5 pl-3">
            <span className="text-xs text-fg-3">{index + 1}</span>
            <h3 className="min-w-0 flex-1 truncate font-mono text-xs">{one.id || t("document.unnamed")}</h3>
            {one.score !== null && (
              <>
                <span aria-hidden className="h-1.5 w-16 overflow-hidden rounded bg-line">
                  <span className="block h-full bg-(--k-retriever)" style={{ width: `${best > 0 ? Math.max(0, (one.score / best) * 100) : 0}%` }} />
                </span>
                <Badge>{t("document.score", { score: f.decimal(one.score, 3) })}</Badge>
              </>
            )}
            <CopyButton text={one.text} />
          </header>
          <div className="px-3 py-2">
            <Text text={one.text} markdown={false} />
          </div>
          {Object.keys(one.metadata).length > 0 && (
            <div className="border-t px-3 py-2">
              <JsonTree value={one.metadata as Json} />
            </div>
          )}
        </li>
      ))}
    </ol>
  );
}
