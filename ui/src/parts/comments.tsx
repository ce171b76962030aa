/** What people say about a trace or a session, beside it. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { MessageSquare, Pencil, Quote, Trash2, X } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { Anchor, Comment, NewComment } from "@/api/types";
import * as talk from "@/api/talk";
import { useMe, useRights } from "@/app/me";
import { useSpeech } from "@/messages";
import { Button, IconButton } from "@/ui/button";
import { cx } from "@/ui/cx";
import { useRemoval, useRemoved } from "@/ui/removal";
import { useErrorText } from "@/ui/states";
import { Switcher } from "@/ui/tabs";
import { toast } from "@/ui/toast";
import { CommentEditor } from "./comment-editor";
import { Ago } from "./figures";
import { Prose } from "./markdown";

/** Something that can be commented on. */
export interface Target {
  key: string;
  label: string;
  about: Pick<NewComment, "subject" | "trace_id" | "span_id" | "session_id" | "prompt_version_id">;
}

const NONE: readonly Comment[] = [];

/** Comments that are there, without those that are being taken back. */
export function useComments(projectId: string, subject: talk.Commented): readonly Comment[] {
  const { data } = useQuery(talk.comments(projectId, subject));
  const removed = useRemoved();
  const items = data?.items ?? NONE;
  return items.some((one) => removed.has(one.id)) ? items.filter((one) => !removed.has(one.id)) : items;
}

export function CommentsButton({ count, open, onOpen }: { count: number; open: boolean; onOpen: () => void }) {
  const { t, f } = useSpeech();
  const label = count ? t("talk.count", { n: count }) : t("talk.comments");
  return (
    <Button look="ghost" icon={MessageSquare} aria-label={label} aria-pressed={open} title={label} onClick={onOpen} className={cx("px-2!", open && "bg-accent-soft text-accent!")}>
      {count > 0 && <span className="text-xs">{f.integer(count)}</span>}
    </Button>
  );
}

interface CommentsPaneProps {
  projectId: string;
  subject: talk.Commented;
  comments: readonly Comment[];
  /** What a new comment may be about; the first unless another is chosen. */
  targets: readonly Target[];
  /** The piece of text that the next comment is about. */
  anchor?: Anchor | null;
  onAnchor?: (anchor: null) => void;
  /** What a comment is about, in a word or two. */
  about?: (comment: Comment) => ReactNode;
  /** Leads to what a comment is about. */
  onGo?: (comment: Comment) => void;
  isChanged?: (comment: Comment) => boolean;
  /** The comment that was asked for. */
  asked?: string;
  onClose: () => void;
}

export function CommentsPane({ projectId, subject, comments, targets, anchor, onAnchor, about, onGo, isChanged, asked, onClose }: CommentsPaneProps) {
  const { t } = useSpeech();
  const { annotate } = useRights(projectId);
  const client = useQueryClient();
  const text = useErrorText();
  const [key, setKey] = useState("");
  const target = targets.find((one) => one.key === key) ?? targets[0]!;
  const list = useRef<HTMLOListElement>(null);
  const add = useMutation({
    mutationFn: (content: string) => talk.addComment(projectId, { ...target.about, content, anchor: anchor ?? null }),
    onSuccess: async () => {
      onAnchor?.(null);
      await client.invalidateQueries({ queryKey: talk.comments(projectId, subject).queryKey });
      requestAnimationFrame(() => list.current?.lastElementChild?.scrollIntoView({ block: "nearest" }));
    },
    onError: (error) => toast(text(error), "danger"),
  });
  useEffect(() => {
    if (asked) document.getElementById(`comment-${asked}`)?.scrollIntoView({ block: "nearest" });
  }, [asked]);
  return (
    <aside
      aria-label={t("talk.comments")}
      className="z-30 flex w-80 shrink-0 flex-col border-l bg-bg max-md:fixed max-md:inset-0 max-md:w-full"
    >
      <header className="flex h-10 shrink-0 items-center gap-2 border-b pr-1.5 pl-3">
        <h2 className="min-w-0 flex-1 truncate text-sm font-semibold">{t("talk.comments")}</h2>
        <IconButton small icon={X} label={t("act.close")} onClick={onClose} />
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto px-3 py-2">
        {comments.length === 0 && <p className="py-6 text-center text-fg-3">{t(onAnchor ? "talk.none_hint" : "talk.none")}</p>}
        <ol ref={list} className="flex flex-col gap-1">
          {comments.map((one) => (
            <li key={one.id} id={`comment-${one.id}`} className={cx("rounded-md px-2 py-2", one.id === asked && "bg-selected")}>
              <CommentView projectId={projectId} subject={subject} comment={one} about={about?.(one)} onGo={onGo} changed={isChanged?.(one) ?? false} />
            </li>
          ))}
        </ol>
      </div>
      {annotate && (
        <footer className="flex shrink-0 flex-col gap-2 border-t bg-side p-3">
          {anchor ? (
            <Quoted text={anchor.quote}>
              <IconButton small icon={X} label={t("talk.no_quote")} onClick={() => onAnchor?.(null)} />
            </Quoted>
          ) : (
            targets.length > 1 && <Switcher label={t("talk.about")} options={targets} value={target.key} onChange={setKey} />
          )}
          <CommentEditor
            key={anchor ? "anchored" : "plain"}
            projectId={projectId}
            content=""
            label={t("talk.new")}
            act={t("talk.send")}
            busy={add.isPending}
            focused
            onSave={(content) => add.mutateAsync(content)}
          />
        </footer>
      )}
    </aside>
  );
}

