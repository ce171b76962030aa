/** Makes a key pair and shows its secret, this once. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { createKey } from "@/api/mutations";
import * as ask from "@/api/queries";
import type { CreatedApiKey, NewApiKey } from "@/api/types";
import { DAY } from "@/lib/time";
import { useSpeech } from "@/messages";
import { Button } from "@/ui/button";
import { CodeBlock, CopyButton } from "@/ui/copy";
import { Dialog } from "@/ui/dialog";
import { DialogForm } from "@/ui/dialog-form";
import { Field, Input, Select } from "@/ui/field";

const SCOPES = ["full", "write", "read"] as const;
const LIVES = [0, 30, 90, 365] as const;

interface NewKeyProps {
  projectId: string;
  onClose: () => void;
  onMade?: (made: CreatedApiKey) => void;
}

export function NewKey({ projectId, onClose, onMade }: NewKeyProps) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const [scope, setScope] = useState<NonNullable<NewApiKey["scope"]>>("full");
  const shown = async (made: CreatedApiKey) => {
    onMade?.(made);
    await Promise.all([client.invalidateQueries(ask.keys(projectId)), client.invalidateQueries(ask.onboarding(projectId))]);
  };
  return (
    <KeyForm projectId={projectId} hint={t("apikey.note_hint")} create={(asked) => createKey(projectId, { ...asked, scope })} onMade={shown} onClose={onClose}>
      <Field label={t("apikey.scope")}>
        {(ids) => (
          <Select {...ids} value={scope} onChange={(event) => setScope(SCOPES.find((one) => one === event.target.value) ?? "full")}>
            {SCOPES.map((one) => (
              <option key={one} value={one}>
                {t(`apikey.scope.${one}`)}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </KeyForm>
  );
}

interface Pair {
  key: { public_key: string };
  secret_key: string;
}

interface KeyFormProps<P extends Pair> {
  /** Names the address of the server. */
  projectId: string;
  /** What the note is good for. */
  hint: string;
  create: (asked: { note: string; expires_at: number }) => Promise<P>;
  onMade: (made: P) => Promise<unknown>;
  onClose: () => void;
  /** What else is chosen, beside the days it lives. */
  children?: ReactNode;
}

export function KeyForm<P extends Pair>({ projectId, hint, create, onMade, onClose, children }: KeyFormProps<P>) {
  const { t } = useSpeech();
  const [note, setNote] = useState("");
  const [days, setDays] = useState(0);
  const make = useMutation({
    mutationFn: () => create({ note: note.trim(), expires_at: days ? Date.now() * 1000 + days * DAY : 0 }),
    onSuccess: onMade,
  });
  if (make.data) return <Made projectId={projectId} made={make.data} onClose={onClose} />;
  return (
    <Dialog open onClose={onClose} title={t("apikey.new")}>
      <DialogForm onSubmit={() => make.mutate()} onCancel={onClose} send={t("act.create")} disabled={make.isPending} error={make.error}>
        <Field label={t("apikey.note")} hint={hint}>
          {(ids) => <Input {...ids} value={note} maxLength={200} onChange={(event) => setNote(event.target.value)} />}
        </Field>
        <div className={children ? "grid grid-cols-2 gap-3" : undefined}>
          {children}
          <Lives days={days} onChange={setDays} />
        </div>
      </DialogForm>
    </Dialog>
  );
}

/** Days after which a key ends; 0: never. */
function Lives({ days, onChange }: { days: number; onChange: (days: number) => void }) {
  const { t } = useSpeech();
  return (
    <Field label={t("apikey.expires")}>
      {(ids) => (
        <Select {...ids} value={days} onChange={(event) => onChange(Number(event.target.value))}>
          {LIVES.map((one) => (
            <option key={one} value={one}>
              {one ? t("apikey.in_days", { n: one }) : t("apikey.never")}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

interface MadeProps {
  projectId: string;
  made: Pair;
  onClose: () => void;
}

/** A pair with its secret, this once. */
function Made({ projectId, made, onClose }: MadeProps) {
  const { t } = useSpeech();
  const base = useQuery(ask.onboarding(projectId)).data?.base_url ?? window.location.origin;
  const rows = [
    [t("apikey.public"), made.key.public_key],
    [t("apikey.secret"), made.secret_key],
  ] as const;
  const environment = [
    `LANGFUSE_BASE_URL="${base}"`,
    `LANGFUSE_HOST="${base}"`,
    `LANGFUSE_PUBLIC_KEY="${made.key.public_key}"`,
    `LANGFUSE_SECRET_KEY="${made.secret_key}"`,
  ].join("\n");
  return (
    <Dialog open onClose={onClose} title={t("apikey.made")} lead={t("apikey.made_text")} wide>
      <dl className="card divide-y divide-line">
        {rows.map(([name, value]) => (
          <div key={name} className="flex min-h-10 items-center gap-3 px-3">
            <dt className="w-24 shrink-0 text-xs text-fg-2">{name}</dt>
            <dd className="min-w-0 flex-1 font-mono text-xs wrap-anywhere">{value}</dd>
            <CopyButton text={value} />
          </div>
        ))}
      </dl>
      <h3 className="mt-4 mb-1.5 text-xs font-medium text-fg-2">{t("apikey.env")}</h3>
      <CodeBlock code={environment} />
      <div className="mt-4 flex justify-end">
        <Button look="primary" onClick={onClose}>
          {t("act.close")}
        </Button>
      </div>
    </Dialog>
  );
}
