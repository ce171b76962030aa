/** Every address of the product. Pages are fetched when they are first opened. */
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import {
  Outlet,
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { ApiError } from "@/api/client";
import * as ask from "@/api/queries";
import { findShared } from "@/api/talk";
import type { Me } from "@/api/types";
import { Away } from "@/app/away";
import { Crash, NotFound } from "@/app/fallbacks";
import { firstProject, projectsOf } from "@/app/projects";
import { noteLoss } from "@/app/reach";
import { NoProject, Shell } from "@/app/shell";
import { calibrationSearch, queueSearch, workSearch } from "@/lib/annotation";
import { dashboardSearch } from "@/lib/dashboards";
import { compareSearch, datasetSearch, datasetsSearch, itemsSearch, wordsSearch } from "@/lib/datasets";
import { evaluatorSearch, evaluatorsSearch, newEvaluatorSearch } from "@/lib/evaluators";
import { playgroundSearch } from "@/lib/playground";
import { newPromptSearch, promptSearch, promptsSearch } from "@/lib/prompts";
import { newRunSearch, rulesSearch } from "@/lib/runs";
import { scoresSearch } from "@/lib/scores";
import {
  listSearch,
  newSearch,
  parseSearch,
  pricesSearch,
  rangeSearch,
  sessionSearch,
  sessionsSearch,
  spanSearch,
  tracesSearch,
  userSearch,
  writeSearch,
} from "@/lib/search";

function failed(error: unknown, isFirst = false): void {
  noteLoss(error, () => {
    void queryClient.refetchQueries({ type: "active" });
    void router.invalidate();
  });
  // Where nobody has signed in yet, the route decides where to go.
  if (isFirst || !(error instanceof ApiError) || error.status !== 401) return;
  if (window.location.pathname === "/sign-in") return;
  queryClient.removeQueries({ queryKey: ask.me.queryKey });
  void router.navigate({ to: "/sign-in", search: { to: window.location.pathname + window.location.search } });
}

/** A refusal stays a refusal; what may be a hiccup is asked again. */
const retry = (count: number, error: unknown) =>
  count < 2 && error instanceof ApiError && (error.status === 0 || error.status === 429 || error.status >= 502);

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: (error, query) => failed(error, query.queryKey[0] === ask.me.queryKey[0] && query.state.data === undefined) }),
  mutationCache: new MutationCache({ onError: (error) => failed(error) }),
  defaultOptions: { queries: { retry, staleTime: 5_000, refetchOnWindowFocus: false, networkMode: "always" } },
});

interface Context {
  queryClient: QueryClient;
}

const root = createRootRouteWithContext<Context>()({
  component: () => (
    <>
      <Away />
      <Outlet />
    </>
  ),
});

interface SignInSearch {
  /** Where one wanted to go. */
  to?: string;
  spent?: string;
}

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (raw: Record<string, unknown>): SignInSearch => ({
    // Only paths of our own: a link must not lead elsewhere after signing in.
    ...(typeof raw.to === "string" && /^\/(?![/\\])/.test(raw.to) ? { to: raw.to } : {}),
    ...(raw.spent ? { spent: "1" } : {}),
  }),
  component: lazyRouteComponent(() => import("@/pages/sign-in"), "SignInPage"),
});

const TRACE_PAGE = /^\/project\/([^/?]+)\/traces?\/([^/?]+)/;

async function signedIn(context: Context, href: string): Promise<Me> {
  try {
    return await context.queryClient.ensureQueryData(ask.me);
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) {
      const [, projectId, traceId] = TRACE_PAGE.exec(href) ?? [];
      await sharedInstead(projectId && decodeURIComponent(projectId), traceId && decodeURIComponent(traceId));
      throw redirect({ to: "/sign-in", search: href === "/" ? {} : { to: href } });
    }
    throw error;
  }
}

const share = createRoute({
  getParentRoute: () => root,
  path: "/share/$token",
  validateSearch: (raw: Record<string, unknown>) => ({ ...spanSearch(raw), ...sessionSearch(raw) }),
  component: lazyRouteComponent(() => import("@/pages/share"), "SharePage"),
});

