import { Link, getRouteApi, useRouter } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { useSpeech } from "@/messages";
import { CopyButton } from "@/ui/copy";
import { buttonClass } from "@/ui/button";
import { cx } from "@/ui/cx";
import { useShortcuts } from "@/ui/shortcuts";
import { TraceView } from "./view";

const route = getRouteApi("/inside/project/$projectId/traces/$traceId");

export function TracePage() {
  const { t } = useSpeech();
  const { projectId, traceId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const router = useRouter();
  useShortcuts({
    Escape: () => {
      if (router.history.canGoBack()) router.history.back();
      else void navigate({ to: "/project/$projectId/traces", params: { projectId } });
    },
  });
  return (
    <TraceView
      key={traceId}
      projectId={projectId}
      traceId={traceId}
      search={search}
      onSearch={(change) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true })}
      keys
      tools={
        <>
          <CopyButton text={() => window.location.href} label={t("act.copy_link")} />
          <Link to="/project/$projectId/traces" params={{ projectId }} className={cx(buttonClass("ghost"), "max-sm:hidden")}>
            <ArrowLeft size={14} aria-hidden />
            {t("nav.traces")}
          </Link>
        </>
      }
    />
  );
}
