/** What stands where no page is. */
import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { Compass } from "lucide-react";
import { useSpeech } from "@/messages";
import { buttonClass } from "@/ui/button";
import { Empty, Failure } from "@/ui/states";
import { TabTitle } from "./page";

export function NotFound() {
  const { t } = useSpeech();
  return (
    <main className="grid h-full place-items-center">
      <TabTitle text={t("state.not_found")} />
      <Empty icon={Compass} title={t("state.not_found")} hint={t("state.not_found_hint")}>
        <Link to="/" className={buttonClass("primary")}>
          {t("state.go_home")}
        </Link>
      </Empty>
    </main>
  );
}

export function Crash({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  return (
    <div className="grid h-full place-items-center">
      <Failure
        error={error}
        retry={() => {
          reset();
          void router.invalidate();
        }}
      />
    </div>
  );
}