/** A trace that is public is shown to whom its project is not open. */
async function sharedInstead(projectId: string | undefined, traceId: string | undefined): Promise<void> {
  if (!projectId || !traceId) return;
  const found = await findShared(projectId, traceId).catch(() => null);
  if (found) throw redirect({ to: "/share/$token", params: found, replace: true });
}

const inside = createRoute({
  getParentRoute: () => root,
  id: "inside",
  beforeLoad: async ({ context, location }) => ({ me: await signedIn(context, location.href) }),
  component: Outlet,
});

const index = createRoute({
  getParentRoute: () => inside,
  path: "/",
  loader: async ({ context }) => {
    const projectId = firstProject(context.me);
    if (!projectId) return;
    const start = await context.queryClient.fetchQuery(ask.onboarding(projectId)).catch(() => null);
    if (start && !start.has_traces) {
      throw redirect({ to: "/project/$projectId/start", params: { projectId }, replace: true });
    }
    throw redirect({ to: "/project/$projectId", params: { projectId }, replace: true });
  },
  component: NoProject,
});

/** Where SDKs point when they do not know the project. The server usually knows it and answers first. */
const bareTrace = createRoute({
  getParentRoute: () => inside,
  path: "/trace/$traceId",
  beforeLoad: ({ context, params }) => {
    const projectId = firstProject(context.me);
    if (projectId) {
      throw redirect({
        to: "/project/$projectId/traces/$traceId",
        params: { projectId, traceId: params.traceId },
        replace: true,
      });
    }
  },
  component: NoProject,
});

const project = createRoute({
  getParentRoute: () => inside,
  path: "/project/$projectId",
  component: Shell,
});

const home = createRoute({
  getParentRoute: () => project,
  path: "/",
  validateSearch: rangeSearch,
  component: lazyRouteComponent(() => import("@/pages/home/page"), "HomePage"),
});

const dashboards = createRoute({
  getParentRoute: () => project,
  path: "/dashboards",
  validateSearch: newSearch,
  component: lazyRouteComponent(() => import("@/pages/dashboards/list"), "DashboardsPage"),
});

const dashboard = createRoute({
  getParentRoute: () => project,
  path: "/dashboards/$dashboardId",
  validateSearch: dashboardSearch,
  component: lazyRouteComponent(() => import("@/pages/dashboards/page"), "DashboardPage"),
});

const start = createRoute({
  getParentRoute: () => project,
  path: "/start",
  component: lazyRouteComponent(() => import("@/pages/start/page"), "StartPage"),
});

const traces = createRoute({
  getParentRoute: () => project,
  path: "/traces",
  validateSearch: tracesSearch,
  component: lazyRouteComponent(() => import("@/pages/traces/page"), "TracesPage"),
});

const trace = createRoute({
  getParentRoute: () => project,
  path: "/traces/$traceId",
  validateSearch: spanSearch,
  beforeLoad: async ({ context, params }) => {
    if (!projectsOf(context.me).some((one) => one.id === params.projectId)) await sharedInstead(params.projectId, params.traceId);
  },
  component: lazyRouteComponent(() => import("@/pages/trace/page"), "TracePage"),
});

const compared = createRoute({
  getParentRoute: () => project,
  path: "/traces/$traceId/compare/$otherId",
  component: lazyRouteComponent(() => import("@/pages/trace/compare"), "ComparePage"),
});

/** The form that older Langfuse SDKs print. */
const oldTrace = createRoute({
  getParentRoute: () => project,
  path: "/trace/$traceId",
  validateSearch: spanSearch,
  beforeLoad: ({ params, search }) => {
    throw redirect({ to: "/project/$projectId/traces/$traceId", params, search, replace: true });
  },
});

const sessions = createRoute({
  getParentRoute: () => project,
  path: "/sessions",
  validateSearch: sessionsSearch,
  component: lazyRouteComponent(() => import("@/pages/sessions/list"), "SessionsPage"),
});

const session = createRoute({
  getParentRoute: () => project,
  path: "/sessions/$sessionId",
  validateSearch: sessionSearch,
  component: lazyRouteComponent(() => import("@/pages/sessions/page"), "SessionPage"),
});

const users = createRoute({
  getParentRoute: () => project,
  path: "/users",
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import("@/pages/users/list"), "UsersPage"),
});

const user = createRoute({
  getParentRoute: () => project,
  path: "/users/$userId",
  validateSearch: userSearch,
  component: lazyRouteComponent(() => import("@/pages/users/page"), "UserPage"),
});

