/** What a version needs, and what will surprise whoever uses it: said while one types. */
import { Link } from "@tanstack/react-router";
import { CircleAlert, TriangleAlert } from "lucide-react";
import type { PromptChecked, PromptProblem } from "@/api/prompts";
import { readable } from "@/lib/prompts";
import { type Key, useSpeech } from "@/messages";
import { en } from "@/messages/en";
import { Badge } from "@/ui/badge";
import { CodeBlock } from "@/ui/copy";
import { cx } from "@/ui/cx";

interface NeedsProps {
  projectId: string;
  found: Pick<PromptChecked, "variables" | "placeholders" | "references" | "composed"> & { problems?: readonly PromptProblem[] };
  stale?: boolean;
}

export function Needs({ projectId, found, stale }: NeedsProps) {
  const { t } = useSpeech();
  const { variables, placeholders, references, composed, problems = [] } = found;
  return (
    <div className={cx("flex flex-col gap-3", stale && "opacity-60")}>
      {problems.length > 0 && (
        <ul aria-label={t("prompt.problems")} className="flex flex-col gap-1.5">
          {problems.map((one) => (
            <Told key={`${one.code} ${one.subject} ${one.detail}`} problem={one} />
          ))}
        </ul>
      )}
      <Names title={t("prompt.variables")} names={variables} none={t("prompt.no_variables")} />
      {placeholders.length > 0 && <Names title={t("prompt.placeholders")} names={placeholders} />}
      {references.length > 0 && (
        <section aria-label={t("prompt.references")}>
          <h2 className="mb-1 text-xs font-medium text-fg-2">{t("prompt.references")}</h2>
          <ul className="flex flex-col gap-0.5">
            {references.map((one) => (
              <li key={`${one.name} ${one.label} ${one.version}`} className="truncate">
                <Link to="/project/$projectId/prompts/$name" params={{ projectId, name: one.name }} search={one.version ? { version: one.version } : {}} className="rounded text-accent hover:underline">
                  {one.name}
                </Link>
                <span className="text-xs text-fg-3"> {one.version ? t("prompt.version", { version: String(one.version) }) : one.label}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {references.length > 0 && composed !== null && (
        <details>
          <summary className="text-xs font-medium text-fg-2">{t("prompt.composed")}</summary>
          <CodeBlock code={readable(composed)} className="mt-1 [&_pre]:whitespace-pre-wrap" />
        </details>
      )}
    </div>
  );
}

function Names({ title, names, none }: { title: string; names: readonly string[]; none?: string }) {
  return (
    <section aria-label={title}>
      <h2 className="mb-1 text-xs font-medium text-fg-2">{title}</h2>
      {names.length === 0 ? (
        <p className="text-xs text-fg-3">{none}</p>
      ) : (
        <ul className="flex flex-wrap gap-1">
          {names.map((one) => (
            <li key={one} className="max-w-full">
              <Badge>
                <code className="truncate font-mono">{one}</code>
              </Badge>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Told({ problem }: { problem: PromptProblem }) {
  const { t } = useSpeech();
  const { code, subject, detail, is_error } = problem;
  const expected = (text: string) => (Object.hasOwn(en, `prompt.expected.${text}`) ? t(`prompt.expected.${text}` as Key) : text);
  const Icon = is_error ? CircleAlert : TriangleAlert;
  return (
    <li className={cx("flex items-start gap-1.5 rounded-md px-2 py-1.5 text-xs", is_error ? "bg-danger-soft text-danger" : "bg-warn-soft text-warn")}>
      <Icon size={13} aria-hidden className="mt-0.5 shrink-0" />
      <span className="min-w-0 wrap-anywhere">{t(`prompt.problem.${code}` as Key, { subject, detail: code === "config_type" ? expected(detail) : detail })}</span>
    </li>
  );
}
