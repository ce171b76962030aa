/** What the server knows of a text: the thing of an id, and what has it in its name. */
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Bookmark, Bot, ChartNoAxesCombined, ClipboardCheck, Database, Gavel, ListTree, Scale, ScrollText, Search } from "lucide-react";
import { useState } from "react";
import { queues as askQueues } from "@/api/annotation";
import { datasets as askDatasets, experiments as askExperiments } from "@/api/datasets";
import { promptsNamed } from "@/api/prompts";
import * as ask from "@/api/queries";
import { evaluatorsToChoose } from "@/api/runs";
import { quote, term, unquote } from "@/lib/filter";
import { looksLikeId } from "@/lib/palette";
import { toSearch } from "@/lib/saved-view";
import { DAY, resolveRange } from "@/lib/time";
import { useSpeech } from "@/messages";
import { useSettled } from "@/ui/later";
import { useRemoved } from "@/ui/removal";
import { useMe } from "./me";
import { type Command, type Commands, ICONS, useOpenVisit } from "./palette-commands";
import { projectsOf } from "./projects";

interface Found {
  /** Above all else: what has the typed id. */
  first: Commands[];
  /** To be matched with the text: while an answer is awaited, what is known and matches too. */
  groups: Commands[];
  last: Commands[];
  waiting: boolean;
}

/** Keys pressed within this time ask once. */
const PAUSE = 60;
const SHOWN = 5;

export function useSearch(projectId: string, text: string): Found {
  const { t, f } = useSpeech();
  const navigate = useNavigate();
  const open = useOpenVisit();
  const removed = useRemoved();
  const settled = useSettled(text, PAUSE);
  const id = useIdHit(projectId, settled);
  const named = useNamed(projectId, settled);
  const views = useQuery(ask.views(projectId)).data?.items ?? [];
  const dashboards = useQuery(ask.dashboards(projectId)).data ?? [];
  const params = { projectId };
  const tried = useTried(projectId, text, settled);
  const waiting = text !== "" && (settled !== text || id.waiting || named.waiting || tried.waiting);

  const fixed: Commands[] = [
    {
      title: t("nav.dashboards"),
      entries: dashboards
        .filter((one) => !removed.has(one.id))
        .map((one) => ({ key: `dashboard ${one.id}`, icon: ChartNoAxesCombined, label: one.name, words: [one.name, one.id], run: () => open(projectId, { kind: "dashboard", id: one.id }) })),
    },
    {
      title: t("views.title"),
      entries: views
        .filter((one) => !removed.has(one.id))
        .map((one) => ({
          key: `view ${one.id}`,
          icon: Bookmark,
          label: one.name,
          hint: t(one.list === "spans" ? "list.spans" : "list.traces"),
          words: [one.name],
          run: () => void navigate({ to: "/project/$projectId/traces", params, search: toSearch(one) }),
        })),
    },
  ];
  const asked: Commands[] = [
    {
      title: t("nav.traces"),
      entries: named.traces.map((one) => ({ key: `trace ${one.trace_id}`, icon: ListTree, label: one.name, hint: f.clock(one.start_time), words: [one.name], run: () => open(projectId, { kind: "trace", id: one.trace_id }) })),
    },
    {
      title: t("nav.prompts"),
      entries: named.prompts.map((one) => ({
        key: `prompt ${one.name}`,
        icon: ScrollText,
        label: one.name,
        hint: t("prompt.inside_versions", { n: one.versions }),
        words: [one.name],
        run: () => void navigate({ to: "/project/$projectId/prompts/$name", params: { projectId, name: one.name } }),
      })),
    },
    {
      title: t("palette.sessions"),
      entries: named.sessions.map((one) => ({ key: `session ${one}`, icon: ICONS.session, label: one, words: [one], run: () => open(projectId, { kind: "session", id: one }) })),
    },
    { title: t("palette.users"), entries: named.users.map((one) => ({ key: `user ${one}`, icon: ICONS.user, label: one, words: [one], run: () => open(projectId, { kind: "user", id: one }) })) },
    {
      title: t("palette.models"),
      entries: named.models.map((one) => ({
        key: `model ${one}`,
        icon: Bot,
        label: one,
        words: [one],
        run: () => void navigate({ to: "/project/$projectId/traces", params, search: { view: "spans", filter: term("model", one) } }),
      })),
    },
  ];
  const filter = /\w:/.test(text) ? text : quote(text);
  const inTraces: Command = {
    key: "search",
    icon: Search,
    label: t("palette.search_traces", { text }),
    words: [],
    run: () => void navigate({ to: "/project/$projectId/traces", params, search: { filter } }),
  };
  return {
    first: id.hit ? [{ title: t("palette.by_id"), entries: [id.hit] }] : [],
    groups: text ? [...fixed, ...asked, ...tried.groups] : [],
    last: text ? [{ title: t("palette.search"), entries: [inTraces] }] : [],
    waiting,
  };
}

