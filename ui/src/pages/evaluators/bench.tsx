/** Where an evaluator is tried beside its settings: on traces, spans and sessions, or on what one types. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ExternalLink, Play, Square } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { experiments as askExperiments } from "@/api/datasets";
import { type Trial, answeredItems, trialCases } from "@/api/evaluators";
import * as ask from "@/api/queries";
import { type Asked, type Draft, glimpse, lacksModel, typed as read, variablesOf } from "@/lib/evaluators";
import { resolveRange } from "@/lib/time";
import { useSpeech } from "@/messages";
import { Fold } from "@/pages/playground/fold";
import { TextEditor } from "@/pages/prompts/text-editor";
import { tracePath } from "@/parts/row-link";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Field, Input, Select } from "@/ui/field";
import { useSettled } from "@/ui/later";
import { Failure, Rows } from "@/ui/states";
import { Switcher } from "@/ui/tabs";
import { type Bench, type Result, SOURCES, type Subject } from "./use-bench";

const SHOWN = 30;
const MOST = 20;
/** What evaluators left is not evaluated. */
const OURS = "-environment:evaluator";

interface BenchProps {
  projectId: string;
  draft: Draft;
  name: string;
  bench: Bench;
  mayEdit: boolean;
}

export function TestBench(props: BenchProps) {
  const { bench, draft, name, mayEdit } = props;
  const { t } = useSpeech();
  const typing = bench.source === "typed";
  const fields = fieldsOf(draft);
  const lacking = LACKING.filter((one) => fields.includes(one) && !(one === "expected_output" && bench.source === "experiments"));
  const wanted = typing ? [typedSubject(bench.typed)] : bench.chosen.map((one) => withTyped(one, lacking, bench.typed));
  return (
    <section aria-label={t("ev.bench")} className="flex min-h-0 flex-col">
      <header className="flex flex-wrap items-center gap-2 px-4 pt-3 pb-2">
        <div className="min-w-0 flex-1">
          <h2 className="font-semibold">{t("ev.bench")}</h2>
          <p className="text-xs text-fg-3">{t("ev.bench_lead")}</p>
        </div>
        {bench.running ? (
          <Button small icon={Square} onClick={bench.stop}>
            {t("ev.stop")}
          </Button>
        ) : (
          <Button small look="primary" icon={Play} disabled={!mayEdit || wanted.length === 0 || lacksModel(draft)} onClick={() => void bench.run(draft, name, wanted)}>
            {typing ? t("ev.run_typed") : wanted.length ? t("ev.run", { n: wanted.length }) : t("ev.choose_first")}
          </Button>
        )}
      </header>
      <div className="px-4 pb-2">
        <Switcher label={t("ev.bench")} options={SOURCES.map((key) => ({ key, label: t(`ev.source.${key}`) }))} value={bench.source} onChange={bench.setSource} />
      </div>
      <Summary results={bench.results} />
      <div className="min-h-0 flex-1 overflow-y-auto px-4 pb-6">
        {typing ? (
          <Typed {...props} />
        ) : (
          <>
            {lacking.map((one) => (
              <div key={one} className="pb-2">
                <Field label={t(`ev.for_all.${one}`)}>{(ids) => <Input {...ids} value={bench.typed[one] ?? ""} onChange={(event) => bench.setTyped({ ...bench.typed, [one]: event.target.value })} />}</Field>
              </div>
            ))}
            {bench.source === "experiments" ? <Answered {...props} /> : <Stored key={bench.source} {...props} />}
          </>
        )}
      </div>
    </section>
  );
}

/** Fields that nothing stored has. */
const LACKING = ["expected_output", "other_output"] as const;

function withTyped(subject: Subject, names: readonly string[], typed: Record<string, string>): Subject {
  const values = valuesOf(Object.fromEntries(names.map((name) => [name, typed[name] ?? ""])));
  return { ...subject, asked: { ...subject.asked, values } };
}

const valuesOf = (typed: Record<string, string>): Record<string, unknown> => Object.fromEntries(Object.entries(typed).map(([name, told]) => [name, read(told)] as const).filter(([, value]) => value !== undefined));

const root = (path: string): string => /^[$.\s]*(\w+)/.exec(path)?.[1] ?? "";

const asked = (one: Asked): string[] => variablesOf(one.messages).map((name) => root(one.variables[name] ?? name));

