/** Giving a score by hand, or changing one: what is scored, its value, and why. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { type ScoreChange, type ScoreConfig, putScore, scoreConfigs, showScore } from "@/api/scores";
import type { ScoreRow } from "@/api/types";
import { useMe, useRights } from "@/app/me";
import { remember, remembered } from "@/lib/memory";
import { freshId } from "@/lib/widgets";
import { useSpeech } from "@/messages";
import { Button, buttonClass } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, Select } from "@/ui/field";
import { Empty, Failure, Rows, useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";
import { type Asked, ScoreControl, type ScoreValue, fits, useChoices } from "./score-value";

/** What is scored: a trace, a span of one, or a session. */
export interface ScoreTarget {
  trace_id: string;
  span_id: string;
  session_id: string;
}

export const ofTrace = (trace_id: string, span_id = ""): ScoreTarget => ({ trace_id, span_id, session_id: "" });
export const ofSession = (session_id: string): ScoreTarget => ({ trace_id: "", span_id: "", session_id });

const isOn = (score: ScoreRow, target: ScoreTarget) =>
  score.trace_id === target.trace_id && score.span_id === target.span_id && score.session_id === target.session_id;

interface ScoreFormProps {
  projectId: string;
  title: string;
  target: ScoreTarget;
  /** Scores that are there: one's own of the same config is changed, not given twice. */
  scores: readonly ScoreRow[];
  /** The one to change. */
  score?: ScoreRow;
  onClose: () => void;
}

export function ScoreForm(props: ScoreFormProps) {
  const query = useQuery(scoreConfigs(props.projectId));
  const { title, onClose, score } = props;
  const configs = query.data?.filter((one) => !one.is_archived || one.id === score?.config_id);
  return (
    <Dialog open onClose={onClose} title={title}>
      {query.error ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : !configs ? (
        <Rows count={3} />
      ) : configs.length === 0 && !score ? (
        <NoConfigs projectId={props.projectId} />
      ) : (
        <Form {...props} configs={configs} />
      )}
    </Dialog>
  );
}

function NoConfigs({ projectId }: { projectId: string }) {
  const { t } = useSpeech();
  const { edit } = useRights(projectId);
  return (
    <Empty title={t("score.no_configs")} hint={edit ? t("score.no_configs_hint") : t("score.no_configs_ask")} className="py-6!">
      {edit && (
        <Link to="/project/$projectId/settings/scores" params={{ projectId }} search={{ new: "1" }} className={buttonClass("primary")}>
          {t("score.make_config")}
        </Link>
      )}
    </Empty>
  );
}

const valueOf = (score: ScoreRow): ScoreValue =>
  score.data_type === "numeric" ? score.value : score.data_type === "boolean" ? score.value !== 0 : score.text;

/** Fields that digits are typed into. */
const takesDigits = (target: EventTarget) => target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && target.type !== "radio");

const LAST = "score-config";

function Form({ projectId, target, scores, score: given, configs, onClose }: ScoreFormProps & { configs: readonly ScoreConfig[] }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const me = useMe();
  const errorText = useErrorText();
  const own = (config_id: string) => scores.find((one) => one.source === "annotation" && one.author_id === me.id && one.config_id === config_id && isOn(one, target));
  const [configId, setConfigId] = useState(() => given?.config_id ?? (configs.find((one) => one.id === remembered(LAST)) ?? configs[0])!.id);
  const [score, setScore] = useState(given ?? own(configId));
  const [value, setValue] = useState(score && valueOf(score));
  const [comment, setComment] = useState(score?.comment ?? "");
  const frame = useRef<HTMLFormElement>(null);
  const [freshScoreId] = useState(() => freshId() + freshId());
  const config = configs.find((one) => one.id === configId);
  // A score that was sent without a config is held to nothing but its type.
  const asked: Asked | undefined = config ?? (score && { data_type: score.data_type, min_value: null, max_value: null, categories: [] });
  const choices = useChoices(asked);
  const choose = (id: string) => {
    const known = own(id);
    remember(LAST, id);
    setConfigId(id);
    setScore(known);
    setValue(known && valueOf(known));
    setComment(known?.comment ?? "");
  };
  const save = useMutation({
    mutationFn: (body: ScoreChange) => putScore(projectId, score?.score_id ?? freshScoreId, body),
    onSuccess: async (saved) => {
      toast(t("score.saved", { name: saved.name }));
      onClose();
      await showScore(client, projectId, saved);
    },
  });
  const good = asked !== undefined && fits(asked, value);
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    const { trace_id, span_id, session_id } = target;
    if (good && !save.isPending) save.mutate({ trace_id, span_id, session_id, config_id: configId, value: value!, comment: comment.trim() });
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      submit();
    }
    const chosen = choices?.[Number(event.key) - 1];
    if (!chosen || event.ctrlKey || event.metaKey || event.altKey || takesDigits(event.target)) return;
    event.preventDefault();
    setValue(chosen.value);
    // Arrows go on from there.
    frame.current?.querySelectorAll<HTMLElement>("[data-value] input")[Number(event.key) - 1]?.focus();
  };
  // What was scored last is scored next: one begins at the value.
  useEffect(() => frame.current?.querySelector<HTMLElement>("[data-value] input, [data-value] textarea")?.focus(), []);
  return (
    // Digits choose a value wherever nobody types.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <form ref={frame} onSubmit={submit} onKeyDown={press} className="flex flex-col gap-3.5">
      {given ? (
        config?.description && <p className="wrap-anywhere text-fg-2">{config.description}</p>
      ) : (
        <Field label={t("score.config")} hint={config?.description || undefined}>
          {(ids) => (
            <Select {...ids} value={configId} onChange={(event) => choose(event.target.value)}>
              {configs.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
      <div data-value>{asked && <ScoreControl key={configId} asked={asked} value={value} onChange={setValue} />}</div>
      <Field label={t("score.comment")} hint={t("score.comment_hint")}>
        {(ids) => (
          <textarea {...ids} rows={2} maxLength={10_000} dir="auto" value={comment} onChange={(event) => setComment(event.target.value)} className="field h-auto! py-1.5" />
        )}
      </Field>
      {score && !given && <p className="text-xs text-fg-2">{t("score.yours")}</p>}
      {save.error && (
        <p role="alert" className="text-danger">
          {errorText(save.error)}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t("act.cancel")}</Button>
        <Button type="submit" look="primary" disabled={!good || save.isPending}>
          {t("act.save")}
        </Button>
      </div>
    </form>
  );
}
