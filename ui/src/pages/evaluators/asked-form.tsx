/** How a model is asked: which one, by what prompt, shown what, for what kind of score. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { MessageSquarePlus, Trash2 } from "lucide-react";
import { type ReactNode, useId, useMemo } from "react";
import { callable, connections as askConnections } from "@/api/playground";
import { type Asked, LANGUAGES, type Scale, type Turn, at, glimpse, pathsOf, variablesOf } from "@/lib/evaluators";
import { EFFORTS } from "@/lib/playground";
import { useSpeech } from "@/messages";
import { Fold } from "@/pages/playground/fold";
import { TextEditor } from "@/pages/prompts/text-editor";
import { Button, IconButton, buttonClass } from "@/ui/button";
import { Field, Input, Select } from "@/ui/field";

type Sample = Record<string, unknown> | null;
type Change<A> = ((change: Partial<A>) => void) | undefined;

interface AskedFormProps {
  projectId: string;
  settings: Asked;
  onChange: Change<Asked>;
  sample: Sample;
  /** Variables that stand for the two outputs of a pair. */
  own?: readonly string[];
  /** Of whom, where there are several on the page. */
  of?: string;
  /** What is asked for. */
  children?: ReactNode;
}

const NONE: readonly string[] = [];

export function AskedForm({ projectId, settings, onChange, sample, own = NONE, of, children }: AskedFormProps) {
  const { t } = useSpeech();
  const named = (part: string) => (of ? `${of}: ${part}` : part);
  return (
    <div className="flex flex-col gap-4">
      <ModelForm projectId={projectId} settings={settings} onChange={onChange} />
      <section aria-label={named(t("ev.prompt"))} className="flex flex-col gap-1.5">
        <h2 className="text-xs font-medium text-fg-2">{t("ev.prompt")}</h2>
        <Turns turns={settings.messages} onChange={onChange && ((messages) => onChange({ messages }))} />
        <p className="text-xs text-fg-3">{t("ev.prompt_note")}</p>
      </section>
      <Variables label={named(t("ev.variables"))} settings={settings} own={own} onChange={onChange} sample={sample} />
      {children && (
        <section aria-label={named(t("ev.score"))} className="flex flex-col gap-1.5">
          <h2 className="text-xs font-medium text-fg-2">{t("ev.score")}</h2>
          {children}
        </section>
      )}
      <More label={named(t("ev.parameters"))} settings={settings} onChange={onChange} />
    </div>
  );
}

interface ModelProps {
  projectId: string;
  settings: { connection_id: string; model: string };
  onChange: Change<{ connection_id: string; model: string }>;
}