const first = <T,>(query: { data?: { pages: readonly { items: readonly T[] }[] } }) => query.data?.pages[0]?.items.slice(0, SHOWN) ?? [];

/** What answers are tried and judged with. */
function useTried(projectId: string, text: string, settled: string): { groups: Commands[]; waiting: boolean } {
  const { t } = useSpeech();
  const navigate = useNavigate();
  const enabled = text !== "";
  const datasets = useInfiniteQuery({ ...askDatasets(projectId, settled), enabled: settled !== "" });
  const experiments = useInfiniteQuery({ ...askExperiments(projectId, { words: settled }), enabled: settled !== "" });
  const evaluators = useQuery({ ...evaluatorsToChoose(projectId), enabled });
  const queues = useQuery({ ...askQueues(projectId), enabled });
  const groups: Commands[] = [
    {
      title: t("nav.datasets"),
      entries: first(datasets).map((one) => ({
        key: `dataset ${one.id}`,
        icon: Database,
        label: one.name,
        words: [one.name, one.id],
        run: () => void navigate({ to: "/project/$projectId/datasets/$datasetId", params: { projectId, datasetId: one.id } }),
      })),
    },
    {
      title: t("nav.experiments"),
      entries: first(experiments).map((one) => ({
        key: `experiment ${one.id}`,
        icon: Scale,
        label: one.name,
        hint: one.dataset_name,
        words: [one.name, one.id],
        run: () => void navigate({ to: "/project/$projectId/experiments/$experimentId", params: { projectId, experimentId: one.id } }),
      })),
    },
    {
      title: t("nav.evaluators"),
      entries: (evaluators.data ?? []).map((one) => ({
        key: `evaluator ${one.id}`,
        icon: Gavel,
        label: one.name,
        hint: t(`ev.kind.${one.kind}`),
        words: [one.name, one.id],
        run: () => void navigate({ to: "/project/$projectId/evaluators/$evaluatorId", params: { projectId, evaluatorId: one.id } }),
      })),
    },
    {
      title: t("nav.annotation"),
      entries: (queues.data ?? []).map((one) => ({
        key: `queue ${one.id}`,
        icon: ClipboardCheck,
        label: one.name,
        words: [one.name, one.id],
        run: () => void navigate({ to: "/project/$projectId/annotation/$queueId", params: { projectId, queueId: one.id } }),
      })),
    },
  ];
  return { groups, waiting: enabled && [datasets, experiments, evaluators, queues].some((one) => one.isFetching) };
}

function useIdHit(projectId: string, text: string): { hit: Command | null; waiting: boolean } {
  const { t } = useSpeech();
  const me = useMe();
  const open = useOpenVisit();
  const enabled = looksLikeId(text);
  const query = useQuery({ ...ask.found(projectId, text), enabled });
  const item = query.data;
  if (!enabled || !item) return { hit: null, waiting: enabled && query.isPending };
  const elsewhere = item.project_id === projectId ? undefined : projectsOf(me).find((one) => one.id === item.project_id)?.name;
  const hit: Command = {
    key: "hit",
    icon: item.kind === "session" ? ICONS.session : ICONS.trace,
    label: item.name || t("state.unnamed"),
    hint: [t(`palette.kind.${item.kind}`), elsewhere].filter(Boolean).join(" · "),
    words: [],
    run: () => {
      if (item.kind === "span") open(item.project_id, { kind: "trace", id: item.trace_id }, item.id);
      else open(item.project_id, { kind: item.kind, id: item.id });
    },
  };
  return { hit, waiting: false };
}

/** Traces with the text in their names, and sessions, users and models that begin with it. */
function useNamed(projectId: string, text: string) {
  const [within] = useState(() => {
    const now = resolveRange({ range: "24h" }, Date.now() * 1000).end;
    return { start: now - 30 * DAY, end: now };
  });
  const enabled = text.length > 0;
  const question = (field: string) => {
    const asked = `${field}:"${text.replace(/["\\]/g, "\\$&")}`;
    return { ...ask.completion(projectId, { text: asked, position: asked.length, ...within }), enabled, placeholderData: keepPreviousData };
  };
  const traces = useQuery({ ...ask.tracesNamed(projectId, text, within), enabled });
  const prompts = useQuery({ ...promptsNamed(projectId, text), enabled });
  const sessions = useQuery(question("session"));
  const users = useQuery(question("user"));
  const models = useQuery(question("model"));
  const values = (data: typeof sessions.data) =>
    (data?.items ?? []).filter((one) => one.kind === "value").slice(0, SHOWN).map((one) => unquote(one.text));
  return {
    traces: traces.data ?? [],
    prompts: prompts.data ?? [],
    sessions: values(sessions.data),
    users: values(users.data),
    models: values(models.data),
    waiting: enabled && [traces, prompts, sessions, users, models].some((one) => one.isFetching),
  };
}
