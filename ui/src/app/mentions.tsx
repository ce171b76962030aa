/** Comments that mention who is signed in: how many are new, and a list that leads to them. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, type LinkProps } from "@tanstack/react-router";
import { Bell } from "lucide-react";
import { useState } from "react";
import * as talk from "@/api/talk";
import type { Mention } from "@/api/types";
import { decode } from "@/lib/mentions";
import { useSpeech } from "@/messages";
import { Ago } from "@/parts/figures";
import { Button } from "@/ui/button";
import { cx } from "@/ui/cx";
import { Popover } from "@/ui/popover";
import { useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";

const MOST_SHOWN = 99;

export function Mentions() {
  const { t, f } = useSpeech();
  const [open, setOpen] = useState(false);
  const { data } = useQuery(talk.mentions);
  const unseen = data?.unseen ?? 0;
  const label = unseen ? t("mentions.new", { n: unseen }) : t("mentions.title");
  return (
    <Popover
      label={t("mentions.title")}
      open={open}
      onOpenChange={setOpen}
      align="start"
      className="flex w-84 max-w-[calc(100vw-16px)] flex-col gap-1 p-1.5!"
      trigger={
        <button
          type="button"
          aria-label={label}
          title={label}
          className={cx("relative inline-flex size-8 shrink-0 items-center justify-center rounded-md hover:bg-hover hover:text-fg", open ? "bg-hover text-fg" : "text-fg-2")}
        >
          <Bell size={16} aria-hidden />
          {unseen > 0 && (
            <span aria-hidden className="absolute top-0.5 right-0.5 grid h-3.5 min-w-3.5 place-items-center rounded-full bg-accent px-0.75 text-2xs leading-none font-medium text-accent-fg">
              {unseen > MOST_SHOWN ? `${f.integer(MOST_SHOWN)}+` : f.integer(unseen)}
            </span>
          )}
        </button>
      }
    >
      <List items={data?.items ?? []} unseen={unseen} onLeave={() => setOpen(false)} />
    </Popover>
  );
}

function List({ items, unseen, onLeave }: { items: readonly Mention[]; unseen: number; onLeave: () => void }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const text = useErrorText();
  const see = useMutation({
    mutationFn: talk.seeMentions,
    onSuccess: () => client.invalidateQueries({ queryKey: talk.mentions.queryKey }),
    onError: (error) => toast(text(error), "danger"),
  });
  return (
    <>
      <header className="flex h-8 shrink-0 items-center gap-2 pl-2">
        <h2 className="min-w-0 flex-1 truncate font-semibold">{t("mentions.title")}</h2>
        {unseen > 0 && (
          <Button small look="ghost" disabled={see.isPending} onClick={() => see.mutate(null)}>
            {t("mentions.see_all")}
          </Button>
        )}
      </header>
      {items.length === 0 && <p className="px-2 py-5 text-center text-fg-3">{t("mentions.none")}</p>}
      <ol className="flex flex-col">
        {items.map((one) => (
          <li key={one.comment.id}>
            <Link
              {...place(one)}
              onClick={() => {
                if (!one.seen) see.mutate([one.comment.id]);
                onLeave();
              }}
              className="flex flex-col gap-0.5 rounded-md px-2 py-1.5 hover:bg-hover"
            >
              <span className="flex items-center gap-1.5 text-xs">
                <span className={cx("min-w-0 truncate", !one.seen && "font-semibold")}>{one.comment.author_name || one.comment.author_id || t("talk.program")}</span>
                <span className="shrink-0 text-fg-3">
                  <Ago at={one.comment.created_at} />
                </span>
                <span className="flex-1" />
                {!one.seen && <span role="img" aria-label={t("mentions.unseen")} className="size-2 shrink-0 rounded-full bg-accent" />}
              </span>
              <span dir="auto" className={cx("line-clamp-2 wrap-anywhere", one.seen && "text-fg-2")}>{decode(one.comment.content).text}</span>
              <span className="truncate text-2xs text-fg-3">
                {t(`mentions.on.${one.comment.subject}`)} · {one.project_name}
              </span>
            </Link>
          </li>
        ))}
      </ol>
    </>
  );
}

function place({ comment, project_id: projectId, prompt_name: name, prompt_version: version }: Mention): LinkProps {
  const comments = "1";
  switch (comment.subject) {
    case "session":
      return { to: "/project/$projectId/sessions/$sessionId", params: { projectId, sessionId: comment.session_id }, search: { comments } };
    case "prompt":
      return { to: "/project/$projectId/prompts/$name", params: { projectId, name }, search: { version, comments } };
    default:
      return { to: "/project/$projectId/traces/$traceId", params: { projectId, traceId: comment.trace_id }, search: { span: comment.span_id || undefined, comments } };
  }
}
