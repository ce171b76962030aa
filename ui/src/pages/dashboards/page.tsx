/** One dashboard. The URL holds its range, filter and mode, so that a link shows another person the same. */
import { Link, getRouteApi, useNavigate } from "@tanstack/react-router";
import { ChartNoAxesCombined, ChevronLeft, Copy, Ellipsis, FileDown, Link2, Maximize, Minimize, Pencil, Plus, Timer, Trash2 } from "lucide-react";
import { useEffect, useState } from "react";
import { ApiError } from "@/api/client";
import type { Dashboard, Widget } from "@/api/types";
import { useRights } from "@/app/me";
import { PageHead, TabTitle } from "@/app/page";
import { type DashboardSearch, REFRESHES, type Refresh } from "@/lib/dashboards";
import { settle } from "@/lib/grid";
import { below, freshId } from "@/lib/widgets";
import { useSpeech } from "@/messages";
import { FilterBar } from "@/parts/filter-bar";
import { useMarks } from "@/parts/marks";
import { type Range, useRange } from "@/parts/range";
import { RangePicker } from "@/parts/range-picker";
import { Button, IconButton, buttonClass } from "@/ui/button";
import { copyText } from "@/ui/copy";
import { Menu, MenuCheck, MenuItem, MenuLine } from "@/ui/menu";
import { fetched } from "@/ui/fetched";
import { useShortcuts } from "@/ui/shortcuts";
import { useStable } from "@/ui/stable";
import { Empty, Failure, Rows } from "@/ui/states";
import { toast, toastUndo } from "@/ui/toast";
import { useLater } from "@/ui/later";
import { saveBoard, useBoards } from "./boards";
import { Grid } from "./grid";
import { NameDialog } from "./name-dialog";
import { useDashboard } from "./use-dashboard";
import { WidgetCard } from "./widget-card";
import { questionText } from "./words";

const Editor = fetched(async () => (await import("./editor")).default);
const route = getRouteApi("/inside/project/$projectId/dashboards/$dashboardId");

export function DashboardPage() {
  const { projectId, dashboardId } = route.useParams();
  const { query, change } = useDashboard(projectId, dashboardId);
  const late = useLater(query.isPending);
  if (query.error instanceof ApiError && query.error.status === 404) return <Missing projectId={projectId} />;
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} className="h-full" />;
  if (!query.data) return late ? <Rows /> : null;
  return <Board projectId={projectId} board={query.data} change={change} />;
}

function Missing({ projectId }: { projectId: string }) {
  const { t } = useSpeech();
  return (
    <Empty icon={ChartNoAxesCombined} title={t("dash.missing")} hint={t("state.not_found_hint")} className="h-full">
      <TabTitle text={t("state.not_found")} missing />
      <Link to="/project/$projectId/dashboards" params={{ projectId }} className={buttonClass("primary")}>
        {t("nav.dashboards")}
      </Link>
    </Empty>
  );
}

interface BoardProps {
  projectId: string;
  board: Dashboard;
  change: ReturnType<typeof useDashboard>["change"];
}

