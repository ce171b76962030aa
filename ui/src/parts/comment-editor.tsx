/** Where a comment is written. `@` offers the members of the project. */
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import * as ask from "@/api/queries";
import { type Member, decode, encode, suggest, typing } from "@/lib/mentions";
import { useSpeech } from "@/messages";
import { Button } from "@/ui/button";
import { cx } from "@/ui/cx";

const MOST = 5_000;

interface CommentEditorProps {
  projectId: string;
  /** As it is kept; empty for a new one. */
  content: string;
  label: string;
  act: string;
  busy: boolean;
  focused?: boolean;
  /** Resolves once it is kept. */
  onSave: (content: string) => Promise<unknown>;
  onCancel?: () => void;
}

export function CommentEditor({ projectId, content, label, act, busy, focused, onSave, onCancel }: CommentEditorProps) {
  const { t } = useSpeech();
  const [first] = useState(() => decode(content));
  const [text, setText] = useState(first.text);
  const [chosen, setChosen] = useState<Member[]>(first.chosen);
  const [caret, setCaret] = useState(0);
  const [at, setAt] = useState(0);
  const [closed, setClosed] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const list = useId();
  const word = typing(text, caret);
  const members = useQuery({ ...ask.members(projectId), enabled: word !== null });
  const known = (members.data?.items ?? []).map((one) => ({ id: one.user_id, name: one.name || one.email, email: one.email }));
  const offered = word && !closed ? suggest(known, word.word) : [];
  const marked = Math.min(at, offered.length - 1);
  useEffect(() => {
    if (focused) field.current?.focus();
  }, [focused]);
  const choose = (member: Member) => {
    const next = `${text.slice(0, word!.from)}${member.name} `;
    setText(next + text.slice(caret));
    setChosen([...chosen, member]);
    setCaret(next.length);
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(next.length, next.length);
    });
  };
  const save = () => {
    if (!text.trim() || busy) return;
    void onSave(encode(text.trim(), chosen)).then(
      () => {
        setText("");
        setChosen([]);
      },
      () => undefined,
    );
  };
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (offered.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) setAt((marked + (event.key === "ArrowDown" ? 1 : offered.length - 1)) % offered.length);
    else if (offered.length && (event.key === "Tab" || (event.key === "Enter" && !event.metaKey && !event.ctrlKey))) choose(offered[marked]!);
    else if (offered.length && event.key === "Escape") setClosed(true);
    else if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) save();
    else if (event.key === "Escape" && onCancel) onCancel();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="relative flex flex-col gap-1.5">
      <textarea
        ref={field}
        rows={3}
        maxLength={MOST}
        value={text}
        aria-label={label}
        aria-haspopup="listbox"
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={offered.length ? `${list}-${marked}` : undefined}
        placeholder={t("talk.placeholder")}
        onChange={(event) => {
          setText(event.target.value);
          setCaret(event.target.selectionStart);
          setClosed(false);
          setAt(0);
        }}
        onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
        onKeyDown={press}
        className="field h-auto! min-h-18 resize-y py-1.5 leading-5"
      />
      <div id={list} role="listbox" aria-label={t("talk.members")} hidden={!offered.length} className="pop absolute inset-x-0 bottom-full z-10 mb-1 p-1">
        {offered.map((member, index) => (
          <div
            key={member.id}
            id={`${list}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === marked}
            onPointerDown={(event) => {
              event.preventDefault();
              choose(member);
            }}
            className={cx("flex cursor-pointer items-baseline gap-2 rounded px-2 py-1", index === marked ? "bg-selected" : "hover:bg-hover")}
          >
            <span className="truncate font-medium">{member.name}</span>
            <span className="truncate text-xs text-fg-3">{member.email}</span>
          </div>
        ))}
      </div>
      <div className="flex items-center justify-end gap-1.5">
        {onCancel && (
          <Button small look="ghost" onClick={onCancel}>
            {t("act.cancel")}
          </Button>
        )}
        <Button small look="primary" disabled={busy || !text.trim()} onClick={save}>
          {act}
        </Button>
      </div>
    </div>
  );
}