export function ModelForm({ projectId, settings, onChange }: ModelProps) {
  const { t } = useSpeech();
  const id = useId();
  const query = useQuery(askConnections(projectId));
  const items = query.data?.items ?? [];
  const chosen = items.find((one) => one.id === settings.connection_id);
  const known = useQuery({ ...callable(projectId, chosen?.id ?? ""), enabled: chosen !== undefined && chosen.models.length === 0 });
  const models = chosen?.models.length ? chosen.models : (known.data?.models ?? []);
  const choose = (connection_id: string) => {
    const next = items.find((one) => one.id === connection_id);
    onChange?.({ connection_id, ...(settings.model === "" && next?.models[0] ? { model: next.models[0] } : {}) });
  };
  if (query.data && items.length === 0) {
    return (
      <p className="flex flex-wrap items-center gap-2 rounded-md bg-warn-soft px-3 py-2 text-xs text-warn">
        {t("ev.no_connections")}
        <Link to="/project/$projectId/settings/connections" params={{ projectId }} className={buttonClass("plain", true)}>
          {t("ev.add_connection")}
        </Link>
      </p>
    );
  }
  return (
    <div className="grid gap-2 sm:grid-cols-2">
      <Field label={t("ev.connection")}>
        {(ids) => (
          <Select {...ids} disabled={!onChange} value={chosen ? settings.connection_id : ""} onChange={(event) => choose(event.target.value)}>
            <option value="">{t("ev.choose_connection")}</option>
            {items.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label={t("ev.model")}>
        {(ids) => <Input {...ids} list={`${id}-models`} className="font-mono text-xs" readOnly={!onChange} value={settings.model} onChange={(event) => onChange?.({ model: event.target.value })} />}
      </Field>
      <datalist id={`${id}-models`}>
        {models.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </datalist>
    </div>
  );
}

const ROLES = ["system", "user", "assistant"] as const;

function Turns({ turns, onChange }: { turns: readonly Turn[]; onChange: ((turns: Turn[]) => void) | undefined }) {
  const { t } = useSpeech();
  const put = (index: number, change: Partial<Turn>) => onChange?.(turns.map((one, place) => (place === index ? { ...one, ...change } : one)));
  return (
    <>
      <ol className="flex flex-col gap-2">
        {turns.map((one, index) => (
          <li key={index} className="flex flex-col gap-1">
            {(turns.length > 1 || one.role !== "user") && (
              <div className="flex items-center gap-1">
                <Select aria-label={t("ev.role", { n: index + 1 })} disabled={!onChange} className="h-7! w-28! text-xs" value={one.role} onChange={(event) => put(index, { role: ROLES.find((role) => role === event.target.value)! })}>
                  {ROLES.map((role) => (
                    <option key={role} value={role}>
                      {t(`chat.${role}`)}
                    </option>
                  ))}
                </Select>
                <span className="flex-1" />
                {onChange && turns.length > 1 && <IconButton small icon={Trash2} label={t("ev.remove_message", { n: index + 1 })} onClick={() => onChange(turns.filter((_, place) => place !== index))} />}
              </div>
            )}
            <TextEditor rows={6} label={t("ev.message", { n: index + 1 })} hint={t("ev.prompt_hint")} value={one.content} onChange={onChange && ((content) => put(index, { content }))} className="max-h-[32rem] overflow-y-auto" />
          </li>
        ))}
      </ol>
      {onChange && (
        <div>
          <Button small icon={MessageSquarePlus} onClick={() => onChange([...turns, { role: "user", content: "" }])}>
            {t("ev.add_message")}
          </Button>
        </div>
      )}
    </>
  );
}

interface VariablesProps {
  label: string;
  settings: Asked;
  own: readonly string[];
  onChange: Change<Asked>;
  sample: Sample;
}

function Variables({ label, settings, own, onChange, sample }: VariablesProps) {
  const { t } = useSpeech();
  const names = variablesOf(settings.messages);
  const map = (name: string, path: string) => onChange?.({ variables: { ...settings.variables, [name]: path } });
  const allow = (name: string, on: boolean) => onChange?.({ optional: on ? [...settings.optional, name] : settings.optional.filter((one) => one !== name) });
  return (
    <section aria-label={label} className="flex flex-col gap-1.5">
      <h2 className="text-xs font-medium text-fg-2">{t("ev.variables")}</h2>
      {names.length === 0 ? (
        <p className="rounded-md border border-dashed px-3 py-2 text-xs text-fg-3">{t("ev.no_variables")}</p>
      ) : (
        <ul className="card divide-y divide-line">
          {names.map((name) => (
            <li key={name} className="grid items-center gap-x-3 gap-y-1 px-3 py-2 sm:grid-cols-[minmax(6rem,9rem)_minmax(0,1fr)_auto]">
              <code className="truncate text-xs text-fg-2">{`{{${name}}}`}</code>
              {own.includes(name) ? (
                <span className="text-xs text-fg-3 sm:col-span-2">{t("ev.by_order")}</span>
              ) : (
                <>
                  <PathInput bare label={t("ev.path_of", { name })} value={settings.variables[name] ?? name} sample={sample} onChange={onChange && ((path) => map(name, path))} />
                  <label className="flex items-center gap-1.5 text-xs whitespace-nowrap text-fg-2">
                    <input type="checkbox" className="accent-accent" aria-label={t("ev.optional_of", { name })} disabled={!onChange} checked={settings.optional.includes(name)} onChange={(event) => allow(name, event.target.checked)} />
                    {t("ev.optional")}
                  </label>
                </>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

interface PathInputProps {
  label: string;
  value: string;
  sample: Sample;
  onChange: ((path: string) => void) | undefined;
  /** The label is only said. */
  bare?: boolean;
}

/** A path into a case, completed from an example, and what it leads to there. */
export function PathInput({ label, value, sample, onChange, bare }: PathInputProps) {
  const { t } = useSpeech();
  const id = useId();
  const paths = useMemo(() => (sample ? pathsOf(sample) : []), [sample]);
  const found = sample ? glimpse(at(sample, value)) : "";
  const input = (ids: { id?: string }) => <Input {...ids} aria-label={bare ? label : undefined} list={`${id}-paths`} className="h-7! font-mono text-xs" readOnly={!onChange} value={value} onChange={(event) => onChange?.(event.target.value)} />;
  return (
    <div className="min-w-0">
      {bare ? input({}) : <Field label={label}>{input}</Field>}
      <datalist id={`${id}-paths`}>
        {paths.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </datalist>
      <p className="mt-0.5 min-h-4 truncate text-2xs text-fg-3" title={found}>{sample && !value.includes("[*]") && (found || t("ev.leads_nowhere"))}</p>
    </div>
  );
}

const SCALES: Record<Scale["type"], Scale> = { boolean: { type: "boolean" }, numeric: { type: "numeric", min: 0, max: 1 }, categorical: { type: "categorical", labels: ["good", "bad"] } };

export function ScaleForm({ score, onChange }: { score: Scale; onChange: ((score: Scale) => void) | undefined }) {
  const { t } = useSpeech();
  return (
    <div className="flex flex-wrap items-start gap-3">
      <Field label={t("ev.score_kind")}>
        {(ids) => (
          <Select {...ids} disabled={!onChange} className="w-36!" value={score.type} onChange={(event) => onChange?.(SCALES[event.target.value as Scale["type"]])}>
            {(["boolean", "numeric", "categorical"] as const).map((one) => (
              <option key={one} value={one}>
                {t(`ev.score.${one}`)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {score.type === "numeric" &&
        (["min", "max"] as const).map((end) => (
          <Field key={end} label={t(`ev.${end}`)}>
            {(ids) => <Input {...ids} type="number" step="any" className="w-24!" readOnly={!onChange} value={score[end]} onChange={(event) => onChange?.({ ...score, [end]: Number(event.target.value) })} />}
          </Field>
        ))}
      {score.type === "categorical" && (
        <div className="min-w-48 flex-1">
          <Field label={t("ev.labels")}>
            {(ids) => <textarea {...ids} rows={3} className="field h-auto min-h-16 py-1.5" readOnly={!onChange} value={score.labels.join("\n")} onChange={(event) => onChange?.({ ...score, labels: event.target.value.split("\n") })} />}
          </Field>
        </div>
      )}
    </div>
  );
}

const NUMBERS = ["temperature", "max_tokens", "seed"] as const;

function More({ label, settings, onChange }: { label: string; settings: Asked; onChange: Change<Asked> }) {
  const { t } = useSpeech();
  const told = settings.parameters;
  const set = (name: string, value: string | number | undefined) => {
    const { [name]: _, ...rest } = told;
    onChange?.({ parameters: value === undefined || value === "" ? rest : { ...rest, [name]: value } });
  };
  const note = Object.entries(told).map(([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : String(value)}`).join(" · ");
  return (
    <Fold title={t("ev.parameters")} label={label} note={note}>
      <div className="grid grid-cols-2 gap-2 lg:grid-cols-4">
        {NUMBERS.map((name) => (
          <Field key={name} label={t(`ev.${name}`)}>
            {(ids) => <Input {...ids} type="number" step="any" readOnly={!onChange} placeholder={t("ev.not_told")} value={String(told[name] ?? "")} onChange={(event) => set(name, event.target.value === "" ? undefined : Number(event.target.value))} />}
          </Field>
        ))}
        <Field label={t("ev.effort")}>
          {(ids) => (
            <Select {...ids} disabled={!onChange} value={String(told.reasoning_effort ?? "")} onChange={(event) => set("reasoning_effort", event.target.value)}>
              {EFFORTS.map((effort) => (
                <option key={effort} value={effort}>
                  {t(`play.effort.${effort}`)}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <div className="grid gap-2 sm:grid-cols-2">
        <Field label={t("ev.most_chars")} hint={t("ev.most_chars_hint")}>
          {(ids) => <Input {...ids} type="number" min={100} max={1_000_000} readOnly={!onChange} value={settings.most_chars} onChange={(event) => onChange?.({ most_chars: Number(event.target.value) })} />}
        </Field>
        <Field label={t("ev.language")}>
          {(ids) => (
            <Select {...ids} disabled={!onChange} value={settings.language} onChange={(event) => onChange?.({ language: LANGUAGES.find((one) => one === event.target.value)! })}>
              {LANGUAGES.map((one) => (
                <option key={one} value={one}>
                  {t(`ev.lang.${one}`)}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
    </Fold>
  );
}
