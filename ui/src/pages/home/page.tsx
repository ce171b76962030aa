import { useQuery } from "@tanstack/react-query";
import { Link, getRouteApi, useNavigate } from "@tanstack/react-router";
import { Plug } from "lucide-react";
import * as ask from "@/api/queries";
import { PageHead } from "@/app/page";
import type { RangeSearch } from "@/lib/time";
import { useSpeech } from "@/messages";
import { useComparing } from "@/parts/comparing";
import { useRange } from "@/parts/range";
import { RangePicker } from "@/parts/range-picker";
import { buttonClass } from "@/ui/button";
import { Empty } from "@/ui/states";
import { Charts } from "./charts";
import { LatestErrors } from "./latest-errors";
import { Tiles } from "./tiles";
import { TopList } from "./top-list";

const route = getRouteApi("/inside/project/$projectId/");

export function HomePage() {
  const { t } = useSpeech();
  const { projectId } = route.useParams();
  const search = route.useSearch();
  const navigate = useNavigate();
  const range = useRange(projectId, search);
  const { compare, toggle } = useComparing();
  const started = useQuery(ask.onboarding(projectId)).data?.has_traces !== false;
  const zoom = (next: RangeSearch) => void navigate({ to: "/project/$projectId", params: { projectId }, search: next });
  const see = (start: number, end: number, filter: string) =>
    void navigate({
      to: "/project/$projectId/traces",
      params: { projectId },
      search: { start: Math.round(start), end: Math.round(end), filter: filter || undefined },
    });
  const list = { projectId, range, search };
  return (
    <>
      <PageHead title={t("nav.home")}>
        {toggle}
        <RangePicker range={range} onChange={zoom} />
      </PageHead>
      <div className="min-h-0 flex-1 overflow-y-auto">
        {started ? (
          <div className="mx-auto flex max-w-[120rem] flex-col gap-4 px-4 pb-8">
            <Tiles projectId={projectId} range={range} />
            <div className="grid gap-4 lg:grid-cols-2 2xl:grid-cols-3">
              <Charts projectId={projectId} range={range} compare={compare} onZoom={(start, end) => zoom({ start, end })} onPoint={see} />
              <TopList {...list} title="home.top_models" dimension="model" field="model" view="spans" />
            </div>
            <div className="grid gap-4 lg:grid-cols-2">
              <TopList {...list} title="home.top_names" dimension="trace_name" field="trace_name" view="spans" />
              <TopList {...list} title="home.top_users" dimension="user" field="user" view="spans" />
            </div>
            <LatestErrors projectId={projectId} range={range} />
            <p className="text-center text-xs text-fg-3">{t("home.drag")}</p>
          </div>
        ) : (
          <Empty icon={Plug} title={t("start.title")} hint={t("start.lead")} className="h-full">
            <Link to="/project/$projectId/start" params={{ projectId }} className={buttonClass("primary")}>
              {t("nav.start")}
            </Link>
          </Empty>
        )}
      </div>
    </>
  );
}
