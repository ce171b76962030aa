/** One evaluator: its versions, their settings and differences, and the bench beside them. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { Archive, ArchiveRestore, Ellipsis, Pencil, Trash2 } from "lucide-react";
import { Suspense, lazy, useState } from "react";
import { type Evaluator, type EvaluatorVersion, addEvaluatorVersion, changeEvaluator, checkedEvaluator, deleteEvaluator, evaluator as askEvaluator, evaluatorsChanged } from "@/api/evaluators";
import { useRights } from "@/app/me";
import { Unread } from "@/app/page";
import { draftOf, lacksModel, readable, settingsOf, tidy } from "@/lib/evaluators";
import { useSpeech } from "@/messages";
import { Versions } from "@/parts/versions";
import { Badge } from "@/ui/badge";
import { Button, IconButton } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, Input, Select } from "@/ui/field";
import { useSettled } from "@/ui/later";
import { useNarrow } from "@/ui/media";
import { Menu, MenuItem } from "@/ui/menu";
import { useRemoval } from "@/ui/removal";
import { Skeleton, useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";
import { TestBench } from "./bench";
import { EvaluatorForm } from "./form";
import { removalKey } from "./kind";
import { Lower } from "./lower";
import { useBench } from "./use-bench";
import { Workplace } from "./workplace";

const Diff = lazy(() => import("@/pages/prompts/diff"));
const route = getRouteApi("/inside/project/$projectId/evaluators/$evaluatorId");

export function EvaluatorPage() {
  const { projectId, evaluatorId } = route.useParams();
  const { version } = route.useSearch();
  const query = useQuery(askEvaluator(projectId, evaluatorId));
  if (query.error || !query.data) return <Unread title={evaluatorId} query={query} />;
  const { versions } = query.data;
  const shown = versions.find((one) => one.version === version) ?? versions[0]!;
  return <Shown key={`${evaluatorId} ${shown.version}`} projectId={projectId} evaluator={query.data} shown={shown} />;
}

interface ShownProps {
  projectId: string;
  evaluator: Evaluator;
  shown: EvaluatorVersion;
}

function Shown({ projectId, evaluator, shown }: ShownProps) {
  const { t } = useSpeech();
  const { edit } = useRights(projectId);
  const { with: other } = route.useSearch();
  const navigate = route.useNavigate();
  const [draft, setDraft] = useState(() => draftOf(shown.kind, shown.settings));
  const bench = useBench(projectId);
  const before = evaluator.versions.find((one) => one.version === other && other !== shown.version);
  const open = (version: number) => void navigate({ search: { version } });
  return (
    <Workplace
      title={evaluator.name}
      heading={<Heading projectId={projectId} evaluator={evaluator} shown={shown} />}
      tools={edit && <More projectId={projectId} evaluator={evaluator} />}
      side={
        <aside aria-label={t("ev.versions")} className="w-52 shrink-0 overflow-y-auto border-r bg-side max-xl:hidden">
          <Versions
            all={evaluator.versions}
            words={{ version: "ev.version", compare_with: "ev.compare_with" }}
            chosen={shown.version}
            other={before?.version ?? 0}
            onChoose={open}
            onCompare={(version) => void navigate({ search: { version: shown.version, with: version } })}
            note={(one) => one.note}
          />
        </aside>
      }
      bench={<TestBench projectId={projectId} draft={draft} name={evaluator.name} bench={bench} mayEdit={edit} />}
    >
      {evaluator.is_archived && <p className="rounded-md bg-sunken px-3 py-2 text-xs text-fg-2">{t("ev.is_archived")}</p>}
      {evaluator.versions.length > 1 && (
        <div className="flex flex-wrap gap-2 xl:hidden">
          <Select aria-label={t("ev.versions")} className="w-auto!" value={shown.version} onChange={(event) => open(Number(event.target.value))}>
            {evaluator.versions.map((one) => (
              <option key={one.version} value={one.version}>
                {[t("ev.version", { version: String(one.version) }), one.note].filter(Boolean).join(" · ")}
              </option>
            ))}
          </Select>
        </div>
      )}
      {before ? (
        <Compare old={before} fresh={shown} onEnd={() => open(shown.version)} />
      ) : (
        <>
          {evaluator.description && <p className="text-fg-2">{evaluator.description}</p>}
          {edit && <Saving projectId={projectId} evaluator={evaluator} shown={shown} draft={draft} onDiscard={() => setDraft(draftOf(shown.kind, shown.settings))} />}
          <EvaluatorForm projectId={projectId} draft={draft} onChange={edit ? setDraft : undefined} sample={bench.sample} />
        </>
      )}
    </Workplace>
  );
}

function Heading({ projectId, evaluator, shown }: ShownProps) {
  const { t } = useSpeech();
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <Link to="/project/$projectId/evaluators" params={{ projectId }} className="rounded font-normal text-fg-3 hover:text-accent hover:underline max-sm:hidden">
        {t("nav.evaluators")}
      </Link>
      <span aria-hidden className="font-normal text-fg-3 max-sm:hidden">/</span>
      <bdi className="min-w-0 truncate">{evaluator.name}</bdi>
      <Badge>{t(`ev.kind.${shown.kind}`)}</Badge>
      {evaluator.is_lower_better && <Badge>{t("ev.is_lower")}</Badge>}
      {evaluator.is_archived && <Badge>{t("ev.archived")}</Badge>}
    </span>
  );
}

function Compare({ old, fresh, onEnd }: { old: EvaluatorVersion; fresh: EvaluatorVersion; onEnd: () => void }) {
  const { t } = useSpeech();
  const narrow = useNarrow();
  const told = [old, fresh].map((one) => readable(draftOf(one.kind, one.settings)));
  return (
    <section aria-label={t("ev.comparing", { old: String(old.version), new: String(fresh.version) })} className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="flex-1 font-medium">{t("ev.comparing", { old: String(old.version), new: String(fresh.version) })}</h2>
        <Button small onClick={onEnd}>{t("ev.end_compare")}</Button>
      </div>
      {told[0] === told[1] ? (
        <p className="rounded-md border border-dashed px-3 py-2 text-xs text-fg-3">{t("ev.same")}</p>
      ) : (
        <Suspense fallback={<Skeleton className="h-60" />}>
          <Diff old={told[0]!} fresh={told[1]!} inline={narrow} label={t("ev.settings")} />
        </Suspense>
      )}
    </section>
  );
}

interface SavingProps extends ShownProps {
  draft: ReturnType<typeof draftOf>;
  onDiscard: () => void;
}

/** Appears when something was changed. */
function Saving({ projectId, evaluator, shown, draft, onDiscard }: SavingProps) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const errorText = useErrorText();
  const navigate = route.useNavigate();
  const [note, setNote] = useState("");
  const asked = { kind: draft.kind, settings: settingsOf(tidy(draft)) };
  const changed = JSON.stringify(asked.settings) !== JSON.stringify(settingsOf(tidy(draftOf(shown.kind, shown.settings))));
  const lacking = lacksModel(draft);
  const checked = useQuery(checkedEvaluator(projectId, useSettled(asked, 400), changed && !lacking)).data;
  const next = evaluator.versions[0]!.version + 1;
  const save = useMutation({
    mutationFn: () => addEvaluatorVersion(projectId, evaluator.id, { ...asked, note }),
    onSuccess: async (made) => {
      await evaluatorsChanged(client, projectId);
      toast(t("ev.saved", { version: String(made.versions[0]!.version) }));
      void navigate({ search: {} });
    },
  });
  if (!changed) return null;
  const problem = lacking ? t("ev.no_model") : save.error ? errorText(save.error) : checked?.problem;
  return (
    <div className="card flex flex-col gap-2 bg-raised p-3">
      <div className="flex flex-wrap items-center gap-2">
        <Badge tone="warn">{t("ev.unsaved")}</Badge>
        <Input aria-label={t("ev.note")} placeholder={t("ev.note")} className="h-7! min-w-40 flex-1" value={note} onChange={(event) => setNote(event.target.value)} />
        <Button small onClick={onDiscard}>{t("ev.discard")}</Button>
        <Button small look="primary" disabled={lacking || save.isPending} onClick={() => save.mutate()}>
          {t("ev.save_version", { version: String(next) })}
        </Button>
      </div>
      {problem && <p role="alert" className="text-xs wrap-anywhere text-danger">{problem}</p>}
    </div>
  );
}

