/** Plain text of any length: the page lays out only the blocks in sight. Media stands where it is
 * referred to, unless the text is wanted `raw`. */
import { useMemo } from "react";
import { blocks } from "@/lib/json";
import { WithAttachments } from "./attachment";
import { cx } from "@/ui/cx";

export function LongText({ text, wrap = true, raw, className }: { text: string; wrap?: boolean; raw?: boolean; className?: string }) {
  const cut = useMemo(() => blocks(text), [text]);
  return (
    <div className={cx("font-mono text-xs leading-5 [unicode-bidi:plaintext]", wrap ? "whitespace-pre-wrap wrap-anywhere" : "overflow-x-auto whitespace-pre", className)}>
      {cut.map((block, index) => (
        <div key={index} className="[contain-intrinsic-size:auto_20rem] [content-visibility:auto]">
          {raw ? block : <WithAttachments text={block} />}
        </div>
      ))}
    </div>
  );
}
