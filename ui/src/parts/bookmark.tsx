/** The bookmark of a trace or a session. What was changed here shows at once, in lists and heads alike. */
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

interface BookmarkProps {
  projectId: string;
  subject: talk.Subject;
  /** As the server told. */
  on: boolean;
  small?: boolean;
  /** Does the key b set it? */
  keys?: boolean;
  className?: string;
}

export function Bookmark({ projectId, subject, on: told, small, keys = false, className }: BookmarkProps) {
  const { t } = useSpeech();
  const text = useErrorText();
  const { annotate } = useRights(projectId);
  const key = JSON.stringify([projectId, subject]);
  const on = useSyncExternalStore(subscribe, () => changed.get(key)) ?? told;
  const toggle = () => {
    note(key, !on);
    talk.bookmark(projectId, subject, !on).catch((error: unknown) => {
      note(key, on);
      toast(text(error), "danger");
    });
  };
  useShortcuts({ b: toggle }, keys && annotate);
  if (!annotate) return on && <Ribbon size={14} role="img" aria-label={t("bookmark.is")} className={cx("shrink-0 fill-current text-warn", className)} />;
  return (
    <IconButton
      small={small}
      icon={Ribbon}
      label={t(on ? "bookmark.off" : "bookmark.on")}
      keys={keys ? "b" : undefined}
      onClick={(event) => {
        event.stopPropagation();
        toggle();
      }}
      className={cx(on && "text-warn! [&_svg]:fill-current", className)}
    />
  );
}
