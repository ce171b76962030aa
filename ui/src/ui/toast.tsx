import { useSyncExternalStore } from "react";
import { cx } from "./cx";

interface Note {
  id: number;
  text: string;
  tone: "ok" | "danger";
}

let notes: Note[] = [];
let last = 0;
const listeners = new Set<() => void>();

function change(next: Note[]): void {
  notes = next;
  for (const listener of listeners) listener();
}

/** Says something in the corner for some seconds. */
export function toast(text: string, tone: Note["tone"] = "ok"): void {
  last += 1;
  const id = last;
  change([...notes.slice(-2), { id, text, tone }]);
  setTimeout(() => change(notes.filter((note) => note.id !== id)), tone === "danger" ? 8000 : 3500);
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export function Toasts() {
  const now = useSyncExternalStore(subscribe, () => notes);
  return (
    <div aria-live="polite" className="pointer-events-none fixed right-4 bottom-4 z-60 flex flex-col gap-2">
      {now.map((note) => (
        <div key={note.id} className={cx("pop max-w-96 px-3 py-2", note.tone === "danger" && "text-danger")}>
          {note.text}
        </div>
      ))}
    </div>
  );
}