function More({ projectId, evaluator }: { projectId: string; evaluator: Evaluator }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const errorText = useErrorText();
  const navigate = route.useNavigate();
  const remove = useRemoval();
  const [naming, setNaming] = useState(false);
  const archive = useMutation({
    mutationFn: () => changeEvaluator(projectId, evaluator.id, { is_archived: !evaluator.is_archived }),
    onSuccess: () => evaluatorsChanged(client, projectId),
    onError: (error) => toast(errorText(error), "danger"),
  });
  const drop = () => {
    remove({
      ids: [removalKey(projectId, evaluator.id)],
      text: t("ev.deleted", { name: evaluator.name }),
      run: async () => {
        await deleteEvaluator(projectId, evaluator.id);
        await evaluatorsChanged(client, projectId);
      },
    });
    void navigate({ to: "/project/$projectId/evaluators", params: { projectId } });
  };
  return (
    <>
      <Menu align="end" trigger={<IconButton icon={Ellipsis} label={t("ev.more")} />}>
        <MenuItem onSelect={() => setNaming(true)}>
          <Pencil size={14} aria-hidden />
          {t("ev.rename")}
        </MenuItem>
        <MenuItem onSelect={() => archive.mutate()}>
          {evaluator.is_archived ? <ArchiveRestore size={14} aria-hidden /> : <Archive size={14} aria-hidden />}
          {t(evaluator.is_archived ? "ev.unarchive" : "ev.archive")}
        </MenuItem>
        <MenuItem danger onSelect={drop}>
          <Trash2 size={14} aria-hidden />
          {t("ev.delete")}
        </MenuItem>
      </Menu>
      {naming && <Naming projectId={projectId} evaluator={evaluator} onClose={() => setNaming(false)} />}
    </>
  );
}

function Naming({ projectId, evaluator, onClose }: { projectId: string; evaluator: Evaluator; onClose: () => void }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const errorText = useErrorText();
  const [name, setName] = useState(evaluator.name);
  const [description, setDescription] = useState(evaluator.description);
  const [lower, setLower] = useState(evaluator.is_lower_better);
  const save = useMutation({
    mutationFn: () => changeEvaluator(projectId, evaluator.id, { name: name.trim(), description, is_lower_better: lower }),
    onSuccess: async () => {
      await evaluatorsChanged(client, projectId);
      onClose();
    },
  });
  return (
    <Dialog open onClose={onClose} title={t("ev.rename")}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Field label={t("ev.name")} error={save.error ? errorText(save.error) : null}>
          {(ids) => <Input {...ids} maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />}
        </Field>
        <Field label={t("ev.description")}>{(ids) => <textarea {...ids} rows={3} className="field h-auto py-1.5" value={description} onChange={(event) => setDescription(event.target.value)} />}</Field>
        <Lower checked={lower} onChange={setLower} />
        <Button type="submit" look="primary" className="self-end" disabled={!name.trim() || save.isPending}>
          {t("ev.save")}
        </Button>
      </form>
    </Dialog>
  );
}
