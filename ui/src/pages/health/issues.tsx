/** What went wrong, by reason: how much, whose, what to do about it, and examples. */
import { Link } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import { useState } from "react";
import type { RejectedItem } from "@/api/types";
import { DELAYS, type Delay, type Issue, isHarmless } from "@/lib/ingest";
import { useSpeech } from "@/messages";
import { Badge } from "@/ui/badge";
import { buttonClass } from "@/ui/button";
import { CodeBlock } from "@/ui/copy";
import { cx } from "@/ui/cx";
import { Items } from "./items";
import { REMEDIES, useFix, useReasonName } from "./reasons";

interface IssuesProps {
  projectId: string;
  issues: readonly Issue[];
  /** Items that came, stored or not. */
  all: number;
  items: readonly RejectedItem[];
  keyName: (id: string) => string;
  sdkName: (told: string) => string;
}

export function Issues({ issues, ...props }: IssuesProps) {
  const { t } = useSpeech();
  return (
    <section aria-label={t("health.issues")} className="card overflow-hidden">
      <h2 className="px-3.5 pt-3 pb-2 text-xs font-medium text-fg-2">{t("health.issues")}</h2>
      <ul className="divide-y divide-line border-t">
        {issues.map((issue, index) => (
          <IssueView key={`${issue.outcome} ${issue.reason}`} issue={issue} first={index === 0 && !isHarmless(issue)} {...props} />
        ))}
      </ul>
    </section>
  );
}

const TONES = { rejected: "danger", dropped: "warn", late: "neutral" } as const;

function IssueView({ issue, first, projectId, all, items, keyName, sdkName }: Omit<IssuesProps, "issues"> & { issue: Issue; first: boolean }) {
  const { t, f } = useSpeech();
  const [open, setOpen] = useState(first);
  const reasonName = useReasonName();
  const fix = useFix()(issue.reason);
  const remedy = REMEDIES[issue.reason];
  const examples = items.filter((item) => item.outcome === issue.outcome && (issue.reason === "late" || item.reason === issue.reason));
  const late = issue.outcome === "late";
  return (
    <li>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex min-h-10 w-full flex-wrap items-center gap-x-3 gap-y-0.5 px-3 py-1.5 text-left hover:bg-hover focus-visible:-outline-offset-2"
      >
        <ChevronRight size={14} aria-hidden className={cx("shrink-0 text-fg-3 transition-transform", open && "rotate-90")} />
        <Badge tone={isHarmless(issue) ? "neutral" : TONES[issue.outcome]}>{t(`health.${issue.outcome}`)}</Badge>
        <span className="font-medium">{reasonName(issue.reason)}</span>
        <span className="text-fg-2">{f.integer(issue.items)}</span>
        {all > 0 && <span className="text-xs text-fg-3">{t("health.of_all", { share: f.percent(issue.items / all, 2) })}</span>}
        {late && <span className="text-xs text-fg-3">{t("health.worst", { delay: f.duration(issue.worst) })}</span>}
        <span className="ml-auto max-w-80 truncate text-xs text-fg-3 max-md:hidden">{t("health.mostly", { name: sdkName(issue.sdks[0] ?? "") })}</span>
      </button>
      {open && (
        <div className="flex flex-col gap-4 bg-sunken px-4 py-3.5 md:pl-10">
          {late && <Delays issue={issue} />}
          {fix && (
            <div className="max-w-3xl">
              <h3 className="mb-1 text-xs font-medium text-fg-2">{t("health.how")}</h3>
              <p className="mb-2">{fix}</p>
              {remedy && <CodeBlock code={remedy} className="bg-bg" />}
              {issue.reason === "not_allowed" && (
                <Link to="/project/$projectId/settings/keys" params={{ projectId }} className={buttonClass("plain", true)}>
                  {t("apikey.new")}
                </Link>
              )}
            </div>
          )}
          <div>
            <h3 className="mb-1 text-xs font-medium text-fg-2">{t("health.from")}</h3>
            <ul className="flex flex-wrap gap-1.5">
              {issue.sdks.slice(0, 8).map((one) => (
                <li key={`sdk ${one}`}>
                  <Badge>{sdkName(one)}</Badge>
                </li>
              ))}
              {issue.keys.slice(0, 8).map((one) => (
                <li key={`key ${one}`}>
                  <Badge>
                    <span className="text-fg-3">{t("health.key")}</span> {keyName(one)}
                  </Badge>
                </li>
              ))}
            </ul>
          </div>
          <div className="min-w-0">
            <h3 className="mb-1 text-xs font-medium text-fg-2">{t("health.examples")}</h3>
            {examples.length > 0 ? <Items items={examples} keyName={keyName} /> : <p className="text-fg-3">{t("health.no_examples")}</p>}
          </div>
        </div>
      )}
    </li>
  );
}

/** How late: the share of each step of delay. */
function Delays({ issue }: { issue: Issue }) {
  const { t, f } = useSpeech();
  const most = Math.max(...Object.values(issue.delays));
  return (
    <dl className="grid max-w-xl grid-cols-[max-content_1fr_max-content] items-center gap-x-3 gap-y-1" aria-label={t("health.delay")}>
      {(Object.keys(DELAYS) as Delay[]).map((step) => (
        <div key={step} className="contents">
          <dt className="text-fg-2">{t(`health.delay.${step}`)}</dt>
          <dd aria-hidden className="h-2.5 rounded-xs bg-line">
            <span className="block h-full rounded-xs bg-(--series-8)" style={{ width: `${(issue.delays[step] / most) * 100}%` }} />
          </dd>
          <dd className="text-right">{f.integer(issue.delays[step])}</dd>
        </div>
      ))}
    </dl>
  );
}
