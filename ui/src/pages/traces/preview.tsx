/** What went in or came out, as a sentence; words that the filter looks for are marked. */
import { createContext, useContext } from "react";
import { cut } from "@/lib/highlight";
import { Missing } from "@/parts/figures";

export const HitsContext = createContext<readonly string[]>([]);

/** A cell shows no more than this, however long a text without a space may be. */
const SHOWN = 600;

export function Preview({ text }: { text: string }) {
  const words = useContext(HitsContext);
  if (!text) return <Missing />;
  const shown = text.slice(0, SHOWN);
  // Isolated, so that text from right to left, or marks that turn it, stay in their cell.
  return (
    <bdi className="text-fg-2" title={text.length > 40 ? shown : undefined}>
      {cut(shown, words).map((piece, index) =>
        piece.hit ? (
          <mark key={index} className="rounded-xs bg-warn-soft font-medium text-fg">
            {piece.text}
          </mark>
        ) : (
          piece.text
        ),
      )}
    </bdi>
  );
}
