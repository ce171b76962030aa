/** A text, in which is marked what differs from another. */
import { LongText } from "@/parts/long-text";
import { changesOf } from "./words";

export function Changed({ before, after }: { before: string; after: string }) {
  const parts = changesOf(before, after);
  if (parts === null) return <LongText text={after} />;
  return (
    <p className="whitespace-pre-wrap wrap-anywhere">
      {parts.map((part, index) =>
        part.kind === "same" ? (
          <span key={index}>{part.text}</span>
        ) : part.kind === "added" ? (
          <ins key={index} className="rounded-sm bg-ok-soft no-underline">{part.text}</ins>
        ) : (
          <del key={index} className="rounded-sm bg-danger-soft text-fg-3">{part.text}</del>
        ),
      )}
    </p>
  );
}