/** Fields of a case that the settings look at. */
function fieldsOf(draft: Draft): string[] {
  switch (draft.kind) {
    case "judge":
      return [...new Set(asked(draft.settings))];
    case "pairwise":
      return [...new Set([...asked(draft.settings).filter((one) => one !== "first" && one !== "second"), root(draft.settings.output), root(draft.settings.other)])];
    case "panel":
      return [...new Set(draft.settings.members.flatMap(asked))];
    case "code":
      return ["input", "output", "expected_output", "metadata"];
    case "metric": {
      const { metric, output = "output", expected = "expected_output", texts, text } = draft.settings as Record<string, unknown>;
      if (metric === "latency" || metric === "cost") return [String(metric)];
      const alone = ["regex", "json_schema", "length"].includes(String(metric)) || (Array.isArray(texts) && texts.length > 0) || Boolean(text);
      return [...new Set([metric === "trajectory" ? "tools" : root(String(output)), ...(alone ? [] : [root(String(expected))])])];
    }
  }
}

const typedSubject = (typed: Record<string, string>): Subject => ({ key: "typed", name: "", input: "", output: "", asked: { values: valuesOf(typed) } });

function Typed({ projectId, draft, bench }: BenchProps) {
  const { t } = useSpeech();
  return (
    <div className="flex flex-col gap-2.5">
      {fieldsOf(draft).map((name) => (
        <Field key={name} label={t("ev.field_value", { name })}>
          {(ids) => <textarea {...ids} rows={name === "metadata" ? 1 : 2} className="field h-auto min-h-8 py-1.5" value={bench.typed[name] ?? ""} onChange={(event) => bench.setTyped({ ...bench.typed, [name]: event.target.value })} />}
        </Field>
      ))}
      <ResultView projectId={projectId} result={bench.results.get("typed")} />
    </div>
  );
}

// -- what is stored -------------------------------------------------------------------------------

function Stored({ projectId, bench }: BenchProps) {
  const { t } = useSpeech();
  const [words, setWords] = useState("");
  const { items, error, refetch } = useSubjects(projectId, bench.source, useSettled(words.trim(), 350));
  return (
    <>
      <Input aria-label={t("ev.bench_filter")} placeholder={t("ev.bench_filter")} value={words} onChange={(event) => setWords(event.target.value)} className="mb-2 h-7! text-xs" />
      {error ? <Failure error={error} retry={refetch} /> : <Choice projectId={projectId} bench={bench} items={items} />}
    </>
  );
}

/** Answers of an experiment, with what was expected of them. */
function Answered({ projectId, bench }: BenchProps) {
  const { t } = useSpeech();
  const query = useInfiniteQuery(askExperiments(projectId, {}));
  const [asked, setAsked] = useState("");
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Rows count={6} />;
  const all = query.data.pages.flatMap((page) => page.items);
  const chosen = asked || all[0]?.id || "";
  return (
    <>
      <Select aria-label={t("ev.experiment")} className="mb-2" value={chosen} onChange={(event) => setAsked(event.target.value)}>
        {all.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name}
          </option>
        ))}
      </Select>
      {chosen ? <Answers key={chosen} projectId={projectId} bench={bench} experimentId={chosen} /> : <Choice projectId={projectId} bench={bench} items={NOBODY} />}
    </>
  );
}

const NOBODY: readonly Subject[] = [];

function Answers({ projectId, bench, experimentId }: { projectId: string; bench: Bench; experimentId: string }) {
  const { data, error } = useQuery(answeredItems(projectId, experimentId));
  const asked = data?.items.map(({ trace_id, span_id }) => ({ trace_id, span_id, experiment_id: experimentId }));
  const seen = useQuery(trialCases(projectId, asked ?? [])).data;
  const items = useMemo(
    () =>
      data?.items.map(({ item_id, trace_id, span_id }, index): Subject => {
        const shown = seen?.items[index];
        return { key: `${trace_id} ${span_id}`, name: item_id, input: glimpse(shown?.input), output: glimpse(shown?.output), asked: { trace_id, span_id, experiment_id: experimentId } };
      }),
    [data, seen, experimentId],
  );
  if (error) return <Failure error={error} />;
  return <Choice projectId={projectId} bench={bench} items={items} />;
}

