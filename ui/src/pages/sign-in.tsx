import { useMutation } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Languages, Moon, Sun } from "lucide-react";
import { type FormEvent, useState } from "react";
import { ApiError } from "@/api/client";
import { signIn } from "@/api/mutations";
import { TabTitle } from "@/app/page";
import { useTheme } from "@/app/theme";
import { LANGUAGES, useSpeech } from "@/messages";
import { Button, IconButton } from "@/ui/button";
import { Field, Input } from "@/ui/field";
import { Logo } from "@/ui/logo";
import { useErrorText } from "@/ui/states";

const route = getRouteApi("/sign-in");
const COMMAND = "pilothouse up";

export function SignInPage() {
  const { t, language, setLanguage } = useSpeech();
  const theme = useTheme();
  const { to, spent } = route.useSearch();
  const errorText = useErrorText();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const enter = useMutation({
    mutationFn: () => signIn(email, password),
    // A whole new page: nothing of the one who was here before, and the server may know the way better.
    onSuccess: () => window.location.assign(to ?? "/"),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!enter.isPending) enter.mutate();
  };
  const wrong = enter.error instanceof ApiError && enter.error.status === 401;
  const other = language === "en" ? "zh" : "en";
  const [before, after] = t("sign.hint", { command: "\u0000" }).split("\u0000");
  return (
    <main className="flex h-full flex-col overflow-y-auto bg-side">
      <TabTitle text={t("sign.title")} />
      <div className="flex justify-end gap-1 p-3">
        <Button look="ghost" icon={Languages} onClick={() => setLanguage(other)} lang={other}>
          {LANGUAGES[other]}
        </Button>
        <IconButton
          icon={theme.dark ? Sun : Moon}
          label={t("keys.theme")}
          onClick={() => theme.setWish(theme.dark ? "light" : "dark")}
        />
      </div>
      <div className="m-auto w-full max-w-sm px-4 pb-24">
        <div className="mb-6 flex flex-col items-center gap-2 text-center">
          <Logo className="size-10" />
          <h1 className="text-xl font-semibold tracking-tight">{t("app.name")}</h1>
          <p className="text-fg-2">{t("app.tagline")}</p>
        </div>
        <form onSubmit={submit} className="card flex flex-col gap-3.5 p-5">
          {spent && !enter.error && (
            <p role="status" className="rounded-md bg-warn-soft px-3 py-2 text-warn">
              {t("sign.link_spent")}
            </p>
          )}
          <Field label={t("sign.email")}>
            {(ids) => (
              <Input
                {...ids}
                type="email"
                name="email"
                autoComplete="username"
                required
                value={email}
                onChange={(event) => setEmail(event.target.value)}
              />
            )}
          </Field>
          <Field label={t("sign.password")}>
            {(ids) => (
              <Input
                {...ids}
                type="password"
                name="password"
                autoComplete="current-password"
                required
                value={password}
                onChange={(event) => setPassword(event.target.value)}
              />
            )}
          </Field>
          {enter.error && (
            <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-danger">
              {wrong ? t("sign.wrong") : errorText(enter.error)}
            </p>
          )}
          <Button type="submit" look="primary" disabled={enter.isPending} className="mt-1 h-9">
            {enter.isPending ? t("sign.busy") : t("sign.submit")}
          </Button>
        </form>
        <p className="mt-4 text-center text-xs text-fg-2">
          {before}
          <code className="rounded border bg-bg px-1 font-mono">{COMMAND}</code>
          {after}
        </p>
      </div>
    </main>
  );
}
