import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { ChartNoAxesCombined, Copy, Ellipsis, FileDown, FileUp, Pencil, Plus, Trash2 } from "lucide-react";
import { useRef, useState } from "react";
import * as ask from "@/api/queries";
import type { Dashboard, DashboardRow } from "@/api/types";
import { useRights } from "@/app/me";
import { PageHead } from "@/app/page";
import type { Measured } from "@/lib/measures";
import { totals } from "@/lib/series";
import { resolveRange } from "@/lib/time";
import { useSpeech } from "@/messages";
import { Ago } from "@/parts/figures";
import { Button, IconButton } from "@/ui/button";
import { useLater } from "@/ui/later";
import { Menu, MenuItem, MenuLabel, MenuLine } from "@/ui/menu";
import { useRemoved } from "@/ui/removal";
import { Empty, Failure, Rows, useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";
import { saveBoard, useBoards } from "./boards";
import { useKeys } from "./keys";
import { NameDialog } from "./name-dialog";
import { LIVE, TEMPLATES, type Template, widgetsOf } from "./templates";

const route = getRouteApi("/inside/project/$projectId/dashboards");
/** How many a question may ask for. */
const MEASURES = 10;

export function DashboardsPage() {
  const { t } = useSpeech();
  const { projectId } = route.useParams();
  const { edit } = useRights(projectId);
  const query = useQuery(ask.dashboards(projectId));
  const late = useLater(query.isPending);
  const removed = useRemoved();
  const boards = query.data?.filter((one) => !removed.has(one.id));
  return (
    <>
      <PageHead title={t("nav.dashboards")}>{edit && <New projectId={projectId} />}</PageHead>
      <div className="min-h-0 flex-1 overflow-y-auto px-4 pb-8">
        {query.error ? (
          <Failure error={query.error} retry={() => void query.refetch()} />
        ) : !boards ? (
          late && <Rows />
        ) : boards.length === 0 ? (
          <Empty icon={ChartNoAxesCombined} title={t("dash.none")} hint={t(edit ? "dash.none_hint" : "dash.none_viewer")}>
            {edit && <Templates projectId={projectId} />}
          </Empty>
        ) : (
          <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(18rem,100%),1fr))] gap-3">
            {boards.map((one) => <Card key={one.id} projectId={projectId} row={one} mayEdit={edit} />)}
          </ul>
        )}
      </div>
    </>
  );
}

function useOpen() {
  const { new: _, ...search } = route.useSearch();
  const { projectId } = route.useParams();
  const navigate = route.useNavigate();
  return (dashboardId: string | null, edit?: string) => {
    if (dashboardId) void navigate({ to: "/project/$projectId/dashboards/$dashboardId", params: { projectId, dashboardId }, search: { ...search, edit } });
  };
}

/** Creates and opens a dashboard of a template. */
function useTemplate(projectId: string) {
  const { t } = useSpeech();
  const boards = useBoards(projectId);
  const open = useOpen();
  const [month] = useState(() => resolveRange({ range: "30d" }, Date.now() * 1000));
  const scores = useKeys(projectId, month, "score");
  const client = useQueryClient();
  const errorText = useErrorText();
  const counted = async (names: readonly string[]): Promise<[string, number][]> => {
    if (names.length === 0) return [];
    const measures = names.map((key) => ({ measure: "score" as const, aggregation: "count" as const, key }));
    const found = totals(await client.fetchQuery(ask.chart(projectId, { ...month, ...LIVE, measures })).catch(() => undefined));
    return names.map((name, index) => [name, found[index] ?? 0]);
  };
  /** Scores of live traffic that are numbers, the most frequent first: labels and texts have no average. */
  const numeric = async (): Promise<string[]> => {
    const all = await Promise.all([counted(scores.slice(0, MEASURES)), counted(scores.slice(MEASURES, 2 * MEASURES))]);
    return all.flat().filter(([, many]) => many > 0).sort(([, a], [, b]) => b - a).map(([name]) => name);
  };
  const begin = async (template: Template) => {
    const kinds = await client.ensureQueryData(ask.measures(projectId));
    const own = (measure: Measured) => kinds.find((one) => one.name === measure.measure)!.aggregations[0]!;
    const found = template === "quality" ? await numeric() : [];
    open(await boards.create({ name: t(`dash.template.${template}`), widgets: widgetsOf(template, found, own) }));
  };
  return (template: Template) => void begin(template).catch((error: unknown) => toast(errorText(error), "danger"));
}

