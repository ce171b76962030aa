import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { renameProject } from "@/api/mutations";
import * as ask from "@/api/queries";
import { useRights } from "@/app/me";
import { useSpeech } from "@/messages";
import { Time } from "@/parts/figures";
import { Button } from "@/ui/button";
import { CopyButton } from "@/ui/copy";
import { Field, Input } from "@/ui/field";
import { useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";
import { Loaded, Section } from "./section";

const route = getRouteApi("/inside/project/$projectId/settings/general");

export function GeneralPage() {
  const { t } = useSpeech();
  const { projectId } = route.useParams();
  const query = useQuery(ask.settings(projectId));
  return (
    <Section title={t("set.general")}>
      <Loaded query={query}>
        {(settings) => (
          <div className="card max-w-xl">
            <div className="p-4">
              <Rename key={settings.name} projectId={projectId} name={settings.name} />
            </div>
            <dl className="divide-y divide-line border-t">
              <div className="flex min-h-10 items-center gap-4 px-4">
                <dt className="w-32 shrink-0 text-fg-2">{t("set.project_id")}</dt>
                <dd className="flex min-w-0 items-center gap-1 font-mono text-xs">
                  <span className="truncate">{settings.id}</span>
                  <CopyButton text={settings.id} />
                </dd>
              </div>
              <div className="flex min-h-10 items-center gap-4 px-4">
                <dt className="w-32 shrink-0 text-fg-2">{t("set.organisation")}</dt>
                <dd className="truncate">{settings.organisation_name}</dd>
              </div>
              <div className="flex min-h-10 items-center gap-4 px-4">
                <dt className="w-32 shrink-0 text-fg-2">{t("set.created")}</dt>
                <dd>
                  <Time at={settings.created_at} />
                </dd>
              </div>
            </dl>
          </div>
        )}
      </Loaded>
    </Section>
  );
}

function Rename({ projectId, name }: { projectId: string; name: string }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const errorText = useErrorText();
  const { manage } = useRights(projectId);
  const [text, setText] = useState(name);
  const save = useMutation({
    mutationFn: () => renameProject(projectId, text.trim()),
    onSuccess: async () => {
      toast(t("act.saved"));
      await Promise.all([client.invalidateQueries(ask.settings(projectId)), client.invalidateQueries(ask.me)]);
    },
  });
  const changed = text.trim() !== "" && text.trim() !== name;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (changed) save.mutate();
      }}
    >
      <Field label={t("set.project_name")} error={save.error && errorText(save.error)}>
        {(ids) => (
          <div className="flex gap-2">
            <Input {...ids} value={text} maxLength={100} disabled={!manage} onChange={(event) => setText(event.target.value)} />
            {manage && (
              <Button type="submit" look="primary" disabled={!changed || save.isPending}>
                {t("act.save")}
              </Button>
            )}
          </div>
        )}
      </Field>
    </form>
  );
}
