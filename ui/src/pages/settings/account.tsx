import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { changePassword } from "@/api/mutations";
import * as ask from "@/api/queries";
import { useMe } from "@/app/me";
import { useSpeech } from "@/messages";
import { Button } from "@/ui/button";
import { Field, Input } from "@/ui/field";
import { useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";
import { Section } from "./section";

const LEAST = 10;

export function AccountPage() {
  const { t } = useSpeech();
  const me = useMe();
  return (
    <>
      <Section title={t("set.account")}>
        <dl className="card max-w-xl divide-y divide-line">
          <div className="flex min-h-10 items-center gap-4 px-4">
            <dt className="w-32 shrink-0 text-fg-2">{t("set.email")}</dt>
            <dd className="truncate">{me.email}</dd>
          </div>
          {me.name && (
            <div className="flex min-h-10 items-center gap-4 px-4">
              <dt className="w-32 shrink-0 text-fg-2">{t("set.name")}</dt>
              <dd className="truncate">{me.name}</dd>
            </div>
          )}
        </dl>
      </Section>
      <Section title={t("set.password")} lead={me.has_password ? undefined : t("set.password_lead")}>
        <Password has={me.has_password} />
      </Section>
    </>
  );
}

function Password({ has }: { has: boolean }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const errorText = useErrorText();
  const [current, setCurrent] = useState("");
  const [fresh, setFresh] = useState("");
  const [again, setAgain] = useState("");
  const save = useMutation({
    mutationFn: () => changePassword(has ? current : null, fresh),
    onSuccess: async () => {
      toast(t("set.password_done"));
      setCurrent("");
      setFresh("");
      setAgain("");
      await client.invalidateQueries(ask.me);
    },
  });
  const differs = again !== "" && again !== fresh;
  const ready = fresh.length >= LEAST && again === fresh && (!has || current !== "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) save.mutate();
  };
  return (
    <form onSubmit={submit} className="card flex max-w-xl flex-col gap-3.5 p-4">
      {has && (
        <Field label={t("set.password_current")}>
          {(ids) => (
            <Input {...ids} type="password" autoComplete="current-password" value={current} onChange={(event) => setCurrent(event.target.value)} />
          )}
        </Field>
      )}
      <Field label={t("set.password_new")} hint={t("set.password_rule")}>
        {(ids) => <Input {...ids} type="password" autoComplete="new-password" value={fresh} onChange={(event) => setFresh(event.target.value)} />}
      </Field>
      <Field label={t("set.password_again")} error={differs ? t("set.password_differs") : null}>
        {(ids) => <Input {...ids} type="password" autoComplete="new-password" value={again} onChange={(event) => setAgain(event.target.value)} />}
      </Field>
      {save.error && (
        <p role="alert" className="text-danger">
          {errorText(save.error)}
        </p>
      )}
      <Button type="submit" look="primary" disabled={!ready || save.isPending} className="self-start">
        {has ? t("set.password_save") : t("set.password_set")}
      </Button>
    </form>
  );
}
