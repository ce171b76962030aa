/** Variants of a prompt side by side: run against models, compared, and kept. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { Columns2, Play, PlugZap, Plus, RotateCcw, Share2, Square } from "lucide-react";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import * as ask from "@/api/playground";
import { promptVersion } from "@/api/prompts";
import { span as spanOf } from "@/api/queries";
import { useRights } from "@/app/me";
import { PageHead } from "@/app/page";
import { type State, type Variant, connectionFor, fresh, fromItem, fromPrompt, fromSpan, isPristine, isState, renewed, twin } from "@/lib/playground";
import { useSpeech } from "@/messages";
import { Button, IconButton, buttonClass } from "@/ui/button";
import { Input } from "@/ui/field";
import { Empty, useErrorText } from "@/ui/states";
import { toast, toastUndo } from "@/ui/toast";
import { Compare, OpenPrompt, SavePrompt, Saved } from "./dialogs";
import { stateKey, useKept, useRuns } from "./use-playground";
import { Placeholders, Values, useVariables } from "./variables";
import { VariantColumn, placesOf, wrongText } from "./variant";

const route = getRouteApi("/inside/project/$projectId/playground");
const MOST_VARIANTS = 12;
const MOST_TIMES = 20;
/** A request that is longer than this was cut when it was read. */
const MOST_BODY = 4_000_000;

export function PlaygroundPage() {
  const { projectId } = route.useParams();
  const { saved } = route.useSearch();
  const [made, setMade] = useState<{ id: string; key: string; arrived: boolean } | null>(null);
  const isMade = made !== null && made.id === saved;
  if (isMade && !made.arrived) setMade({ ...made, arrived: true });
  const key = isMade ? made.key : `${projectId} ${saved ?? (made?.arrived ? `after ${made.id}` : "")}`;
  // What was saved just now goes on as it is, with its outputs.
  return <Playground key={key} projectId={projectId} saved={saved} onMade={(id) => setMade({ id, key, arrived: false })} />;
}

type Open = { kind: "save-prompt" | "open-prompt"; variant: number } | { kind: "saved" | "compare" };

interface PlaygroundProps {
  projectId: string;
  saved: string | undefined;
  onMade: (id: string) => void;
}

