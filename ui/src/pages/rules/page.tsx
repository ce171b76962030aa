/** Rules: which live traffic is judged by what, what came of it, and what it costs. */
import { useQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { DatabaseZap, History, Plus, Radar } from "lucide-react";
import { useState } from "react";
import { type Rule, deleteRule, evaluatorsToChoose, keepers as askKeepers, rules as askRules } from "@/api/runs";
import { useRights } from "@/app/me";
import { PageHead } from "@/app/page";
import { useSpeech } from "@/messages";
import { JudgeRate } from "@/parts/judge-rate";
import { useRange } from "@/parts/range";
import { Button, IconButton, buttonClass } from "@/ui/button";
import { useLater } from "@/ui/later";
import { useRemoved } from "@/ui/removal";
import { Empty, Failure, Rows } from "@/ui/states";
import { Backfill } from "./backfill";
import { RuleCard, Taken } from "./card";
import { RuleDialog } from "./dialog";
import { Keepers } from "./keepers";
import { Recent } from "./recent";

const route = getRouteApi("/inside/project/$projectId/rules");
const NEW = "new";
const WEEK = { range: "7d" } as const;
const JUDGES: ReadonlySet<string> = new Set(["judge", "panel"]);
const keyOf = (projectId: string, id: string) => `rule ${projectId} ${id}`;

export function RulesPage() {
  const { t } = useSpeech();
  const { projectId } = route.useParams();
  const { rule, evaluator } = route.useSearch();
  const navigate = route.useNavigate();
  const { edit } = useRights(projectId);
  const query = useQuery(askRules(projectId));
  const known = useQuery(evaluatorsToChoose(projectId));
  const keeping = useQuery(askKeepers(projectId));
  const late = useLater(query.isPending);
  const removed = useRemoved();
  const open = (id: string | undefined) => void navigate({ search: { rule: id }, replace: true });
  const items = query.data?.filter((one) => !removed.has(keyOf(projectId, one.id)));
  const shown = items?.find((one) => one.id === rule);
  const none = known.data?.length === 0;
  return (
    <>
      <PageHead title={t("nav.rules")}>
        {edit && (
          <Button icon={DatabaseZap} aria-label={t("keep.new")} onClick={() => void navigate({ search: { keep: NEW }, replace: true })}>
            <span className="max-sm:sr-only">{t("keep.new")}</span>
          </Button>
        )}
        {edit && !none && (
          <Button look="primary" icon={Plus} onClick={() => open(NEW)}>
            {t("rule.new")}
          </Button>
        )}
      </PageHead>
      <div className="min-h-0 flex-1 overflow-y-auto px-4 pb-8">
        {query.error ? (
          <Failure error={query.error} retry={() => void query.refetch()} />
        ) : !items ? (
          late && <Rows />
        ) : items.length === 0 ? (
          !keeping.data?.length && <Empty icon={Radar} title={t("rule.first")} hint={t("rule.first_lead")}>
            {edit && !none && <Button look="primary" icon={Plus} onClick={() => open(NEW)}>{t("rule.new")}</Button>}
            {edit && none && (
              <Link to="/project/$projectId/evaluators" params={{ projectId }} className={buttonClass("primary")}>
                {t("run.make_evaluator")}
              </Link>
            )}
          </Empty>
        ) : (
          <>
            <p className="max-w-3xl pb-3 text-fg-2">{t("rule.lead")}</p>
            <ul className="flex max-w-5xl flex-col gap-3">
              {items.map((one) => (
                <Row key={one.id} projectId={projectId} rule={one} judge={JUDGES.has(known.data?.find((each) => each.id === one.evaluator_id)?.kind ?? "")} editable={edit} onEdit={() => open(one.id)} />
              ))}
            </ul>
          </>
        )}
        <Keepers projectId={projectId} editable={edit} />
      </div>
      {edit && (rule === NEW || shown) && <RuleDialog key={rule} projectId={projectId} rule={shown ?? null} evaluator={evaluator ?? ""} onClose={() => open(undefined)} />}
    </>
  );
}

interface RowProps {
  projectId: string;
  rule: Rule;
  /** Does a model judge? Then what its rate is worth stands beside it. */
  judge: boolean;
  editable: boolean;
  onEdit: () => void;
}

function Row({ projectId, rule, judge, editable, onEdit }: RowProps) {
  const { t, f } = useSpeech();
  const [filling, setFilling] = useState(false);
  const [reading, setReading] = useState(false);
  const removal = { id: keyOf(projectId, rule.id), text: t("rule.deleted"), run: () => deleteRule(projectId, rule.id), kept: "rules" } as const;
  const week = useRange(projectId, WEEK);
  const { backfill } = rule;
  return (
    <RuleCard
      projectId={projectId}
      rule={rule}
      heading="h2"
      editable={editable}
      onEdit={onEdit}
      removal={removal}
      tools={<IconButton small icon={History} label={t("rule.history")} onClick={() => setFilling(true)} />}
    >
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-fg-2">
        <bdi className="font-medium text-fg">{[rule.evaluator_name || t("run.gone"), ...rule.further].join(", ")}</bdi>
        <span>{rule.evaluator_version ? t("prompt.short_version", { version: String(rule.evaluator_version) }) : t("rule.newest")}</span>
        <span aria-hidden>·</span>
        <span>{t(`rule.target_${rule.target}`)}</span>
        <span aria-hidden>·</span>
        <Taken filter={rule.filter} sampling={rule.sampling} />
      </p>
      <p className="flex flex-wrap items-center gap-x-4 gap-y-1 text-xs text-fg-2">
        <span className="text-fg-3">{t("rule.week")}</span>
        <span>{t("rule.done", { n: rule.done })}</span>
        {rule.waiting > 0 && <span>{t("rule.waiting", { n: rule.waiting })}</span>}
        {rule.failed > 0 && <span className="text-danger">{t("rule.failed", { n: rule.failed })}</span>}
        <span>{f.money(rule.cost)}</span>
        {rule.daily_budget !== null && (
          <span>{`${t("rule.spent")} ${f.money(rule.spent_today)} / ${f.money(rule.daily_budget)}`}</span>
        )}
        {backfill && (backfill.status === "waiting" || backfill.status === "running") && <span>{t("rule.filling", { done: backfill.done, total: backfill.total })}</span>}
        {backfill?.error && <span className="wrap-anywhere text-danger">{backfill.error}</span>}
        <span className="flex-1" />
        <button type="button" aria-expanded={reading} onClick={() => setReading(!reading)} className="rounded text-accent hover:underline">
          {t("rule.recent")}
        </button>
      </p>
      {judge && !reading && <JudgeRate projectId={projectId} judge={rule.evaluator_name} start={week.start} end={week.end} />}
      {reading && <Recent projectId={projectId} ruleId={rule.id} />}
      {filling && <Backfill projectId={projectId} rule={rule} onClose={() => setFilling(false)} />}
    </RuleCard>
  );
}