const scores = createRoute({
  getParentRoute: () => project,
  path: "/scores",
  validateSearch: scoresSearch,
  component: lazyRouteComponent(() => import("@/pages/scores/page"), "ScoresPage"),
});

const prompts = createRoute({
  getParentRoute: () => project,
  path: "/prompts",
  validateSearch: promptsSearch,
  component: lazyRouteComponent(() => import("@/pages/prompts/list"), "PromptsPage"),
});

const newPrompt = createRoute({
  getParentRoute: () => project,
  path: "/prompts/new",
  validateSearch: newPromptSearch,
  component: lazyRouteComponent(() => import("@/pages/prompts/new"), "NewPromptPage"),
});

const prompt = createRoute({
  getParentRoute: () => project,
  path: "/prompts/$name",
  validateSearch: promptSearch,
  component: lazyRouteComponent(() => import("@/pages/prompts/page"), "PromptPage"),
});

const playground = createRoute({
  getParentRoute: () => project,
  path: "/playground",
  validateSearch: playgroundSearch,
  component: lazyRouteComponent(() => import("@/pages/playground/page"), "PlaygroundPage"),
});

const datasets = createRoute({
  getParentRoute: () => project,
  path: "/datasets",
  validateSearch: datasetsSearch,
  component: lazyRouteComponent(() => import("@/pages/datasets/list"), "DatasetsPage"),
});

const dataset = createRoute({
  getParentRoute: () => project,
  path: "/datasets/$datasetId",
  validateSearch: datasetSearch,
  component: lazyRouteComponent(() => import("@/pages/datasets/page"), "DatasetPage"),
});

const experiments = createRoute({
  getParentRoute: () => project,
  path: "/experiments",
  validateSearch: wordsSearch,
  component: lazyRouteComponent(() => import("@/pages/experiments/list"), "ExperimentsPage"),
});

const newExperiment = createRoute({
  getParentRoute: () => project,
  path: "/experiments/new",
  validateSearch: newRunSearch,
  component: lazyRouteComponent(() => import("@/pages/experiments/new"), "NewExperimentPage"),
});

const rules = createRoute({
  getParentRoute: () => project,
  path: "/rules",
  validateSearch: rulesSearch,
  component: lazyRouteComponent(() => import("@/pages/rules/page"), "RulesPage"),
});

const comparedExperiments = createRoute({
  getParentRoute: () => project,
  path: "/experiments/compare",
  validateSearch: compareSearch,
  component: lazyRouteComponent(() => import("@/pages/experiments/compare"), "CompareExperimentsPage"),
});

const experiment = createRoute({
  getParentRoute: () => project,
  path: "/experiments/$experimentId",
  validateSearch: itemsSearch,
  component: lazyRouteComponent(() => import("@/pages/experiments/page"), "ExperimentPage"),
});

const annotation = createRoute({
  getParentRoute: () => project,
  path: "/annotation",
  validateSearch: newSearch,
  component: lazyRouteComponent(() => import("@/pages/annotation/list"), "AnnotationPage"),
});

const queue = createRoute({
  getParentRoute: () => project,
  path: "/annotation/$queueId",
  validateSearch: queueSearch,
  component: lazyRouteComponent(() => import("@/pages/annotation/queue"), "QueuePage"),
});

const work = createRoute({
  getParentRoute: () => project,
  path: "/annotation/$queueId/work",
  validateSearch: workSearch,
  component: lazyRouteComponent(() => import("@/pages/annotation/work"), "WorkPage"),
});

const calibration = createRoute({
  getParentRoute: () => project,
  path: "/calibration",
  validateSearch: calibrationSearch,
  component: lazyRouteComponent(() => import("@/pages/calibration/page"), "CalibrationPage"),
});

const evaluators = createRoute({
  getParentRoute: () => project,
  path: "/evaluators",
  validateSearch: evaluatorsSearch,
  component: lazyRouteComponent(() => import("@/pages/evaluators/list"), "EvaluatorsPage"),
});

const newEvaluator = createRoute({
  getParentRoute: () => project,
  path: "/evaluators/new",
  validateSearch: newEvaluatorSearch,
  component: lazyRouteComponent(() => import("@/pages/evaluators/new"), "NewEvaluatorPage"),
});

