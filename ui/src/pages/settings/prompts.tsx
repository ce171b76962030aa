/** Who may move which labels of prompts, and who is told of changes. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Bell, BellOff, Lock, RotateCw, Send, Trash2, Webhook as Icon } from "lucide-react";
import { type FormEvent, useState } from "react";
import { type Delivery, type Webhook, addWebhook, deleteWebhook, deliveries, labelRules, protectLabel, sendAgain, setWebhookActive, testWebhook, unprotectLabel, webhooks } from "@/api/prompt-releases";
import { useRights } from "@/app/me";
import { useSpeech } from "@/messages";
import { Ago, Time } from "@/parts/figures";
import { Badge } from "@/ui/badge";
import { Button, IconButton } from "@/ui/button";
import { CodeBlock } from "@/ui/copy";
import { Dialog } from "@/ui/dialog";
import { Input } from "@/ui/field";
import { useRemoval, useRemoved } from "@/ui/removal";
import { ShortTable } from "@/ui/short-table";
import { Empty, useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";
import { Loaded, Section } from "./section";

const route = getRouteApi("/inside/project/$projectId/settings/prompts");

export function PromptSettings() {
  const { projectId } = route.useParams();
  const { manage } = useRights(projectId);
  const rules = useQuery(labelRules(projectId));
  return (
    <>
      <Protected projectId={projectId} manage={manage} />
      {/* Below what is not there yet, it would be pulled up. */}
      {manage && <div className={rules.isPending ? "invisible" : undefined}><Hooks projectId={projectId} /></div>}
    </>
  );
}

function useChange<T>(projectId: string, key: string, run: (value: T) => Promise<unknown>) {
  const client = useQueryClient();
  const text = useErrorText();
  return useMutation({
    mutationFn: run,
    onSuccess: () => client.invalidateQueries({ queryKey: [projectId, key] }),
    onError: (error) => toast(text(error), "danger"),
  });
}

function Protected({ projectId, manage }: { projectId: string; manage: boolean }) {
  const { t } = useSpeech();
  const query = useQuery(labelRules(projectId));
  const [label, setLabel] = useState("");
  const put = useChange(projectId, "prompt-rules", (rule: { label: string; needs_approval: boolean }) => protectLabel(projectId, rule));
  const remove = useChange(projectId, "prompt-rules", (one: string) => unprotectLabel(projectId, one));
  const add = (event: FormEvent) => {
    event.preventDefault();
    put.mutate({ label: label.trim(), needs_approval: false }, { onSuccess: () => setLabel("") });
  };
  return (
    <Section title={t("prompt.protected_labels")} lead={t("prompt.protected_lead")}>
      <Loaded query={query}>
        {({ items }) => (
          <div className="flex flex-col gap-3">
            {items.length > 0 && (
              <ShortTable heads={[{ key: "label", label: t("prompt.label") }, { key: "approval", label: t("prompt.approval") }, { key: t("act.delete"), label: "" }]}>
                {items.map((one) => (
                  <tr key={one.label}>
                    <td className="font-medium">
                      <span className="inline-flex items-center gap-1.5">
                        <Lock size={13} aria-hidden className="text-fg-3" />
                        {one.label}
                      </span>
                    </td>
                    <td>
                      <label className="inline-flex cursor-pointer items-center gap-1.5 text-fg-2">
                        <input
                          type="checkbox"
                          disabled={!manage || put.isPending}
                          checked={Boolean(one.needs_approval)}
                          onChange={(event) => put.mutate({ label: one.label, needs_approval: event.target.checked })}
                          className="accent-(--accent)"
                        />
                        {t("prompt.needs_approval")}
                      </label>
                    </td>
                    <td className="text-right">{manage && <IconButton small icon={Trash2} label={t("prompt.unprotect", { label: one.label })} onClick={() => remove.mutate(one.label)} />}</td>
                  </tr>
                ))}
              </ShortTable>
            )}
            {items.length === 0 && !manage && <p className="text-fg-3">{t("prompt.none_protected")}</p>}
            {manage && (
              <form onSubmit={add} className="flex max-w-md gap-2">
                <Input aria-label={t("prompt.label")} placeholder="production" maxLength={36} value={label} onChange={(event) => setLabel(event.target.value)} />
                <Button type="submit" icon={Lock} disabled={!label.trim() || put.isPending}>{t("prompt.protect")}</Button>
              </form>
            )}
          </div>
        )}
      </Loaded>
    </Section>
  );
}