function Playground({ projectId, saved, onMade }: PlaygroundProps) {
  const { t } = useSpeech();
  const { edit } = useRights(projectId);
  const { state, change, restored, settle } = useKept(stateKey(projectId, saved));
  const runs = useRuns(projectId);
  const connections = useQuery(ask.connections(projectId));
  const [open, setOpen] = useState<Open | null>(null);
  const navigate = route.useNavigate();
  useOpened(projectId, saved, restored, change, settle);
  const all = connections.data?.items ?? [];

  const put = (key: number, next: Partial<Variant>) => change((before) => ({ ...before, variants: before.variants.map((one) => (one.key === key ? { ...one, ...next } : one)) }));
  const add = (one: Variant) => change((before) => ({ ...before, variants: [...before.variants, one] }));
  const run = (one: Variant) => runs.run(state, withOnly(one, all));
  const runAll = () => {
    const wrong = state.variants.map((one) => run(one)).find((one) => one !== null);
    if (wrong) toast(wrongText(t, wrong), "danger");
  };
  const onSaved = (id: string) => {
    settle();
    if (id === saved) return;
    onMade(id);
    void navigate({ search: { saved: id }, replace: true });
  };
  const startOver = () => {
    const before = state;
    change(fresh);
    if (!isPristine(before)) toastUndo(t("play.started_over"), t("act.undo"), () => undefined, () => change(() => before));
  };
  const shortcut = useEffectEvent((event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.metaKey || event.ctrlKey) || open || !edit) return;
    event.preventDefault();
    if (runs.running) runs.stop();
    else runAll();
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => shortcut(event);
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
  const chosen = open && "variant" in open ? state.variants.find((one) => one.key === open.variant) : undefined;
  return (
    <>
      <PageHead title={t("nav.playground")}>
        <div className="flex flex-wrap items-center gap-2">
          <Times value={state.times} onChange={(times) => change((before) => ({ ...before, times }))} />
          <IconButton icon={RotateCcw} label={t("play.start_over")} onClick={startOver} />
          <IconButton icon={Columns2} label={t("play.compare")} onClick={() => setOpen({ kind: "compare" })} />
          {edit && (
            <Button icon={Share2} onClick={() => setOpen({ kind: "saved" })}>
              {t("play.save")}
            </Button>
          )}
          <Button icon={Plus} disabled={state.variants.length >= MOST_VARIANTS} onClick={() => add(twin({ ...state.variants.at(-1)!, name: "" }))}>
            {t("play.add")}
          </Button>
          {runs.running ? (
            <Button icon={Square} onClick={() => runs.stop()}>
              {t("play.stop_all")}
            </Button>
          ) : (
            <Button look="primary" icon={Play} disabled={!edit} onClick={runAll} title={edit ? "⌘/Ctrl + Enter" : t("play.read_only")}>
              {t("play.run_all")}
            </Button>
          )}
        </div>
      </PageHead>
      <div className="flex min-h-0 flex-1 flex-col gap-3 overflow-auto px-4 pb-10">
        {!edit && <p className="text-xs text-fg-3">{t("play.read_only")}</p>}
        {connections.data && all.length === 0 && <NoConnection projectId={projectId} />}
        <Shared projectId={projectId} state={state} onChange={(next) => change((before) => ({ ...before, ...next }))} />
        <div className="grid shrink-0 grid-cols-[minmax(0,1fr)] gap-3 lg:auto-cols-[minmax(22rem,1fr)] lg:grid-flow-col lg:grid-cols-none lg:items-start">
          {state.variants.map((one, index) => (
            <VariantColumn
              key={one.key}
              projectId={projectId}
              state={state}
              variant={withOnly(one, all)}
              index={index}
              connections={all}
              outputs={runs.outputs.get(one.key) ?? []}
              editable={edit}
              onChange={(next) => put(one.key, next)}
              onRun={run}
              onStop={() => runs.stop(one.key)}
              onDuplicate={() => add(twin({ ...one, name: "" }))}
              onRemove={
                state.variants.length < 2
                  ? null
                  : () => {
                      runs.forget(one.key);
                      change((before) => ({ ...before, variants: before.variants.filter((each) => each.key !== one.key) }));
                    }
              }
              onSavePrompt={() => setOpen({ kind: "save-prompt", variant: one.key })}
              onOpenPrompt={() => setOpen({ kind: "open-prompt", variant: one.key })}
            />
          ))}
        </div>
      </div>
      {chosen && open?.kind === "save-prompt" && (
        <SavePrompt projectId={projectId} variant={chosen} onClose={() => setOpen(null)} onSaved={(prompt) => put(chosen.key, { prompt })} />
      )}
      {chosen && open?.kind === "open-prompt" && (
        <OpenPrompt projectId={projectId} onClose={() => setOpen(null)} onOpen={(one) => put(chosen.key, { ...one, key: chosen.key, connection: chosen.connection, model: one.model || chosen.model })} />
      )}
      {open?.kind === "saved" && (
        <Saved projectId={projectId} state={state} current={saved} onClose={() => setOpen(null)} onSaved={onSaved} />
      )}
      {open?.kind === "compare" && <Compare state={state} outputs={runs.outputs} onClose={() => setOpen(null)} />}
    </>
  );
}

/** Where there is but one connection, nobody has to choose it. */
function withOnly(one: Variant, connections: readonly ask.Connection[]): Variant {
  const only = connections.length === 1 ? connections[0]! : null;
  if (!only || one.connection === only.id || connections.some((each) => each.id === one.connection)) return one;
  return { ...one, connection: only.id, model: one.model || (only.models[0] ?? "") };
}