function Quoted({ text, children }: { text: string; children?: ReactNode }) {
  return (
    <div className="flex items-start gap-1 rounded-md border-l-2 border-warn bg-warn-soft py-1 pr-1 pl-2 text-xs">
      <Quote size={11} aria-hidden className="mt-0.5 shrink-0 text-warn" />
      <span dir="auto" className="line-clamp-3 min-w-0 flex-1 wrap-anywhere text-fg-2">{text}</span>
      {children}
    </div>
  );
}

interface CommentViewProps {
  projectId: string;
  subject: talk.Commented;
  comment: Comment;
  about: ReactNode;
  onGo?: (comment: Comment) => void;
  changed: boolean;
}

function CommentView({ projectId, subject, comment, about, onGo, changed }: CommentViewProps) {
  const { t } = useSpeech();
  const me = useMe();
  const { annotate } = useRights(projectId);
  const client = useQueryClient();
  const remove = useRemoval();
  const text = useErrorText();
  const [editing, setEditing] = useState(false);
  const refresh = () => client.invalidateQueries({ queryKey: talk.comments(projectId, subject).queryKey });
  const change = useMutation({
    mutationFn: (content: string) => talk.changeComment(projectId, comment.id, content),
    onSuccess: async () => {
      await refresh();
      setEditing(false);
    },
    onError: (error) => toast(text(error), "danger"),
  });
  const mine = annotate && comment.author_id === me.id;
  const take = () => remove({ ids: [comment.id], text: t("talk.deleted"), run: () => talk.deleteComment(projectId, comment.id).then(refresh) });
  return (
    <article className="group flex flex-col gap-1">
      <header className="flex min-h-6 items-center gap-1.5 text-xs">
        <span className="min-w-0 truncate font-medium">{comment.author_name || comment.author_id || t("talk.program")}</span>
        <span className="shrink-0 text-fg-3">
          <Ago at={comment.created_at} />
          {comment.updated_at > comment.created_at && ` · ${t("talk.edited")}`}
        </span>
        <span className="flex-1" />
        {mine && !editing && (
          <span className="flex shrink-0 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100">
            <IconButton small icon={Pencil} label={t("talk.edit")} onClick={() => setEditing(true)} />
            <IconButton small icon={Trash2} label={t("talk.delete")} onClick={take} />
          </span>
        )}
      </header>
      {comment.anchor ? (
        <button type="button" title={t("talk.go")} onClick={() => onGo?.(comment)} className="rounded-md text-left hover:brightness-95">
          <Quoted text={comment.anchor.quote} />
          {changed && <span className="text-2xs text-danger">{t("talk.changed")}</span>}
        </button>
      ) : (
        about && (
          <button type="button" title={t("talk.go")} onClick={() => onGo?.(comment)} className="w-fit max-w-full truncate rounded text-left text-xs text-accent hover:underline">
            {about}
          </button>
        )
      )}
      {editing ? (
        <CommentEditor
          projectId={projectId}
          content={comment.content}
          label={t("talk.edit")}
          act={t("act.save")}
          busy={change.isPending}
          focused
          onSave={(content) => change.mutateAsync(content)}
          onCancel={() => setEditing(false)}
        />
      ) : (
        <div className="text-sm"><Prose text={comment.content} /></div>
      )}
    </article>
  );
}
