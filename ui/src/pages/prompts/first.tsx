/** What a project without prompts shows: what they are for, and the two ways to the first one. */
import { Link } from "@tanstack/react-router";
import { GitCompare, Plus, Rocket, ScrollText, Undo2 } from "lucide-react";
import { useSpeech } from "@/messages";
import { buttonClass } from "@/ui/button";
import { CodeBlock } from "@/ui/copy";

const CODE = `from langfuse import get_client

langfuse = get_client()
langfuse.create_prompt(
    name="support/greet",
    prompt="Hello {{name}}, how can I help?",
    labels=["production"],
)
text = langfuse.get_prompt("support/greet").compile(name="Ada")`;

export function First({ projectId, mayEdit }: { projectId: string; mayEdit: boolean }) {
  const { t } = useSpeech();
  const points = [
    { icon: ScrollText, text: t("prompt.first_version") },
    { icon: Rocket, text: t("prompt.first_label") },
    { icon: Undo2, text: t("prompt.first_back") },
    { icon: GitCompare, text: t("prompt.first_figures") },
  ];
  return (
    <div className="mx-auto grid max-w-4xl gap-6 py-8 md:grid-cols-2">
      <section className="flex flex-col gap-3">
        <h2 className="text-base font-semibold">{t("prompt.first")}</h2>
        <p className="text-fg-2">{t("prompt.first_lead")}</p>
        <ul className="flex flex-col gap-2.5">
          {points.map(({ icon: Icon, text }) => (
            <li key={text} className="flex items-start gap-2.5">
              <span className="grid size-7 shrink-0 place-items-center rounded-full bg-accent-soft text-accent">
                <Icon size={14} aria-hidden />
              </span>
              <span className="min-w-0 pt-1">{text}</span>
            </li>
          ))}
        </ul>
      </section>
      <section className="flex min-w-0 flex-col gap-3">
        {mayEdit ? (
          <>
            <Link to="/project/$projectId/prompts/new" params={{ projectId }} className={`${buttonClass("primary")} self-start`}>
              <Plus size={14} aria-hidden />
              {t("prompt.write_first")}
            </Link>
            <p className="text-fg-2">{t("prompt.or_code")}</p>
          </>
        ) : (
          <p className="text-fg-2">{t("prompt.first_viewer")}</p>
        )}
        <CodeBlock code={CODE} className="[&_pre]:whitespace-pre-wrap" />
      </section>
    </div>
  );
}
