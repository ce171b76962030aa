/** A trace or a session that is shared by link: anybody reads it, nobody changes it. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Globe, Languages, Moon, SearchX, Sun } from "lucide-react";
import { ApiError } from "@/api/client";
import { sharedThing } from "@/api/talk";
import { TabTitle } from "@/app/page";
import { useTheme } from "@/app/theme";
import { placeOf } from "@/lib/share";
import { useSpeech } from "@/messages";
import { IconButton } from "@/ui/button";
import { Logo } from "@/ui/logo";
import { Empty, Failure } from "@/ui/states";
import { SessionView } from "./sessions/page";
import { TraceView } from "./trace/view";

const route = getRouteApi("/share/$token");

export function SharePage() {
  const { t } = useSpeech();
  const { token } = route.useParams();
  const query = useQuery(sharedThing(token));
  const thing = query.data;
  return (
    <div className="flex h-full flex-col">
      <Banner />
      <main id="content" className="flex min-h-0 min-w-0 flex-1 flex-col">
        {thing?.kind === "trace" && <SharedTrace token={token} traceId={thing.id} />}
        {thing?.kind === "session" && <SharedSession token={token} sessionId={thing.id} />}
        {query.error instanceof ApiError && query.error.status === 404 ? (
          <>
            <TabTitle text={t("share.gone")} />
            <Empty icon={SearchX} title={t("share.gone")} hint={t("share.gone_hint")} className="flex-1" />
          </>
        ) : (
          query.error && <Failure error={query.error} retry={() => void query.refetch()} className="flex-1" />
        )}
      </main>
    </div>
  );
}

function Banner() {
  const { t, language, setLanguage } = useSpeech();
  const theme = useTheme();
  return (
    <header className="flex h-11 shrink-0 items-center gap-2 border-b bg-side px-3">
      <Logo className="size-5" />
      <span className="font-medium max-sm:sr-only">{t("app.name")}</span>
      <span className="flex min-w-0 flex-1 items-center gap-1 truncate pl-2 text-xs text-fg-2">
        <Globe size={13} aria-hidden className="shrink-0" />
        {t("share.read_only")}
      </span>
      <IconButton icon={Languages} label={language === "zh" ? "English" : "中文"} onClick={() => setLanguage(language === "zh" ? "en" : "zh")} />
      <IconButton icon={theme.dark ? Sun : Moon} label={t("keys.theme")} onClick={() => theme.setWish(theme.dark ? "light" : "dark")} />
    </header>
  );
}

function SharedTrace({ token, traceId }: { token: string; traceId: string }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <TraceView
      projectId={placeOf(token)}
      traceId={traceId}
      search={search}
      onSearch={(change) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true })}
      keys
      tools={null}
    />
  );
}

function SharedSession({ token, sessionId }: { token: string; sessionId: string }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <SessionView
      projectId={placeOf(token)}
      sessionId={sessionId}
      search={search}
      onSearch={(change) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true, resetScroll: false })}
    />
  );
}