function Hooks({ projectId }: { projectId: string }) {
  const { t } = useSpeech();
  const query = useQuery(webhooks(projectId));
  const removed = useRemoved();
  const [url, setUrl] = useState("");
  const [secret, setSecret] = useState<string | null>(null);
  const add = useChange(projectId, "prompt-webhooks", (address: string) =>
    addWebhook(projectId, address).then((made) => {
      setSecret(made.secret);
      setUrl("");
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate(url.trim());
  };
  return (
    <Section title={t("prompt.webhooks")} lead={t("prompt.webhooks_lead")}>
      <Loaded query={query}>
        {(all) => {
          const found = all.filter((one) => !removed.has(one.id));
          return (
            <div className="flex flex-col gap-3">
              {found.length === 0 ? (
                <div className="card">
                  <Empty icon={Icon} title={t("prompt.no_webhooks")} hint={t("prompt.no_webhooks_hint")} className="py-8!" />
                </div>
              ) : (
                found.map((one) => <Hook key={one.id} projectId={projectId} webhook={one} />)
              )}
              <form onSubmit={submit} className="flex max-w-2xl gap-2">
                <Input aria-label={t("prompt.webhook_url")} type="url" placeholder="https://example.com/prompts" value={url} onChange={(event) => setUrl(event.target.value)} />
                <Button type="submit" look="primary" disabled={!url.trim() || add.isPending}>{t("prompt.add_webhook")}</Button>
              </form>
            </div>
          );
        }}
      </Loaded>
      {secret && (
        <Dialog open onClose={() => setSecret(null)} title={t("prompt.webhook_secret")} lead={t("prompt.webhook_secret_hint")}>
          <CodeBlock code={secret} />
        </Dialog>
      )}
    </Section>
  );
}

function Hook({ projectId, webhook }: { projectId: string; webhook: Webhook }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const remove = useRemoval();
  const [open, setOpen] = useState(false);
  const active = useChange(projectId, "prompt-webhooks", (on: boolean) => setWebhookActive(projectId, webhook.id, on));
  const test = useChange(projectId, "prompt-webhooks", () => testWebhook(projectId, webhook.id));
  const leave = () =>
    remove({
      ids: [webhook.id],
      text: t("prompt.webhook_deleted"),
      run: () => deleteWebhook(projectId, webhook.id).then(() => client.invalidateQueries({ queryKey: [projectId, "prompt-webhooks"] })),
    });
  return (
    <article className="card">
      <header className="flex flex-wrap items-center gap-2 px-3 py-2">
        <code className="min-w-0 flex-1 truncate font-mono text-xs" title={webhook.url}>{webhook.url}</code>
        {!webhook.is_active && <Badge>{t("prompt.silent")}</Badge>}
        <span className="text-xs text-fg-3">
          {webhook.author_name} · <Ago at={webhook.created_at} />
        </span>
        <Button small aria-expanded={open} onClick={() => setOpen(!open)}>{t("prompt.log")}</Button>
        <IconButton
          small
          icon={Send}
          label={t("prompt.send_test")}
          onClick={() => {
            setOpen(true);
            test.mutate(undefined);
          }}
        />
        <IconButton small icon={webhook.is_active ? BellOff : Bell} label={t(webhook.is_active ? "prompt.silence" : "prompt.unsilence")} onClick={() => active.mutate(!webhook.is_active)} />
        <IconButton small icon={Trash2} label={t("prompt.delete_webhook")} onClick={leave} />
      </header>
      {open && <Log projectId={projectId} webhook={webhook} />}
    </article>
  );
}

const TONES = { delivered: "ok", waiting: "warn", failed: "danger" } as const;

function Log({ projectId, webhook }: { projectId: string; webhook: Webhook }) {
  const { t } = useSpeech();
  const query = useQuery(deliveries(projectId, webhook.id));
  const again = useChange(projectId, "prompt-webhooks", (one: Delivery) => sendAgain(projectId, webhook.id, one.id));
  return (
    <div className="border-t px-3 py-2">
      <Loaded query={query}>
        {(all) =>
          all.length === 0 ? (
            <p className="py-2 text-fg-3">{t("prompt.nothing_sent")}</p>
          ) : (
            <ul className="flex flex-col">
              {all.map((one) => (
                <li key={one.id} className="border-b py-1.5 last:border-0">
                  <details>
                    <summary className="flex flex-wrap items-center gap-2">
                      <Badge tone={TONES[one.status]}>{t(`prompt.delivery_${one.status}`)}</Badge>
                      <span className="font-mono text-xs">{one.event}</span>
                      <span className="text-xs text-fg-3">
                        <Time at={one.created_at} /> · {t("prompt.attempts", { n: one.attempts })}
                        {one.response_status > 0 && ` · HTTP ${one.response_status}`}
                      </span>
                      {one.error && <span className="min-w-0 truncate text-xs text-danger">{one.error}</span>}
                    </summary>
                    <CodeBlock code={JSON.stringify(JSON.parse(one.payload), null, 2)} className="mt-1.5" />
                  </details>
                  {one.status !== "waiting" && (
                    <Button small look="ghost" icon={RotateCw} onClick={() => again.mutate(one)}>
                      {t("prompt.send_again")}
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </div>
  );
}
