/** Plain text of any length: the page lays out only the blocks in sight. Media stands where it is
 * referred to, unless the text is wanted `raw`. */
import { memo, useEffect, useMemo, useState } from "react";
import { blocks } from "@/lib/json";
import { WithAttachments } from "./attachment";
import { cx } from "@/ui/cx";

/** So many blocks are laid out without a thought. */
const FEW = 4;
/** Blocks that are added at once to a text of thousands, so that none of them holds up the page. */
const STEP = 200;

export function LongText({ text, wrap = true, raw, className }: { text: string; wrap?: boolean; raw?: boolean; className?: string }) {
  const cut = useMemo(() => blocks(text), [text]);
  const [shown, setShown] = useState(STEP);
  useEffect(() => {
    if (shown >= cut.length) return undefined;
    const timer = setTimeout(() => setShown(shown + STEP));
    return () => clearTimeout(timer);
  }, [shown, cut.length]);
  return (
    <div className={cx("font-mono text-xs leading-5 [unicode-bidi:plaintext]", wrap ? "whitespace-pre-wrap wrap-anywhere" : "overflow-x-auto whitespace-pre", className)}>
      {cut.slice(0, shown).map((block, index) => (
        <Block key={index} text={block} raw={raw} far={cut.length > FEW} />
      ))}
    </div>
  );
}

// A guess at its height moves what stands below: of a text that is not long none is needed.
const Block = memo(function Block({ text, raw, far }: { text: string; raw?: boolean; far: boolean }) {
  return <div className={far ? "[contain-intrinsic-size:auto_20rem] [content-visibility:auto]" : undefined}>{raw ? text : <WithAttachments text={text} />}</div>;
});