const evaluator = createRoute({
  getParentRoute: () => project,
  path: "/evaluators/$evaluatorId",
  validateSearch: evaluatorSearch,
  component: lazyRouteComponent(() => import("@/pages/evaluators/page"), "EvaluatorPage"),
});

const health = createRoute({
  getParentRoute: () => project,
  path: "/health",
  validateSearch: rangeSearch,
  component: lazyRouteComponent(() => import("@/pages/health/page"), "HealthPage"),
});

const settings = createRoute({
  getParentRoute: () => project,
  path: "/settings",
  component: lazyRouteComponent(() => import("@/pages/settings/frame"), "SettingsFrame"),
});

const settingsIndex = createRoute({
  getParentRoute: () => settings,
  path: "/",
  beforeLoad: ({ params }) => {
    throw redirect({ to: "/project/$projectId/settings/general", params, replace: true });
  },
});

const general = createRoute({
  getParentRoute: () => settings,
  path: "/general",
  component: lazyRouteComponent(() => import("@/pages/settings/general"), "GeneralPage"),
});

const keys = createRoute({
  getParentRoute: () => settings,
  path: "/keys",
  validateSearch: newSearch,
  component: lazyRouteComponent(() => import("@/pages/settings/keys"), "KeysPage"),
});

const models = createRoute({
  getParentRoute: () => settings,
  path: "/models",
  validateSearch: pricesSearch,
  component: lazyRouteComponent(() => import("@/pages/settings/models"), "ModelsPage"),
});

const connections = createRoute({
  getParentRoute: () => settings,
  path: "/connections",
  validateSearch: newSearch,
  component: lazyRouteComponent(() => import("@/pages/settings/connections"), "ConnectionsPage"),
});

const scoreConfigs = createRoute({
  getParentRoute: () => settings,
  path: "/scores",
  validateSearch: newSearch,
  component: lazyRouteComponent(() => import("@/pages/settings/score-configs"), "ScoreConfigsPage"),
});

const promptSettings = createRoute({
  getParentRoute: () => settings,
  path: "/prompts",
  component: lazyRouteComponent(() => import("@/pages/settings/prompts"), "PromptSettings"),
});

const members = createRoute({
  getParentRoute: () => settings,
  path: "/members",
  validateSearch: newSearch,
  component: lazyRouteComponent(() => import("@/pages/settings/members"), "MembersPage"),
});

const organisation = createRoute({
  getParentRoute: () => settings,
  path: "/organisation",
  validateSearch: newSearch,
  component: lazyRouteComponent(() => import("@/pages/settings/organisation"), "OrganisationPage"),
});

const account = createRoute({
  getParentRoute: () => settings,
  path: "/account",
  component: lazyRouteComponent(() => import("@/pages/settings/account"), "AccountPage"),
});

const routeTree = root.addChildren([
  signIn,
  share,
  inside.addChildren([
    index,
    bareTrace,
    project.addChildren([
      home,
      dashboards,
      dashboard,
      start,
      traces,
      trace,
      compared,
      oldTrace,
      sessions,
      session,
      users,
      user,
      scores,
      prompts,
      newPrompt,
      prompt,
      playground,
      datasets,
      dataset,
      experiments,
      newExperiment,
      rules,
      comparedExperiments,
      experiment,
      annotation,
      queue,
      work,
      calibration,
      evaluators,
      newEvaluator,
      evaluator,
      health,
      settings.addChildren([settingsIndex, general, keys, models, connections, scoreConfigs, promptSettings, members, organisation, account]),
    ]),
  ]),
]);

export const router = createRouter({
  routeTree,
  context: { queryClient },
  parseSearch,
  stringifySearch: writeSearch,
  defaultPreload: "intent",
  defaultPendingMs: 200,
  defaultNotFoundComponent: NotFound,
  defaultErrorComponent: Crash,
  notFoundMode: "root",
});

// The script of the page comes while it is being asked who is looking. Where it does not, the route asks again and tells.
for (const match of router.matchRoutes(router.latestLocation)) {
  const id: keyof typeof router.routesById = match.routeId;
  if (id === inside.id) void queryClient.prefetchQuery(ask.me);
  router.loadRouteChunk(router.routesById[id])?.catch(() => undefined);
}

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
