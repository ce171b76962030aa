/** One user: what they did, what it cost and how well it went, and all their traces and sessions. */
import { getRouteApi } from "@tanstack/react-router";
import { UserRound } from "lucide-react";
import { PageHead } from "@/app/page";
import { term } from "@/lib/filter";
import type { UserSearch, UserTab } from "@/lib/search";
import { useSpeech } from "@/messages";
import { useComparing } from "@/parts/comparing";
import { useRange } from "@/parts/range";
import { RangePicker } from "@/parts/range-picker";
import { Button } from "@/ui/button";
import { CopyButton } from "@/ui/copy";
import { Empty } from "@/ui/states";
import { Tabs } from "@/ui/tabs";
import { Activity } from "./activity";
import { Numbers, useTotals } from "./numbers";
import { UserSessions, UserTraces } from "./tables";

const route = getRouteApi("/inside/project/$projectId/users/$userId");

export function UserPage() {
  const { t } = useSpeech();
  const { projectId, userId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const range = useRange(projectId, search);
  const { compare, toggle } = useComparing();
  const tab = search.tab ?? "activity";
  const part = { projectId, range, filter: term("user", userId) };
  const idle = useTotals(projectId, range, part.filter).values[0] === 0;
  const set = (change: UserSearch, replace = false) => void navigate({ search: (old) => ({ ...old, ...change }), replace });
  const list = { ...part, order: search.order, onOrder: (order: string) => set({ order }, true) };
  return (
    <>
      <PageHead
        title={userId}
        heading={
          <span className="flex items-center gap-1.5">
            <span className="font-normal text-fg-3">{t("user.title")}</span>
            <bdi className="truncate">{userId}</bdi>
            <CopyButton text={userId} />
          </span>
        }
      >
        {tab === "activity" && toggle}
        <RangePicker range={range} onChange={(next) => set({ range: undefined, start: undefined, end: undefined, ...next })} />
      </PageHead>
      <Tabs<UserTab>
        tabs={[
          { key: "activity", label: t("user.activity") },
          { key: "traces", label: t("nav.traces") },
          { key: "sessions", label: t("nav.sessions") },
        ]}
        value={tab}
        onChange={(next) => set({ tab: next === "activity" ? undefined : next, order: undefined }, true)}
        className="flex-1"
      >
        {tab === "activity" ? (
          <div className="mx-auto flex max-w-[120rem] flex-col gap-4 px-4 pt-4 pb-8">
            <Numbers {...part} />
            {idle ? (
              <Empty icon={UserRound} title={t("user.idle")} hint={t("state.empty_range_hint")} className="card">
                {range.search.range !== "30d" && (
                  <Button onClick={() => set({ range: "30d", start: undefined, end: undefined })}>{t("state.widen")}</Button>
                )}
              </Empty>
            ) : (
              <Activity {...part} compare={compare} onZoom={(start, end) => set({ range: undefined, start, end })} />
            )}
          </div>
        ) : (
          <div className="flex h-full flex-col">{tab === "traces" ? <UserTraces {...list} /> : <UserSessions {...list} />}</div>
        )}
      </Tabs>
    </>
  );
}