function Board({ projectId, board, change }: BoardProps) {
  const { t, f } = useSpeech();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const go = useNavigate();
  const range = useRange(projectId, search);
  const { edit: mayEdit } = useRights(projectId);
  const filter = search.filter ?? "";
  const full = search.full === "1";
  const put = (next: Partial<DashboardSearch>, replace = false) => void navigate({ search: (old: DashboardSearch) => ({ ...old, ...next }), replace });
  useRefresh(search.refresh, range.refresh);
  const { widgets } = board;
  const titleOf = (one: Widget) => one.title || questionText(t, f, one.question);
  const marks = useMarks(projectId, range);

  const edited = search.edit === "new" ? blank(widgets) : widgets.find((one) => one.id === search.edit);
  const save = (widget: Widget) => {
    const known = widgets.some((one) => one.id === widget.id);
    change({ widgets: settle(known ? widgets.map((one) => (one.id === widget.id ? widget : one)) : [...widgets, widget]) });
    put({ edit: undefined }, true);
  };
  const remove = (widget: Widget) => {
    change({ widgets: settle(widgets.filter((one) => one.id !== widget.id)) });
    toastUndo(t("dash.widget_gone", { name: titleOf(widget) }), t("act.undo"), () => {}, () => change(withBack(widget)));
  };
  const act = (widget: Widget) => ({
    edit: () => put({ edit: widget.id }),
    copy: () => change({ widgets: settle([...widgets, { ...widget, id: freshId(), ...below(widgets), w: widget.w, h: widget.h }]) }),
    remove: () => remove(widget),
  });
  useShortcuts({ Escape: () => (full ? leaveFull() : false), f: () => (full ? leaveFull() : enterFull()) });
  const enterFull = () => {
    put({ full: "1" });
    void document.documentElement.requestFullscreen?.().catch(() => {});
  };
  const leaveFull = () => {
    put({ full: undefined });
    if (document.fullscreenElement) void document.exitFullscreen();
  };
  // The browser keeps the key that leaves its full screen to itself.
  const left = useStable(() => document.fullscreenElement === null && full && put({ full: undefined }));
  useEffect(() => {
    document.addEventListener("fullscreenchange", left);
    return () => document.removeEventListener("fullscreenchange", left);
  }, [left]);
  return (
    <div className={full ? "fixed inset-0 z-30 flex flex-col bg-bg" : "contents"}>
      <PageHead
        title={board.name}
        heading={
          <span className="flex min-w-0 items-center gap-1">
            {!full && (
              <Link to="/project/$projectId/dashboards" params={{ projectId }} search={range.search} aria-label={t("nav.dashboards")} title={t("nav.dashboards")} className="grid size-7 shrink-0 place-items-center rounded-md text-fg-3 hover:bg-hover hover:text-fg">
                <ChevronLeft size={16} aria-hidden />
              </Link>
            )}
            <span className="truncate">{board.name}</span>
          </span>
        }
      >
        {!full && mayEdit && <Button icon={Plus} aria-label={t("dash.add")} onClick={() => put({ edit: "new" })}><span className="max-sm:hidden">{t("dash.add")}</span></Button>}
        <RangePicker range={range} onChange={(next) => put({ range: undefined, start: undefined, end: undefined, ...next })} />
        <RefreshMenu value={search.refresh} onChange={(refresh) => put({ refresh }, true)} />
        <IconButton icon={full ? Minimize : Maximize} label={t(full ? "dash.full_leave" : "dash.full")} keys="f" onClick={full ? leaveFull : enterFull} className={full ? undefined : "max-sm:hidden"} />
        {!full && <BoardMenu projectId={projectId} board={board} range={range} mayEdit={mayEdit} change={change} />}
      </PageHead>
      {!full && (
        <div className="shrink-0 px-4 pb-2">
          <FilterBar projectId={projectId} value={filter} start={range.start} end={range.end} onApply={(text) => put({ filter: text || undefined })} />
        </div>
      )}
      <div className="min-h-0 flex-1 overflow-y-auto px-4 pt-1 pb-8">
        {widgets.length === 0 ? (
          <Empty icon={ChartNoAxesCombined} title={t("dash.empty")} hint={t("dash.empty_hint")} className="h-full">
            {mayEdit && <Button look="primary" icon={Plus} onClick={() => put({ edit: "new" })}>{t("dash.add")}</Button>}
          </Empty>
        ) : (
          <Grid widgets={widgets} title={titleOf} onLayout={mayEdit && !full ? (next) => change({ widgets: next }) : undefined}>
            {(one, grip) => (
              <WidgetCard
                projectId={projectId}
                widget={one}
                title={titleOf(one)}
                range={range}
                filter={filter}
                marks={marks}
                grip={grip}
                act={mayEdit ? act(one) : undefined}
                onZoom={(start, end) => put({ range: undefined, start, end })}
                onSee={({ start, end, filter: behind, view }) =>
                  void go({ to: "/project/$projectId/traces", params: { projectId }, search: { start: Math.round(start), end: Math.round(end), filter: behind || undefined, view: view === "spans" ? "spans" : undefined } })
                }
              />
            )}
          </Grid>
        )}
      </div>
      {edited && mayEdit && (
        <Editor key={edited.id} projectId={projectId} widget={edited} fresh={search.edit === "new"} range={range} filter={filter} onSave={save} onClose={() => put({ edit: undefined }, true)} />
      )}
    </div>
  );
}