function Choice({ projectId, bench, items }: { projectId: string; bench: Bench; items: readonly Subject[] | undefined }) {
  const { t } = useSpeech();
  const { setFirst, setChosen, chosen } = bench;
  const [first] = items ?? [];
  useEffect(() => setFirst(first ?? null), [first, setFirst]);
  useEffect(() => () => setChosen([]), [setChosen]);
  const has = (key: string) => chosen.some((one) => one.key === key);
  const toggle = (one: Subject) => setChosen(has(one.key) ? chosen.filter((other) => other.key !== one.key) : [...chosen, one].slice(-MOST));
  if (!items) return <Rows count={6} />;
  if (items.length === 0) return <p className="py-6 text-center text-xs text-fg-3">{t(bench.source === "experiments" ? "ev.bench_no_answers" : "ev.bench_none")}</p>;
  return (
    <ul className="card divide-y divide-line">
      {items.map((one) => (
        <li key={one.key} className="px-2.5 py-2">
          <label className="flex cursor-pointer items-start gap-2">
            <input type="checkbox" className="mt-0.5 accent-accent" aria-label={t("ev.choose_case", { name: one.name })} checked={has(one.key)} onChange={() => toggle(one)} />
            <span className="min-w-0 flex-1 text-xs">
              <span className="flex items-center gap-1 font-medium">
                <bdi className="min-w-0 truncate">{one.name}</bdi>
                <Away projectId={projectId} subject={one} />
              </span>
              <span className="block truncate text-fg-2">{one.input}</span>
              <span className="block truncate text-fg-3">{one.output && `→ ${one.output}`}</span>
            </span>
          </label>
          <ResultView projectId={projectId} result={bench.results.get(one.key)} />
        </li>
      ))}
    </ul>
  );
}

function Away({ projectId, subject }: { projectId: string; subject: Subject }) {
  const { t } = useSpeech();
  const { trace_id, span_id, session_id } = subject.asked;
  const to = session_id ? `/project/${encodeURIComponent(projectId)}/sessions/${encodeURIComponent(session_id)}` : tracePath(projectId, trace_id!, span_id ? { span: span_id } : {});
  return (
    <a href={to} target="_blank" rel="noreferrer" aria-label={t("ev.open_subject", { name: subject.name })} className="shrink-0 rounded text-fg-3 hover:text-accent">
      <ExternalLink size={12} aria-hidden />
    </a>
  );
}

interface Found {
  items: Subject[] | undefined;
  error: unknown;
  refetch: () => void;
}

/** The newest of the last 30 days. */
function useSubjects(projectId: string, source: Bench["source"], words: string): Found {
  const [range] = useState(() => resolveRange({ range: "30d" }, Date.now() * 1000));
  const question = { start: range.start, end: range.end, order: "", filter: [words, OURS].filter(Boolean).join(" ") };
  const traces = useInfiniteQuery({ ...ask.traces(projectId, question), enabled: source === "traces" });
  const spans = useInfiniteQuery({ ...ask.spans(projectId, question), enabled: source === "spans" });
  const sessions = useInfiniteQuery({ ...ask.sessions(projectId, { ...question, bookmarked: false }), enabled: source === "sessions" });
  const query = source === "spans" ? spans : source === "sessions" ? sessions : traces;
  const items = useMemo((): Subject[] | undefined => {
    if (source === "spans") return spans.data?.pages[0]?.items.slice(0, SHOWN).map((one) => ({ key: `${one.trace_id} ${one.span_id}`, name: one.name, input: one.input_preview, output: one.output_preview, asked: { trace_id: one.trace_id, span_id: one.span_id } }));
    if (source === "sessions") return sessions.data?.pages[0]?.items.slice(0, SHOWN).map((one) => ({ key: one.session_id, name: one.session_id, input: one.first_input, output: one.last_output, asked: { session_id: one.session_id } }));
    return traces.data?.pages[0]?.items.slice(0, SHOWN).map((one) => ({ key: one.trace_id, name: one.name, input: one.input_preview, output: one.output_preview, asked: { trace_id: one.trace_id } }));
  }, [source, traces.data, spans.data, sessions.data]);
  return { items, error: query.error, refetch: () => void query.refetch() };
}

// -- what came of it ------------------------------------------------------------------------------

