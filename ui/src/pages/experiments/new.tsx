/** Planning an experiment that the server runs: what, over what, judged by whom; and what it would cost. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { Play } from "lucide-react";
import { type FormEvent, type ReactNode, useState } from "react";
import { datasets, experiments } from "@/api/datasets";
import { connections as askConnections } from "@/api/playground";
import { promptVersion } from "@/api/prompts";
import { begin, estimate } from "@/api/runs";
import { PageHead } from "@/app/page";
import { type Variant, Wrong, fromPrompt, placeholdersOf, variant } from "@/lib/playground";
import { type RunDraft, planOf } from "@/lib/runs";
import { useSpeech } from "@/messages";
import { EvaluatorPicker } from "@/parts/evaluator-picker";
import { FilterBar } from "@/parts/filter-bar";
import { useRange } from "@/parts/range";
import { RangePicker } from "@/parts/range-picker";
import type { RangeSearch } from "@/lib/time";
import { Button, buttonClass } from "@/ui/button";
import { Field, Input, Select } from "@/ui/field";
import { useSettled } from "@/ui/later";
import { useErrorText } from "@/ui/states";
import { Switcher } from "@/ui/tabs";
import { OpenPrompt } from "../playground/dialogs";
import { Messages } from "../playground/messages";
import { ModelPicker } from "../playground/model-picker";
import { Parameters, Schema, Tools } from "../playground/settings";
import { useVariables } from "../playground/variables";
import { wrongText } from "../playground/variant";
import { EstimateCard } from "./estimate";

const route = getRouteApi("/inside/project/$projectId/experiments/new");

export function NewExperimentPage() {
  const { t } = useSpeech();
  const { projectId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const client = useQueryClient();
  const [variantOf, setVariant] = useState<Variant>(() => variant());
  const [name, setName] = useState("");
  const [rangeSearch, setRangeSearch] = useState<RangeSearch>({ range: "7d" });
  const range = useRange(projectId, rangeSearch);
  const [filter, setFilter] = useState("");
  const [rest, setRest] = useState<Omit<RunDraft, "name" | "variant" | "dataset" | "replay"> & { most: string }>({
    split: "",
    asSent: false,
    mapping: {},
    evaluators: [],
    repetitions: "1",
    concurrency: "4",
    perMinute: "",
    most: "200",
  });
  const put = (change: Partial<typeof rest>) => setRest((before) => ({ ...before, ...change }));
  const change = (next: Partial<Variant>) => setVariant((before) => ({ ...before, ...next }));
  usePrompt(projectId, search.prompt, search.version, (found) => setVariant((before) => ({ ...found, connection: before.connection || found.connection, model: found.model || before.model })));
  const replays = search.over === "replay";
  const draft: RunDraft = {
    ...rest,
    name: name.trim() || defaultName(variantOf),
    variant: variantOf,
    dataset: search.dataset ?? "",
    replay: replays ? { start: range.start, end: range.end, filter, most: Math.max(1, Math.min(10_000, Math.trunc(Number(rest.most)) || 200)) } : null,
  };
  const [wrong, setWrong] = useState<Wrong | null>(null);
  const plan = planned(draft);
  const ready = draft.dataset !== "" || replays;
  const settled = useSettled(plan instanceof Wrong || !ready ? "" : JSON.stringify(plan), 400);
  const found = useQuery(estimate(projectId, settled === "" ? null : (JSON.parse(settled) as Record<string, unknown>)));
  const start = useMutation({
    mutationFn: (body: Record<string, unknown>) => begin(projectId, body),
    onSuccess: async ({ experiment_id }) => {
      await client.invalidateQueries({ queryKey: [projectId, "experiments"] });
      await navigate({ to: "/project/$projectId/experiments/$experimentId", params: { projectId, experimentId: experiment_id } });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (plan instanceof Wrong) setWrong(plan);
    else {
      setWrong(null);
      start.mutate(plan);
    }
  };
  return (
    <>
      <PageHead title={t("run.new")} />
      <form onSubmit={submit} className="min-h-0 flex-1 overflow-y-auto px-4 pb-8">
        <p className="max-w-3xl pb-3 text-fg-2">{t("run.lead")}</p>
        <div className="grid max-w-6xl items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]">
          <div className="flex min-w-0 flex-col gap-4">
            <Part title={t("run.over")}>
              <Over projectId={projectId} replays={replays} draft={draft} most={rest.most} onSplit={(split) => put({ split })} onMost={(most) => put({ most })}>
                <RangePicker range={range} onChange={setRangeSearch} />
                <FilterBar projectId={projectId} value={filter} start={range.start} end={range.end} onApply={setFilter} error={found.error} />
              </Over>
            </Part>
            <Part title={t("run.what")}>
              <What projectId={projectId} draft={draft} onVariant={change} onOpen={setVariant} onDraft={put} />
              {wrong && <p role="alert" className="text-xs wrap-anywhere text-danger">{wrongText(t, wrong)}</p>}
            </Part>
            {!(replays && rest.asSent) && !replays && <Mapping projectId={projectId} draft={draft} onChange={(mapping) => put({ mapping })} />}
            <Part title={t("run.evaluators")}>
              <Evaluators projectId={projectId} draft={draft} onChange={(evaluators) => put({ evaluators })} />
            </Part>
            <Part title={t("run.how")}>
              <div className="grid grid-cols-1 gap-3 sm:grid-cols-3">
                <Field label={t("run.repetitions")} hint={t("run.repetitions_hint")}>{(ids) => <Input {...ids} inputMode="numeric" value={rest.repetitions} onChange={(event) => put({ repetitions: event.target.value })} />}</Field>
                <Field label={t("run.concurrency")}>{(ids) => <Input {...ids} inputMode="numeric" value={rest.concurrency} onChange={(event) => put({ concurrency: event.target.value })} />}</Field>
                <Field label={t("run.per_minute")}>{(ids) => <Input {...ids} inputMode="numeric" placeholder={t("run.unlimited")} value={rest.perMinute} onChange={(event) => put({ perMinute: event.target.value })} />}</Field>
              </div>
            </Part>
          </div>
          <EstimateCard estimate={settled ? found.data : undefined} error={settled ? found.error : null} busy={found.isFetching} blank={settled === ""}>
            <Field label={t("run.name")}>{(ids) => <Input {...ids} maxLength={500} placeholder={defaultName(variantOf)} value={name} onChange={(event) => setName(event.target.value)} />}</Field>
            <StartError error={start.error} />
            <Button type="submit" look="primary" icon={Play} disabled={start.isPending || !ready || plan instanceof Wrong} className="justify-center">
              {t("run.start")}
            </Button>
          </EstimateCard>
        </div>
      </form>
    </>
  );
}

function planned(draft: RunDraft): Record<string, unknown> | Wrong {
  try {
    return planOf(draft);
  } catch (error) {
    if (error instanceof Wrong) return error;
    throw error;
  }
}

const defaultName = (one: Variant) => [one.prompt ? `${one.prompt.name} v${one.prompt.version}` : "", one.model].filter(Boolean).join(" · ") || "experiment";

/** The prompt that the address names, once. */
function usePrompt(projectId: string, name: string | undefined, version: number | undefined, onFound: (found: Variant) => void) {
  const query = useQuery({ ...promptVersion(projectId, name ?? "", version ?? 1), enabled: name !== undefined && version !== undefined });
  const found = query.data;
  const [taken, setTaken] = useState<typeof found>();
  if (found && found !== taken) {
    setTaken(found);
    onFound(fromPrompt(found));
  }
}

