/** A connection to a provider, new or changed. What is secret goes in and is never shown again. */
import { useQueryClient } from "@tanstack/react-query";
import { ChevronRight, CircleCheck, ExternalLink } from "lucide-react";
import { useState } from "react";
import * as ask from "@/api/playground";
import type { Connection, ConnectionDraft, ModelFailure, Provider } from "@/api/playground";
import { type Key, useSpeech } from "@/messages";
import { Failed } from "@/pages/playground/output";
import { Button } from "@/ui/button";
import { cx } from "@/ui/cx";
import { Dialog } from "@/ui/dialog";
import { Field, Input, Select } from "@/ui/field";
import { useErrorText } from "@/ui/states";

interface FormProps {
  projectId: string;
  providers: readonly Provider[];
  connection: Connection | null;
  onClose: () => void;
}

interface Typed {
  name: string;
  provider: string;
  address: string;
  key: string;
  token: string;
  headers: string;
  models: string;
  options: Record<string, string>;
}

const NUMBERS = new Set(["timeout", "retries"]);
/** Told where the key is, not among what few need. */
const BESIDE_KEY = new Set(["region", "access_key_id"]);

const begin = (one: Connection | null, providers: readonly Provider[]): Typed => ({
  name: one?.name ?? "",
  provider: one?.provider ?? providers[0]!.id,
  address: one?.base_url ?? "",
  key: "",
  token: "",
  headers: "",
  models: one?.models.join("\n") ?? "",
  options: Object.fromEntries(Object.entries(one?.options ?? {}).map(([name, value]) => [name, String(value)])),
});

const lines = (text: string) => text.split("\n").map((one) => one.trim()).filter((one) => one !== "");

function draftOf(typed: Typed, provider: Provider, isNew: boolean): ConnectionDraft {
  const known = new Set(provider.options);
  const told = Object.entries(typed.options).filter(([name, value]) => value.trim() !== "" && (known.has(name) || name === "default_models"));
  const headers = lines(typed.headers).filter((one) => one.includes(":"));
  return {
    name: typed.name.trim() || provider.name,
    provider: provider.id,
    base_url: typed.address.trim(),
    key: typed.key.trim() || (isNew ? "" : null),
    session_token: typed.token.trim() || (isNew ? "" : null),
    headers: headers.length ? Object.fromEntries(headers.map((one) => [one.slice(0, one.indexOf(":")).trim(), one.slice(one.indexOf(":") + 1).trim()])) : isNew ? {} : null,
    models: lines(typed.models),
    options: Object.fromEntries(told.map(([name, value]) => [name, name === "default_models" ? value === "true" : NUMBERS.has(name) ? Number(value) : value.trim()])),
  };
}

type Trial = { state: "none" | "running" } | { state: "works"; model: string; seconds: number } | { state: "fails"; failure: ModelFailure };