/** Others may have been moved or added meanwhile: they stay. */
const withBack = (widget: Widget) => (board: Dashboard) => ({ widgets: settle([...board.widgets, widget], widget) });

const blank = (widgets: readonly Widget[]): Widget => ({
  id: freshId(),
  title: "",
  kind: "line",
  question: { view: "traces", measures: [{ measure: "count", aggregation: "count", key: "" }], dimensions: [], bucket: "auto", filter: "", order: "", limit: 1000 },
  ...below(widgets),
});

function useRefresh(every: Refresh | undefined, refresh: () => void): void {
  useEffect(() => {
    if (!every) return undefined;
    const timer = setInterval(() => document.visibilityState === "visible" && refresh(), REFRESHES[every]);
    return () => clearInterval(timer);
  }, [every, refresh]);
}

function RefreshMenu({ value, onChange }: { value: Refresh | undefined; onChange: (value: Refresh | undefined) => void }) {
  const { t } = useSpeech();
  return (
    <Menu align="end" trigger={<Button icon={Timer} look={value ? "plain" : "ghost"} aria-label={t("dash.refresh")} title={t("dash.refresh")} className={value ? undefined : "max-sm:hidden"}>{value}</Button>}>
      <MenuCheck checked={!value} onSelect={() => onChange(undefined)}>{t("dash.refresh_off")}</MenuCheck>
      {(Object.keys(REFRESHES) as Refresh[]).map((one) => (
        <MenuCheck key={one} checked={one === value} onSelect={() => onChange(one)}>{t(`dash.refresh_${one}`)}</MenuCheck>
      ))}
    </Menu>
  );
}

interface BoardMenuProps extends BoardProps {
  range: Range;
  mayEdit: boolean;
}

function BoardMenu({ projectId, board, range, mayEdit, change }: BoardMenuProps) {
  const { t } = useSpeech();
  const boards = useBoards(projectId);
  const navigate = useNavigate();
  const [naming, setNaming] = useState(false);
  const open = (dashboardId: string) => void navigate({ to: "/project/$projectId/dashboards/$dashboardId", params: { projectId, dashboardId }, search: range.search });
  const share = async () => {
    // Whoever opens it sees these very hours, not their own last ones.
    const url = new URL(window.location.href);
    url.searchParams.delete("range");
    url.searchParams.delete("edit");
    url.searchParams.set("start", String(range.start));
    url.searchParams.set("end", String(range.end));
    await copyText(url.href);
    toast(t("dash.link_copied"));
  };
  const remove = () => {
    boards.remove(board);
    void navigate({ to: "/project/$projectId/dashboards", params: { projectId }, search: range.search });
  };
  return (
    <>
      <Menu align="end" trigger={<IconButton icon={Ellipsis} label={t("dash.menu", { name: board.name })} />}>
        <MenuItem onSelect={() => void share()}><Link2 size={14} aria-hidden />{t("dash.share")}</MenuItem>
        <MenuItem onSelect={() => saveBoard(board)}><FileDown size={14} aria-hidden />{t("dash.export")}</MenuItem>
        {mayEdit && (
          <>
            <MenuLine />
            <MenuItem onSelect={() => setNaming(true)}><Pencil size={14} aria-hidden />{t("dash.rename")}</MenuItem>
            <MenuItem onSelect={() => void boards.duplicate(board).then((id) => id && open(id))}><Copy size={14} aria-hidden />{t("dash.duplicate")}</MenuItem>
            <MenuItem danger onSelect={remove}><Trash2 size={14} aria-hidden />{t("act.delete")}</MenuItem>
          </>
        )}
      </Menu>
      {naming && <NameDialog title={t("dash.rename")} name={board.name} onSave={(name) => change({ name })} onClose={() => setNaming(false)} />}
    </>
  );
}