function StartError({ error }: { error: unknown }) {
  const text = useErrorText();
  return error ? <p role="alert" className="text-xs wrap-anywhere text-danger">{text(error)}</p> : null;
}

const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <section aria-label={title} className="flex flex-col gap-2.5">
    <h2 className="text-sm font-semibold">{title}</h2>
    {children}
  </section>
);

interface OverProps {
  projectId: string;
  replays: boolean;
  draft: RunDraft;
  most: string;
  onSplit: (split: string) => void;
  onMost: (most: string) => void;
  /** Range and filter of a replay. */
  children: ReactNode;
}

function Over({ projectId, replays, draft, most, onSplit, onMost, children }: OverProps) {
  const { t } = useSpeech();
  const navigate = route.useNavigate();
  const sets = useInfiniteQuery({ ...datasets(projectId, ""), enabled: !replays });
  const items = sets.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <div>
        <Switcher
          label={t("run.over")}
          options={[
            { key: "dataset", label: t("run.over_dataset") },
            { key: "replay", label: t("run.over_replay") },
          ]}
          value={replays ? "replay" : "dataset"}
          onChange={(key) => void navigate({ search: (old) => ({ ...old, over: key === "replay" ? "replay" : undefined }), replace: true })}
        />
      </div>
      {replays ? (
        <>
          <p className="max-w-prose text-xs text-fg-3">{t("run.replay_lead")}</p>
          <div className="flex flex-wrap items-center gap-2">{children}</div>
          <Field label={t("run.most")} hint={t("run.most_hint")}>{(ids) => <Input {...ids} inputMode="numeric" className="w-32!" value={most} onChange={(event) => onMost(event.target.value)} />}</Field>
        </>
      ) : (
        <div className="grid grid-cols-1 gap-3 sm:grid-cols-2">
          <Field label={t("data.choose")}>
            {(ids) => (
              <Select {...ids} value={draft.dataset} onChange={(event) => void navigate({ search: (old) => ({ ...old, dataset: event.target.value || undefined }), replace: true })}>
                <option value="">{t("run.choose_dataset")}</option>
                {items.map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.name} ({one.items})
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label={t("data.split")}>{(ids) => <Input {...ids} placeholder={t("data.any_split")} value={draft.split} onChange={(event) => onSplit(event.target.value)} />}</Field>
        </div>
      )}
    </>
  );
}

interface WhatProps {
  projectId: string;
  draft: RunDraft;
  onVariant: (change: Partial<Variant>) => void;
  onOpen: (found: Variant) => void;
  onDraft: (change: Partial<RunDraft>) => void;
}

function What({ projectId, draft, onVariant, onOpen, onDraft }: WhatProps) {
  const { t } = useSpeech();
  const [opening, setOpening] = useState(false);
  const query = useQuery(askConnections(projectId));
  const { variant: one } = draft;
  const asSent = draft.replay !== null && draft.asSent;
  return (
    <>
      <ModelPicker projectId={projectId} variant={one} connections={query.data?.items ?? []} onChange={onVariant} />
      {query.data?.items.length === 0 && (
        <Link to="/project/$projectId/settings/connections" params={{ projectId }} search={{ new: "1" }} className={`${buttonClass()} self-start`}>
          {t("run.add_connection")}
        </Link>
      )}
      {draft.replay !== null && (
        <label className="flex items-start gap-2">
          <input type="checkbox" className="mt-1 accent-accent" checked={draft.asSent} onChange={(event) => onDraft({ asSent: event.target.checked })} />
          <span>
            {t("run.as_sent")}
            <span className="block text-xs text-fg-3">{t("run.as_sent_hint")}</span>
          </span>
        </label>
      )}
      {!asSent && (
        <>
          <div className="flex flex-wrap items-center gap-2">
            <Button small onClick={() => setOpening(true)}>{t(one.prompt ? "run.change_prompt" : "run.choose_prompt")}</Button>
            <span className="min-w-0 truncate text-fg-2">{one.prompt ? `${one.prompt.name} · ${t("prompt.short_version", { version: String(one.prompt.version) })}` : t("run.own_messages")}</span>
          </div>
          <Messages lines={one.lines} onChange={(lines) => onVariant({ lines })} />
        </>
      )}
      <div>
        <Parameters variant={one} onChange={onVariant} />
        {!asSent && <Tools projectId={projectId} variant={one} onChange={onVariant} />}
        <Schema variant={one} onChange={onVariant} />
      </div>
      {opening && <OpenPrompt projectId={projectId} onClose={() => setOpening(false)} onOpen={(found) => onOpen({ ...found, connection: one.connection || found.connection, model: found.model || one.model })} />}
    </>
  );
}

function Mapping({ projectId, draft, onChange }: { projectId: string; draft: RunDraft; onChange: (mapping: Record<string, string>) => void }) {
  const { t } = useSpeech();
  const { lines, syntax } = draft.variant;
  const names = [...useVariables(projectId, lines, syntax), ...placeholdersOf(lines)];
  if (names.length === 0) return null;
  return (
    <Part title={t("run.mapping")}>
      <p className="text-xs text-fg-3">{t("run.mapping_hint")}</p>
      <div className="grid grid-cols-1 gap-2 sm:grid-cols-2">
        {names.map((name) => (
          <Field key={name} label={name}>
            {(ids) => <Input {...ids} className="font-mono text-xs" placeholder={`input.${name}`} value={draft.mapping[name] ?? ""} onChange={(event) => onChange({ ...draft.mapping, [name]: event.target.value })} />}
          </Field>
        ))}
      </div>
    </Part>
  );
}

function Evaluators({ projectId, draft, onChange }: { projectId: string; draft: RunDraft; onChange: (chosen: RunDraft["evaluators"]) => void }) {
  const others = useInfiniteQuery({ ...experiments(projectId, draft.dataset ? { dataset_id: draft.dataset } : {}), enabled: draft.dataset !== "" });
  return <EvaluatorPicker projectId={projectId} chosen={draft.evaluators} onChange={onChange} others={others.data?.pages.flatMap((page) => page.items) ?? []} />;
}
