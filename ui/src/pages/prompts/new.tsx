/** The first version of a new prompt. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { type NewPromptVersion, addVersion, checked, promptsChanged } from "@/api/prompts";
import { PageHead } from "@/app/page";
import { type Kind, bodyOf, configOf, differs, draftOf } from "@/lib/prompts";
import { useSpeech } from "@/messages";
import { Button } from "@/ui/button";
import { Field, Input } from "@/ui/field";
import { useSettled } from "@/ui/later";
import { useErrorText } from "@/ui/states";
import { Switcher } from "@/ui/tabs";
import { Editor } from "./editor";
import { PRODUCTION } from "./label-badge";
import { Needs } from "./needs";
import { draftKey, useDraft } from "./use-draft";

const route = getRouteApi("/inside/project/$projectId/prompts/new");
const BLANK = draftOf({ type: "text", prompt: "", config: {} });
const UNNAMED = "-";

export function NewPromptPage() {
  const { t } = useSpeech();
  const { projectId } = route.useParams();
  const { folder } = route.useSearch();
  const navigate = route.useNavigate();
  const client = useQueryClient();
  const text = useErrorText();
  const isBlank = (one: typeof BLANK) => one.type === "text" && !differs(one, { type: "text", prompt: "", config: {} });
  const { draft, setDraft, discard } = useDraft(draftKey(projectId, "", 0), BLANK, isBlank);
  const [name, setName] = useState(folder ? `${folder}/` : "");
  const [message, setMessage] = useState("");
  const [live, setLive] = useState(true);
  const settled = useSettled(draft, 350);
  const config = configOf(draft);
  const asked = { name: useSettled(name.trim(), 350) || UNNAMED, type: settled.type, prompt: bodyOf(settled), config: configOf(settled).value ?? {}, labels: [] };
  const found = useQuery(checked(projectId, asked as NewPromptVersion)).data;
  const blocked = config.error !== null || Boolean(found?.problems.some((one) => one.is_error));
  const save = useMutation({
    mutationFn: () =>
      addVersion(projectId, {
        name: name.trim(),
        type: draft.type,
        prompt: bodyOf(draft),
        config: config.value,
        labels: live ? [PRODUCTION] : [],
        commit_message: message.trim(),
        based_on: 0,
      } as NewPromptVersion),
    onSuccess: async (made) => {
      discard();
      await promptsChanged(client, projectId);
      await navigate({ to: "/project/$projectId/prompts/$name", params: { projectId, name: made.name }, search: {} });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!blocked && name.trim()) save.mutate();
  };
  return (
    <>
      <PageHead title={t("prompt.new")} />
      <form onSubmit={submit} className="min-h-0 flex-1 overflow-y-auto border-t">
        <div className="mx-auto grid max-w-[100rem] gap-4 px-4 py-4 xl:grid-cols-[minmax(0,1fr)_20rem]">
          <div className="flex min-w-0 flex-col gap-4">
            <div className="flex flex-wrap items-start gap-4">
              <div className="min-w-60 flex-1">
                <Field label={t("prompt.name")} hint={t("prompt.name_hint")}>
                  {(ids) => <Input {...ids} required maxLength={255} value={name} onChange={(event) => setName(event.target.value)} />}
                </Field>
              </div>
              <div className="flex flex-col gap-1">
                <span className="text-xs font-medium text-fg-2">{t("prompt.kind")}</span>
                <Switcher<Kind>
                  label={t("prompt.kind")}
                  options={[
                    { key: "text", label: t("prompt.type.text") },
                    { key: "chat", label: t("prompt.type.chat") },
                  ]}
                  value={draft.type}
                  onChange={(type) => setDraft({ ...draft, type })}
                />
              </div>
            </div>
            <Editor draft={draft} onChange={setDraft} />
          </div>
          <aside aria-label={t("prompt.needs")} className="min-w-0">
            {found && <Needs projectId={projectId} found={found} stale={settled !== draft} />}
          </aside>
        </div>
        <div className="sticky bottom-0 z-10 flex flex-wrap items-center gap-2 border-t bg-raised px-4 py-2.5">
          <Input aria-label={t("prompt.commit")} placeholder={t("prompt.commit")} maxLength={500} value={message} onChange={(event) => setMessage(event.target.value)} className="min-w-40 flex-1" />
          <label className="flex cursor-pointer items-center gap-1.5 text-xs text-fg-2">
            <input type="checkbox" checked={live} onChange={(event) => setLive(event.target.checked)} className="accent-(--accent)" />
            {t("prompt.at_once")}
          </label>
          <Button type="submit" look="primary" disabled={blocked || !name.trim() || save.isPending}>{t("prompt.create")}</Button>
          {save.error && <p role="alert" className="w-full text-xs text-danger">{text(save.error)}</p>}
        </div>
      </form>
    </>
  );
}
