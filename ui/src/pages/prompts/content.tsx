/** One version: what it says, what it needs, and how the next one is made of it. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { RotateCcw } from "lucide-react";
import { useState } from "react";
import { ApiError } from "@/api/client";
import { type PromptDetail, type PromptVersion, addVersion, checked, promptVersion, promptsChanged } from "@/api/prompts";
import { useRights } from "@/app/me";
import { bodyOf, configOf, differs, draftOf } from "@/lib/prompts";
import { useSpeech } from "@/messages";
import { Ago } from "@/parts/figures";
import { Button } from "@/ui/button";
import { Input } from "@/ui/field";
import { useLater, useSettled } from "@/ui/later";
import { Failure, Rows, useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";
import { Editor } from "./editor";
import { PRODUCTION } from "./label-badge";
import { Labels } from "./labels";
import { Needs } from "./needs";
import { draftKey, useDraft } from "./use-draft";

interface ContentProps {
  projectId: string;
  prompt: PromptDetail;
  version: number;
  onVersion: (version: number) => void;
}

export function Content({ projectId, prompt, version, onVersion }: ContentProps) {
  const query = useQuery(promptVersion(projectId, prompt.name, version));
  const late = useLater(query.isPending);
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return late && <Rows />;
  return <Version key={`${prompt.name} ${version}`} projectId={projectId} prompt={prompt} shown={query.data} onVersion={onVersion} />;
}

interface VersionProps {
  projectId: string;
  prompt: PromptDetail;
  shown: PromptVersion;
  onVersion: (version: number) => void;
}

/** Milliseconds without a key after which a draft is looked at. */
const PAUSE = 350;

function Version({ projectId, prompt, shown, onVersion }: VersionProps) {
  const { t } = useSpeech();
  const { edit } = useRights(projectId);
  const { draft, setDraft, restored, discard } = useDraft(draftKey(projectId, prompt.name, shown.version), draftOf(shown), (one) => !differs(one, shown));
  const changed = differs(draft, shown);
  const config = configOf(draft);
  const settled = useSettled(draft, PAUSE);
  const body = { name: prompt.name, type: shown.type, prompt: bodyOf(settled), config: configOf(settled).value ?? {}, labels: [] };
  const check = useQuery({ ...checked(projectId, body), enabled: changed, placeholderData: keepPreviousData });
  const found = changed ? check.data : undefined;
  const blocked = config.error !== null || Boolean(found?.problems.some((one) => one.is_error));
  return (
    <div className="mx-auto flex max-w-[100rem] flex-col">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1.5 px-4 pt-3.5 pb-1">
        <h2 className="text-base font-semibold">{t("prompt.version", { version: String(shown.version) })}</h2>
        <Labels projectId={projectId} prompt={prompt} version={shown.version} />
      </header>
      <p className="px-4 pb-3 text-xs text-fg-3">
        {shown.author_name && <bdi>{`${shown.author_name} · `}</bdi>}
        <Ago at={shown.created_at} />
        {shown.commit_message && (
          <>
            {" · "}
            <bdi className="wrap-anywhere text-fg-2">{shown.commit_message}</bdi>
          </>
        )}
      </p>
      <div className="grid gap-4 px-4 pb-6 xl:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="min-w-0">
          {restored && (
            <p className="mb-2 flex items-center gap-2 rounded-md bg-accent-soft px-2.5 py-1.5 text-xs text-accent">
              <RotateCcw size={13} aria-hidden />
              {t("prompt.restored")}
            </p>
          )}
          <Editor draft={draft} onChange={edit ? setDraft : undefined} />
        </div>
        <aside aria-label={t("prompt.needs")} className="min-w-0">
          {shown.composed_error && !changed && <p role="alert" className="mb-3 rounded-md bg-danger-soft px-2 py-1.5 text-xs wrap-anywhere text-danger">{shown.composed_error}</p>}
          <Needs projectId={projectId} found={found ?? { ...shown, composed: shown.composed ?? null }} stale={changed && settled !== draft} />
        </aside>
      </div>
      {edit && changed && (
        <SaveBar
          projectId={projectId}
          prompt={prompt}
          from={shown.version}
          blocked={blocked}
          body={() => ({ ...body, prompt: bodyOf(draft), config: config.value })}
          onSaved={(made) => {
            discard();
            onVersion(made);
          }}
          onDiscard={discard}
        />
      )}
    </div>
  );
}

interface SaveBarProps {
  projectId: string;
  prompt: PromptDetail;
  from: number;
  blocked: boolean;
  body: () => { name: string; type: "text" | "chat"; prompt: unknown; config: unknown };
  onSaved: (version: number) => void;
  onDiscard: () => void;
}

function SaveBar({ projectId, prompt, from, blocked, body, onSaved, onDiscard }: SaveBarProps) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const text = useErrorText();
  const [message, setMessage] = useState("");
  const [live, setLive] = useState(false);
  const newest = prompt.versions[0]!.version;
  const save = useMutation({
    mutationFn: () =>
      addVersion(projectId, { ...(body() as Parameters<typeof addVersion>[1]), labels: live ? [PRODUCTION] : [], commit_message: message.trim(), based_on: newest }),
    onSuccess: async (made) => {
      toast(t("prompt.saved", { version: String(made.version) }));
      await promptsChanged(client, projectId);
      onSaved(made.version);
    },
    onError: (error) => {
      // Somebody else was quicker: what they made is shown, what is typed stays.
      if (error instanceof ApiError && error.status === 409) void promptsChanged(client, projectId);
    },
  });
  return (
    <form
      aria-label={t("prompt.save")}
      onSubmit={(event) => {
        event.preventDefault();
        if (!blocked) save.mutate();
      }}
      className="sticky bottom-0 z-10 flex flex-wrap items-center gap-2 border-t bg-raised px-4 py-2.5 shadow-float"
    >
      <span className="text-xs text-fg-2">{t("prompt.becomes", { from: String(from), version: String(newest + 1) })}</span>
      <Input aria-label={t("prompt.commit")} placeholder={t("prompt.commit")} maxLength={500} value={message} onChange={(event) => setMessage(event.target.value)} className="min-w-40 flex-1" />
      <label className="flex cursor-pointer items-center gap-1.5 text-xs text-fg-2">
        <input type="checkbox" checked={live} onChange={(event) => setLive(event.target.checked)} className="accent-(--accent)" />
        {t("prompt.at_once")}
      </label>
      <Button look="ghost" onClick={onDiscard}>{t("prompt.discard")}</Button>
      <Button type="submit" look="primary" disabled={blocked || save.isPending}>{t("prompt.save")}</Button>
      {save.error && <p role="alert" className="w-full text-xs text-danger">{`${text(save.error)} ${t("prompt.kept")}`}</p>}
    </form>
  );
}