export function ConnectionForm({ projectId, providers, connection, onClose }: FormProps) {
  const { t, f } = useSpeech();
  const client = useQueryClient();
  const errorText = useErrorText();
  const [typed, setTyped] = useState(() => begin(connection, providers));
  const [error, setError] = useState("");
  const [trial, setTrial] = useState<Trial>({ state: "none" });
  const provider = providers.find((one) => one.id === typed.provider) ?? providers[0]!;
  const put = (change: Partial<Typed>) => {
    setTyped((before) => ({ ...before, ...change }));
    setTrial({ state: "none" });
  };
  const option = (name: string, value: string) => put({ options: { ...typed.options, [name]: value } });
  const draft = () => draftOf(typed, provider, connection === null);
  const guarded = async (work: () => Promise<void>) => {
    setError("");
    try {
      await work();
    } catch (failure) {
      setTrial({ state: "none" });
      setError(errorText(failure));
    }
  };
  const test = () =>
    guarded(async () => {
      setTrial({ state: "running" });
      const told = await ask.testConnection(projectId, { connection_id: connection?.id ?? "", draft: draft() });
      setTrial(told.failure ? { state: "fails", failure: told.failure } : { state: "works", model: told.model, seconds: told.seconds });
    });
  const save = () =>
    guarded(async () => {
      await ask.saveConnection(projectId, connection?.id ?? null, draft());
      await client.invalidateQueries({ queryKey: [projectId, "connections"] });
      onClose();
    });
  const aws = provider.protocol === "bedrock";
  return (
    <Dialog open onClose={onClose} wide title={t(connection ? "conn.edit" : "conn.new")}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <div className="grid gap-3 sm:grid-cols-2">
          <Field label={t("conn.provider")}>
            {(ids) => (
              <Select {...ids} value={typed.provider} onChange={(event) => put({ provider: event.target.value, address: "", options: {} })}>
                {providers.map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.name}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label={t("conn.name")}>{(ids) => <Input {...ids} placeholder={provider.name} value={typed.name} onChange={(event) => put({ name: event.target.value })} />}</Field>
        </div>
        <Field label={t("conn.address")} hint={provider.base_url ? t("conn.address_default", { url: provider.base_url }) : aws ? undefined : t("conn.address_needed")}>
          {(ids) => <Input {...ids} inputMode="url" className="font-mono" placeholder={provider.base_url || "https://"} value={typed.address} onChange={(event) => put({ address: event.target.value })} />}
        </Field>
        {provider.options.some((name) => BESIDE_KEY.has(name)) && (
          <div className="grid gap-3 sm:grid-cols-2">
            {provider.options.filter((name) => BESIDE_KEY.has(name)).map((name) => (
              <Field key={name} label={t(`conn.${name}` as Key)}>
                {(ids) => <Input {...ids} className="font-mono" placeholder={name === "region" ? "us-east-1" : undefined} value={typed.options[name] ?? ""} onChange={(event) => option(name, event.target.value)} />}
              </Field>
            ))}
          </div>
        )}
        <Field label={t(aws ? "conn.secret_access_key" : "conn.key")} hint={<KeyHint provider={provider} connection={connection} />}>
          {(ids) => <Input {...ids} type="password" autoComplete="new-password" className="font-mono" value={typed.key} onChange={(event) => put({ key: event.target.value })} />}
        </Field>
        <Models projectId={projectId} connection={connection} value={typed.models} onChange={(models) => put({ models })} />
        <Advanced>
          <div className="grid gap-3 sm:grid-cols-2">
            {provider.options.filter((name) => !BESIDE_KEY.has(name)).map((name) => (
              <Field key={name} label={t(`conn.${name}` as Key)}>
                {(ids) =>
                  name === "api" ? (
                    <Select {...ids} value={typed.options.api ?? "chat"} onChange={(event) => option("api", event.target.value)}>
                      <option value="chat">{t("conn.api.chat")}</option>
                      <option value="responses">{t("conn.api.responses")}</option>
                    </Select>
                  ) : (
                    <Input {...ids} inputMode={NUMBERS.has(name) ? "numeric" : undefined} placeholder={{ timeout: "120", retries: "2" }[name]} value={typed.options[name] ?? ""} onChange={(event) => option(name, event.target.value)} />
                  )
                }
              </Field>
            ))}
            {aws && (
              <Field label={t("conn.session_token")}>
                {(ids) => <Input {...ids} type="password" autoComplete="new-password" value={typed.token} onChange={(event) => put({ token: event.target.value })} />}
              </Field>
            )}
          </div>
          {!aws && (
            <Field label={t("conn.headers")} hint={connection?.header_names.length ? t("conn.headers_kept", { names: connection.header_names.join(", ") }) : undefined}>
              {(ids) => <textarea {...ids} rows={2} spellCheck={false} className="field h-auto py-1.5 font-mono text-xs" value={typed.headers} onChange={(event) => put({ headers: event.target.value })} />}
            </Field>
          )}
        </Advanced>
        {error && <p role="alert" className="text-xs wrap-anywhere text-danger">{error}</p>}
        {trial.state === "works" && (
          <p role="status" className="flex items-center gap-1.5 text-xs text-ok">
            <CircleCheck size={14} aria-hidden />
            {t("conn.works", { model: trial.model, time: f.duration(trial.seconds * 1e6) })}
          </p>
        )}
        {trial.state === "fails" && <Failed failure={trial.failure} />}
        <div className="flex justify-end gap-2">
          <Button disabled={trial.state === "running"} onClick={() => void test()}>
            {t(trial.state === "running" ? "conn.testing" : "conn.test")}
          </Button>
          <Button type="submit" look="primary">
            {t("conn.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function KeyHint({ provider, connection }: { provider: Provider; connection: Connection | null }) {
  const { t } = useSpeech();
  if (connection?.has_key) return connection.key_hint ? t("conn.key_kept", { hint: `…${connection.key_hint}` }) : t("conn.key_kept_plain");
  if (!provider.keys_at) return t("conn.key_none");
  return (
    <a href={provider.keys_at} target="_blank" rel="noreferrer" className="inline-flex items-center gap-1 text-accent hover:underline">
      {t("conn.key_at", { host: new URL(provider.keys_at).host })}
      <ExternalLink size={11} aria-hidden />
    </a>
  );
}

interface ModelsProps {
  projectId: string;
  connection: Connection | null;
  value: string;
  onChange: (value: string) => void;
}

function Models({ projectId, connection, value, onChange }: ModelsProps) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const [failure, setFailure] = useState<ModelFailure | null>(null);
  const fetch = async () => {
    if (!connection) return;
    const told = await client.fetchQuery(ask.callable(projectId, connection.id));
    setFailure(told.failure);
    if (told.models.length) onChange(told.models.join("\n"));
  };
  return (
    <>
      <Field label={t("conn.models")} hint={t("conn.models_hint")}>
        {(ids) => <textarea {...ids} rows={3} spellCheck={false} className="field h-auto py-1.5 font-mono text-xs" value={value} onChange={(event) => onChange(event.target.value)} />}
      </Field>
      {connection && (
        <Button small className="self-start" onClick={() => void fetch()}>
          {t("conn.ask_models")}
        </Button>
      )}
      {failure && <Failed failure={failure} />}
    </>
  );
}

function Advanced({ children }: { children: React.ReactNode }) {
  const { t } = useSpeech();
  const [open, setOpen] = useState(false);
  return (
    <div>
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)} className="flex h-7 items-center gap-1 text-xs font-medium text-fg-2 hover:text-fg">
        <ChevronRight size={13} aria-hidden className={cx("transition-transform", open && "rotate-90")} />
        {t("conn.advanced")}
      </button>
      {open && <div className="mt-1 flex flex-col gap-3">{children}</div>}
    </div>
  );
}
