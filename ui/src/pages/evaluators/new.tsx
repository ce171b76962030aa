/** A new evaluator: what it begins with, then its settings beside the bench. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { addEvaluator, checkedEvaluator, evaluatorsChanged, library as askLibrary } from "@/api/evaluators";
import { useRights } from "@/app/me";
import { PageHead } from "@/app/page";
import { type Draft, blank, fromLibrary, lacksModel, settingsOf, tidy } from "@/lib/evaluators";
import { useSpeech } from "@/messages";
import { Button } from "@/ui/button";
import { Field, Input } from "@/ui/field";
import { useSettled } from "@/ui/later";
import { Failure, Rows, useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";
import { Begin } from "./begin";
import { TestBench } from "./bench";
import { EvaluatorForm } from "./form";
import { Lower } from "./lower";
import { useBench } from "./use-bench";
import { Workplace } from "./workplace";

const route = getRouteApi("/inside/project/$projectId/evaluators/new");

export function NewEvaluatorPage() {
  const { t, language: spoken } = useSpeech();
  const { projectId } = route.useParams();
  const { kind, from, language = spoken } = route.useSearch();
  const query = useQuery({ ...askLibrary(projectId), enabled: from !== undefined });
  if (!kind) {
    return (
      <>
        <PageHead title={t("ev.new")} />
        <div className="min-h-0 flex-1 overflow-y-auto px-4 pb-8">
          <div className="mx-auto flex max-w-6xl flex-col gap-5 pt-2">
            <Begin projectId={projectId} />
          </div>
        </div>
      </>
    );
  }
  if (from && !query.data) return query.error ? <Failure error={query.error} retry={() => void query.refetch()} /> : <Rows />;
  const judge = query.data?.items.find((one) => one.id === from);
  const draft = judge ? fromLibrary(judge[language].prompt, language, judge.score, judge.optional) : blank(kind, language);
  return <Writing key={`${kind} ${from} ${language}`} projectId={projectId} first={draft} name={judge?.[language].name ?? ""} description={judge?.[language].description ?? ""} lower={judge?.better === "low"} />;
}

interface WritingProps {
  projectId: string;
  first: Draft;
  name: string;
  description: string;
  lower: boolean;
}

function Writing({ projectId, first, name: firstName, description: firstWords, lower: firstLower }: WritingProps) {
  const { t } = useSpeech();
  const { edit } = useRights(projectId);
  const client = useQueryClient();
  const errorText = useErrorText();
  const navigate = route.useNavigate();
  const [draft, setDraft] = useState(first);
  const [name, setName] = useState(firstName);
  const [description, setDescription] = useState(firstWords);
  const [lower, setLower] = useState(firstLower);
  const bench = useBench(projectId);
  const asked = { kind: draft.kind, settings: settingsOf(tidy(draft)) };
  const lacking = lacksModel(draft);
  const checked = useQuery(checkedEvaluator(projectId, useSettled(asked, 400), edit && !lacking)).data;
  const save = useMutation({
    mutationFn: () => addEvaluator(projectId, { ...asked, name: name.trim(), description, is_lower_better: lower, note: "" }),
    onSuccess: async (made) => {
      await evaluatorsChanged(client, projectId);
      toast(t("ev.created", { name: made.name }));
      void navigate({ to: "/project/$projectId/evaluators/$evaluatorId", params: { projectId, evaluatorId: made.id } });
    },
  });
  const problem = lacking ? t("ev.no_model") : save.error ? errorText(save.error) : checked?.problem;
  return (
    <Workplace
      title={t("ev.new")}
      tools={
        <Button look="primary" disabled={!edit || lacking || !name.trim() || save.isPending} onClick={() => save.mutate()}>
          {t("ev.create")}
        </Button>
      }
      bench={<TestBench projectId={projectId} draft={draft} name={name} bench={bench} mayEdit={edit} />}
    >
      <div className="grid gap-2 sm:grid-cols-2">
        <Field label={t("ev.name")}>{(ids) => <Input {...ids} maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />}</Field>
        <Field label={t("ev.description")}>{(ids) => <Input {...ids} value={description} onChange={(event) => setDescription(event.target.value)} />}</Field>
      </div>
      <Lower checked={lower} onChange={setLower} />
      {problem && <p role="alert" className="rounded-md bg-warn-soft px-3 py-2 text-xs wrap-anywhere text-warn">{problem}</p>}
      <EvaluatorForm projectId={projectId} draft={draft} onChange={edit ? setDraft : undefined} sample={bench.sample} />
    </Workplace>
  );
}
