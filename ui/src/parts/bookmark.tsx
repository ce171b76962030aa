/** The bookmark of a trace or a session. What was changed here shows at once, in lists and heads alike. */
import { useQueryClient } from "@tanstack/react-query";
import { Bookmark as Ribbon } from "lucide-react";
import { useSyncExternalStore } from "react";
import * as talk from "@/api/talk";
import { useRights } from "@/app/me";
import { useSpeech } from "@/messages";
import { IconButton } from "@/ui/button";
import { cx } from "@/ui/cx";
import { useShortcuts } from "@/ui/shortcuts";
import { useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";

let changed: ReadonlyMap<string, boolean> = new Map();
const listeners = new Set<() => void>();

function note(key: string, on: boolean): void {
  changed = new Map(changed).set(key, on);
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

interface Marked {
  projectId: string;
  subject: talk.Subject;
  /** As the server told. */
  on: boolean;
}

function useBookmark({ projectId, subject, on: told }: Marked) {
  const text = useErrorText();
  const client = useQueryClient();
  const key = JSON.stringify([projectId, subject]);
  const on = useSyncExternalStore(subscribe, () => changed.get(key)) ?? told;
  const toggle = () => {
    note(key, !on);
    talk.bookmark(projectId, subject, !on).then(
      // A list of what is bookmarked is asked for anew when it is opened; the one in sight keeps its rows.
      () => client.invalidateQueries({ predicate: ({ queryKey: [project, kind, , bookmarked] }) => project === projectId && kind === "sessions" && bookmarked === true, refetchType: "none" }),
      (error: unknown) => {
        note(key, on);
        toast(text(error), "danger");
      },
    );
  };
  return { on, toggle };
}

function Is({ className }: { className?: string }) {
  const { t } = useSpeech();
  return <Ribbon size={14} role="img" aria-label={t("bookmark.is")} className={cx("shrink-0 fill-current text-warn", className)} />;
}

/** In a row of a table: there once it is set; before, while the row is looked at. */
export function Star({ mayMark, ...marked }: Marked & { mayMark: boolean }) {
  const { t } = useSpeech();
  const { on, toggle } = useBookmark(marked);
  if (!mayMark) return on && <Is className="ml-auto" />;
  const label = t(on ? "bookmark.off" : "bookmark.on");
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={toggle}
      className={cx(
        "-my-1 ml-auto size-6 shrink-0 place-items-center rounded-md hover:bg-hover",
        on ? "grid text-warn [&_svg]:fill-current" : "hidden text-fg-2 group-focus-within/row:grid group-hover/row:grid",
      )}
    >
      <Ribbon size={14} aria-hidden />
    </button>
  );
}

interface BookmarkProps extends Marked {
  /** Does the key b set it? */
  keys?: boolean;
}

export function Bookmark({ keys = false, ...marked }: BookmarkProps) {
  const { t } = useSpeech();
  const { annotate } = useRights(marked.projectId);
  const { on, toggle } = useBookmark(marked);
  useShortcuts({ b: toggle }, keys && annotate);
  if (!annotate) return on && <Is />;
  return (
    <IconButton
      icon={Ribbon}
      label={t(on ? "bookmark.off" : "bookmark.on")}
      keys={keys ? "b" : undefined}
      onClick={(event) => {
        event.stopPropagation();
        toggle();
      }}
      className={cx(on && "text-warn! [&_svg]:fill-current")}
    />
  );
}
