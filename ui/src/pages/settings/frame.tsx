import { Link, Outlet, getRouteApi, useLocation } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { SETTINGS } from "@/app/navigation";
import { PageHead } from "@/app/page";
import { useSpeech } from "@/messages";

const route = getRouteApi("/inside/project/$projectId/settings");

export function SettingsFrame() {
  const { t } = useSpeech();
  const { projectId } = route.useParams();
  const nav = useRef<HTMLElement>(null);
  const path = useLocation({ select: (location) => location.pathname });
  // On a phone the pages stand in a row that is longer than the window.
  useEffect(() => {
    const current = nav.current?.querySelector<HTMLElement>("[aria-current=page]");
    if (current) nav.current!.scrollLeft = current.offsetLeft - (nav.current!.clientWidth - current.offsetWidth) / 2;
  }, [path]);
  return (
    <>
      <PageHead title={t("nav.settings")} />
      <div className="flex min-h-0 flex-1 flex-col md:flex-row">
        <nav
          ref={nav}
          aria-label={t("nav.settings")}
          className="relative flex shrink-0 gap-0.5 overflow-x-auto border-b px-3 pb-2 [scrollbar-width:none] md:w-44 md:flex-col md:border-b-0 md:pb-0"
        >
          {SETTINGS.map((page) => (
            <Link
              key={page.to}
              to={page.to}
              params={{ projectId }}
              className="flex h-8 shrink-0 items-center rounded-md px-2.5 whitespace-nowrap"
              activeOptions={{ includeSearch: false }}
              activeProps={{ className: "bg-selected font-medium text-accent" }}
              inactiveProps={{ className: "text-fg-2 hover:bg-hover hover:text-fg" }}
            >
              {t(page.label)}
            </Link>
          ))}
        </nav>
        <div className="min-h-0 min-w-0 flex-1 overflow-y-auto px-4 pt-4 pb-10 md:pt-0">
          <Outlet />
        </div>
      </div>
    </>
  );
}
