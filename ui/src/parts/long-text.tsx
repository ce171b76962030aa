/** Plain text of any length: the page lays out only the blocks in sight. */
import { useMemo } from "react";
import { blocks } from "@/lib/json";
import { cx } from "@/ui/cx";

export function LongText({ text, wrap = true, className }: { text: string; wrap?: boolean; className?: string }) {
  const cut = useMemo(() => blocks(text), [text]);
  return (
    <div className={cx("font-mono text-xs leading-5 [unicode-bidi:plaintext]", wrap ? "whitespace-pre-wrap wrap-anywhere" : "overflow-x-auto whitespace-pre", className)}>
      {cut.map((block, index) => (
        <div key={index} className="[contain-intrinsic-size:auto_20rem] [content-visibility:auto]">
          {block}
        </div>
      ))}
    </div>
  );
}