/** Takes in what the address names: a saved state, a span, a version of a prompt, an item of a data set. */
function useOpened(projectId: string, saved: string | undefined, restored: boolean, change: (next: (state: State) => State) => void, settle: (saved: State) => void): void {
  const { t } = useSpeech();
  const client = useQueryClient();
  const errorText = useErrorText();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const begun = useRef(false);
  const open = useEffectEvent(async () => {
    const take = (one: Variant) =>
      change((before) => {
        if (isPristine(before)) return { ...before, variants: [one] };
        toast(t("play.opened_from"));
        return { ...before, variants: [...before.variants, one] };
      });
    try {
      if (search.trace && search.span) {
        const detail = await client.fetchQuery(spanOf(projectId, search.trace, search.span, MOST_BODY));
        if (detail.input_size > detail.input.length) toast(t("play.cut"), "danger");
        const all = (await client.fetchQuery(ask.connections(projectId))).items;
        take({ ...fromSpan(detail), connection: connectionFor(detail, all) });
      } else if (search.prompt && search.version) {
        take(fromPrompt(await client.fetchQuery(promptVersion(projectId, search.prompt, search.version))));
      } else if (search.dataset && search.item) {
        const found = fromItem(await ask.itemInput(projectId, search.dataset, search.item));
        if ("variant" in found) take(found.variant);
        else {
          change((before) => ({ ...before, variables: { ...before.variables, ...found.variables } }));
          toast(t("play.item_filled"));
        }
      } else if (saved && !restored) {
        const found = await ask.playground(projectId, saved);
        const state: unknown = found.state;
        if (isState(state)) settle(renewed(state));
      }
    } catch (error) {
      toast(errorText(error), "danger");
    }
    // Once is enough: a reload keeps what was typed since.
    if (search.trace || search.prompt || search.item) void navigate({ search: saved ? { saved } : {}, replace: true });
  });
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    void open();
  }, []);
}

function Times({ value, onChange }: { value: number; onChange: (value: number) => void }) {
  const { t } = useSpeech();
  return (
    <label className="flex items-center gap-1.5 text-xs text-fg-2" title={t("play.times_hint")}>
      {t("play.times")}
      <Input type="number" min={1} max={MOST_TIMES} className="w-14!" value={value} onChange={(event) => onChange(Math.min(MOST_TIMES, Math.max(1, Math.round(Number(event.target.value)) || 1)))} />
    </label>
  );
}

function NoConnection({ projectId }: { projectId: string }) {
  const { t } = useSpeech();
  return (
    <div className="card">
      <Empty icon={PlugZap} title={t("play.no_connection")} hint={t("play.no_connection_hint")} className="py-8!">
        <Link to="/project/$projectId/settings/connections" params={{ projectId }} search={{ new: "1" }} className={buttonClass("primary")}>
          {t("play.connect")}
        </Link>
      </Empty>
    </div>
  );
}

interface SharedProps {
  projectId: string;
  state: State;
  onChange: (change: Partial<State>) => void;
}

/** Values that all variants share which have none of their own. */
function Shared({ projectId, state, onChange }: SharedProps) {
  const { t } = useSpeech();
  const sharing = state.variants.filter((one) => one.variables === null);
  const mustache = useVariables(projectId, sharing.filter((one) => one.syntax === "mustache").flatMap((one) => one.lines), "mustache");
  const plain = useVariables(projectId, sharing.filter((one) => one.syntax === "f-string").flatMap((one) => one.lines), "f-string");
  const jinja = sharing.filter((one) => one.syntax === "jinja").flatMap((one) => one.lines);
  const found = useVariables(projectId, jinja, jinja.length ? "jinja" : "mustache");
  const names = [...new Set([...mustache, ...plain, ...found])];
  const places = placesOf(state);
  if (names.length === 0 && places.length === 0) return null;
  return (
    <section aria-label={t("play.variables")} className="card sticky left-0 flex shrink-0 flex-col gap-2 p-3">
      <h2 className="text-xs font-medium text-fg-2">{`${t("play.variables")} · ${t("play.shared")}`}</h2>
      {names.length > 0 && (
        <div className="grid gap-2 [&>div]:contents sm:grid-cols-2 xl:grid-cols-4">
          <Values names={names} values={state.variables} onChange={(variables) => onChange({ variables })} />
        </div>
      )}
      <Placeholders projectId={projectId} names={places} filled={state.placeholders} onChange={(placeholders) => onChange({ placeholders })} />
    </section>
  );
}
