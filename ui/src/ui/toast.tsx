import { useSyncExternalStore } from "react";
import { buttonClass } from "./button";
import { cx } from "./cx";

interface Action {
  label: string;
  run: () => void;
}

interface Note {
  id: number;
  text: string;
  tone: "ok" | "danger";
  action?: Action;
}

let notes: Note[] = [];
let last = 0;
const listeners = new Set<() => void>();

function change(next: Note[]): void {
  notes = next;
  for (const listener of listeners) listener();
}

const drop = (id: number) => change(notes.filter((note) => note.id !== id));

/** Says something in the corner for some seconds. */
export function toast(text: string, tone: Note["tone"] = "ok"): void {
  add({ text, tone }, tone === "danger" ? 8000 : 3500);
}

function add(note: Omit<Note, "id">, millis: number): number {
  last += 1;
  const id = last;
  change([...notes.slice(-2), { ...note, id }]);
  setTimeout(() => drop(id), millis);
  return id;
}

const UNDO_WITHIN = 6000;

/** Says what was done, with something that can be done about it for some seconds. */
export function toastAct(text: string, { label, run }: Action): void {
  const id = add({ text, tone: "ok", action: { label, run: () => (drop(id), run()) } }, UNDO_WITHIN);
}

/**
 * Says what is about to happen, and does it some seconds later unless it is undone; at once when the
 * page goes away.
 */
export function toastUndo(text: string, label: string, run: () => void, undo: () => void): void {
  let open = true;
  const finish = (what: () => void) => {
    if (!open) return;
    open = false;
    clearTimeout(timer);
    window.removeEventListener("pagehide", leave);
    what();
  };
  const leave = () => finish(run);
  const timer = setTimeout(leave, UNDO_WITHIN);
  window.addEventListener("pagehide", leave);
  const id = add({ text, tone: "ok", action: { label, run: () => (drop(id), finish(undo)) } }, UNDO_WITHIN);
}

/** What Ctrl Z does where nobody types; false when there is nothing to undo. */
export function undoLast(): boolean {
  const last = notes.findLast((note) => note.action);
  last?.action?.run();
  return last !== undefined;
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
        <div key={note.id} className={cx("pop flex max-w-96 items-center gap-3 px-3 py-2", note.tone === "danger" && "text-danger")}>
          <span className="min-w-0 break-words">{note.text}</span>
          {note.action && (
            <button type="button" onClick={note.action.run} className={cx(buttonClass("ghost", true), "pointer-events-auto -my-1 font-medium text-accent!")}>
              {note.action.label}
            </button>
          )}
        </div>
      ))}
    </div>
  );
}
