/** All scores of a project: one by one, or what they say together. */
import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";
import { PageHead } from "@/app/page";
import type { ScoresSearch } from "@/lib/scores";
import { useSpeech } from "@/messages";
import { useRange } from "@/parts/range";
import { RangePicker } from "@/parts/range-picker";
import { Tabs } from "@/ui/tabs";
import { Analytics } from "./analytics";
import { ScoreList } from "./list";

const route = getRouteApi("/inside/project/$projectId/scores");

export function ScoresPage() {
  const { t } = useSpeech();
  const { projectId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const range = useRange(projectId, search);
  const set = useCallback(
    (change: Partial<ScoresSearch>) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true, resetScroll: false }),
    [navigate],
  );
  const part = { projectId, search, range, set };
  return (
    <>
      <PageHead title={t("nav.scores")}>
        <RangePicker range={range} onChange={(next) => set({ range: undefined, start: undefined, end: undefined, ...next })} />
      </PageHead>
      <Tabs<"table" | "analytics">
        tabs={[
          { key: "table", label: t("scores.tab_table") },
          { key: "analytics", label: t("scores.tab_analytics") },
        ]}
        value={search.tab ?? "table"}
        onChange={(tab) => set({ tab: tab === "table" ? undefined : tab })}
        className="flex-1"
      >
        {search.tab === "analytics" ? <Analytics {...part} /> : <ScoreList {...part} />}
      </Tabs>
    </>
  );
}