function Templates({ projectId }: { projectId: string }) {
  const { t } = useSpeech();
  const begin = useTemplate(projectId);
  return TEMPLATES.map((one) => <Button key={one} onClick={() => begin(one)}>{t(`dash.template.${one}`)}</Button>);
}

function New({ projectId }: { projectId: string }) {
  const { t } = useSpeech();
  const boards = useBoards(projectId);
  const begin = useTemplate(projectId);
  const open = useOpen();
  const file = useRef<HTMLInputElement>(null);
  const navigate = route.useNavigate();
  const naming = route.useSearch().new === "1";
  const setNaming = (on: boolean) => void navigate({ search: (old) => ({ ...old, new: on ? ("1" as const) : undefined }), replace: true });
  return (
    <>
      <input
        ref={file}
        type="file"
        accept="application/json,.json"
        aria-label={t("dash.import")}
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          const chosen = event.target.files?.[0];
          event.target.value = "";
          if (chosen) void boards.open(chosen).then(open);
        }}
      />
      <Button icon={FileUp} onClick={() => file.current?.click()}>{t("dash.import")}</Button>
      <Menu align="end" trigger={<Button look="primary" icon={Plus}>{t("dash.new")}</Button>}>
        <MenuItem onSelect={() => setNaming(true)}>{t("dash.blank")}</MenuItem>
        <MenuLine />
        <MenuLabel>{t("dash.templates")}</MenuLabel>
        {TEMPLATES.map((one) => <MenuItem key={one} onSelect={() => begin(one)}>{t(`dash.template.${one}`)}</MenuItem>)}
      </Menu>
      {naming && <NameDialog title={t("dash.new")} name="" onSave={(name) => void boards.create({ name, widgets: [] }).then((id) => open(id))} onClose={() => setNaming(false)} />}
    </>
  );
}

function Card({ projectId, row, mayEdit }: { projectId: string; row: DashboardRow; mayEdit: boolean }) {
  const { t } = useSpeech();
  const { new: _, ...search } = route.useSearch();
  const boards = useBoards(projectId);
  const open = useOpen();
  const [naming, setNaming] = useState(false);
  const withWhole = (then: (board: Dashboard) => unknown) => () => void boards.whole(row.id).then((board) => board && then(board));
  return (
    <li className="card group relative flex flex-col gap-1 px-3.5 py-3 hover:bg-hover">
      <span className="flex items-center gap-2">
        <Link to="/project/$projectId/dashboards/$dashboardId" params={{ projectId, dashboardId: row.id }} search={search} className="min-w-0 flex-1 truncate rounded text-base font-medium after:absolute after:inset-0">
          {row.name}
        </Link>
        <span className="z-10">
          <Menu align="end" trigger={<IconButton small icon={Ellipsis} label={t("dash.menu", { name: row.name })} />}>
            {mayEdit && <MenuItem onSelect={() => setNaming(true)}><Pencil size={14} aria-hidden />{t("dash.rename")}</MenuItem>}
            {mayEdit && <MenuItem onSelect={withWhole((board) => boards.duplicate(board).then((id) => open(id)))}><Copy size={14} aria-hidden />{t("dash.duplicate")}</MenuItem>}
            <MenuItem onSelect={withWhole(saveBoard)}><FileDown size={14} aria-hidden />{t("dash.export")}</MenuItem>
            {mayEdit && (
              <>
                <MenuLine />
                <MenuItem danger onSelect={() => boards.remove(row)}><Trash2 size={14} aria-hidden />{t("act.delete")}</MenuItem>
              </>
            )}
          </Menu>
        </span>
      </span>
      <span className="text-xs text-fg-3">
        {t("dash.widgets", { n: row.kinds.length })} · <Ago at={row.updated_at} />
      </span>
      {naming && <NameDialog title={t("dash.rename")} name={row.name} onSave={(name) => void boards.rename(row.id, name)} onClose={() => setNaming(false)} />}
    </li>
  );
}