function Summary({ results }: { results: ReadonlyMap<string, Result> }) {
  const { t, f } = useSpeech();
  const trials = [...results.values()].flatMap((one) => (one.state === "done" ? [one.trial] : []));
  if (results.size < 2 || trials.length === 0) return null;
  const values = trials.flatMap((one) => one.judgements.slice(0, 1).map((judgement) => judgement.value));
  const numbers = values.filter((one) => typeof one === "number");
  const truths = values.filter((one) => typeof one === "boolean");
  const errors = trials.filter((one) => one.error).length;
  const cost = trials.reduce((sum, one) => sum + one.cost, 0);
  const seconds = trials.reduce((sum, one) => sum + one.seconds, 0) / trials.length;
  const told = [
    numbers.length > 0 && t("ev.mean", { value: f.decimal(numbers.reduce((sum, one) => sum + one, 0) / numbers.length, 3) }),
    truths.length > 0 && t("ev.share", { share: f.percent(truths.filter(Boolean).length / truths.length) }),
    errors > 0 && t("ev.errors", { n: errors }),
    t("ev.took", { seconds: f.decimal(seconds, 2) }),
    cost > 0 && t("ev.cost_in_all", { cost: f.money(cost) }),
  ];
  return <p role="status" className="px-4 pb-2 text-xs text-fg-2">{told.filter(Boolean).join(" · ")}</p>;
}

function ResultView({ projectId, result }: { projectId: string; result: Result | undefined }) {
  const { t } = useSpeech();
  if (!result) return null;
  if (result.state === "running") return <p className="mt-1.5 text-xs text-accent">{t("ev.trying")}</p>;
  if (result.state === "failed") return <p role="alert" className="mt-1.5 text-xs wrap-anywhere text-danger">{result.error}</p>;
  return <TrialView projectId={projectId} trial={result.trial} />;
}

function TrialView({ projectId, trial }: { projectId: string; trial: Trial }) {
  const { t, f } = useSpeech();
  return (
    <div data-trial className="mt-1.5 flex flex-col gap-1.5 rounded-md bg-sunken px-2.5 py-2 text-xs">
      {trial.judgements.map((one) => (
        <div key={one.name} className="flex flex-col gap-1">
          <span className="flex items-center gap-1.5">
            {one.name && <span className="font-medium">{one.name}</span>}
            <Verdict value={one.value} />
          </span>
          {one.reason && <span className="wrap-anywhere whitespace-pre-wrap text-fg-2">{one.reason}</span>}
        </div>
      ))}
      {trial.error && <p role="alert" className="wrap-anywhere whitespace-pre-wrap text-danger">{trial.error}</p>}
      <p className="text-2xs text-fg-3">{[f.duration(trial.seconds * 1e6), trial.cost > 0 && f.money(trial.cost)].filter(Boolean).join(" · ")}</p>
      {trial.calls.length > 0 && (
        <Fold title={t("ev.as_sent")} label={`${t("ev.as_sent")} ${trial.run_trace_id}`}>
          {trial.calls.map((call) => (
            <div key={call.span_id} className="flex flex-col gap-1.5">
              <span className="text-2xs text-fg-3">{t("ev.asked", { model: call.model })}</span>
              {call.asked.map((turn, index) => (
                <Said key={index} who={turn.role} text={turn.text} />
              ))}
              {(call.said || call.error) && <Said who={t("ev.answered")} text={call.said || call.error} />}
            </div>
          ))}
          <Link to="/project/$projectId/traces/$traceId" params={{ projectId, traceId: trial.run_trace_id }} className="rounded text-accent hover:underline">
            {t("ev.its_trace")}
          </Link>
        </Fold>
      )}
    </div>
  );
}

function Said({ who, text }: { who: string; text: string }) {
  return (
    <div>
      <span className="text-2xs font-medium text-fg-3">{who}</span>
      <TextEditor plain rows={1} label={who} value={text} className="max-h-72 overflow-y-auto" />
    </div>
  );
}

function Verdict({ value }: { value: boolean | number | string }) {
  const { t, f } = useSpeech();
  if (typeof value === "boolean") return <Badge tone={value ? "ok" : "warn"}>{t(`ev.value.${value ? "true" : "false"}`)}</Badge>;
  return <Badge tone="accent">{typeof value === "number" ? f.decimal(value, 4) : value}</Badge>;
}
