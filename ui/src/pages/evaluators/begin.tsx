/** What a new evaluator begins with: a judge of the library, or nothing of a kind. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { type LibraryJudge, library as askLibrary } from "@/api/evaluators";
import { KINDS, LANGUAGES, type Language } from "@/lib/evaluators";
import { useSpeech } from "@/messages";
import { TextEditor } from "@/pages/prompts/text-editor";
import { Badge } from "@/ui/badge";
import { Button, buttonClass } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Input } from "@/ui/field";
import { Failure, Rows } from "@/ui/states";
import { Switcher } from "@/ui/tabs";
import { ICONS } from "./kind";

export function Begin({ projectId }: { projectId: string }) {
  return (
    <>
      <Kinds projectId={projectId} />
      <Library projectId={projectId} />
    </>
  );
}

function Kinds({ projectId }: { projectId: string }) {
  const { t, language } = useSpeech();
  return (
    <section aria-label={t("ev.from_scratch")} className="flex flex-col gap-2">
      <ul className="grid gap-2 sm:grid-cols-2 lg:grid-cols-5">
        {KINDS.map((kind) => {
          const Icon = ICONS[kind];
          return (
            <li key={kind}>
              <Link to="/project/$projectId/evaluators/new" params={{ projectId }} search={{ kind, language }} className="card flex h-full flex-col gap-1 p-3 hover:border-line-strong hover:bg-hover">
                <span className="flex items-center gap-2 font-medium">
                  <Icon size={15} aria-hidden className="shrink-0 text-accent" />
                  {t(`ev.kind.${kind}`)}
                </span>
                <span className="text-xs text-fg-2">{t(`ev.kind_lead.${kind}`)}</span>
              </Link>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Library({ projectId }: { projectId: string }) {
  const { t, language: spoken } = useSpeech();
  const [language, setLanguage] = useState<Language>(spoken);
  const [words, setWords] = useState("");
  const [reading, setReading] = useState<LibraryJudge | null>(null);
  const query = useQuery(askLibrary(projectId));
  const found = query.data?.items.filter((one) => [one.en, one.zh].some((told) => `${told.name} ${told.description}`.toLowerCase().includes(words.toLowerCase())));
  return (
    <section aria-label={t("ev.from_library")} className="flex flex-col gap-2.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <div className="min-w-0 flex-1">
          <h2 className="font-semibold">{t("ev.from_library")}</h2>
          <p className="text-xs text-fg-2">{t("ev.library_lead")}</p>
        </div>
        <Input aria-label={t("ev.library_search")} placeholder={t("ev.library_search")} type="search" value={words} onChange={(event) => setWords(event.target.value)} className="w-48! max-sm:w-full!" />
        <Switcher label={t("ev.library_language")} options={LANGUAGES.map((key) => ({ key, label: t(`ev.lang.${key}`) }))} value={language} onChange={setLanguage} />
      </div>
      {query.error ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : !found ? (
        <Rows />
      ) : (
        <ul className="grid gap-2 sm:grid-cols-2 xl:grid-cols-3">
          {found.map((one) => (
            <li key={one.id}>
              <Card judge={one} language={language} onRead={() => setReading(one)} />
            </li>
          ))}
        </ul>
      )}
      {reading && <Reading projectId={projectId} judge={reading} language={language} onLanguage={setLanguage} onClose={() => setReading(null)} />}
    </section>
  );
}

function Card({ judge, language, onRead }: { judge: LibraryJudge; language: Language; onRead: () => void }) {
  const { t, f } = useSpeech();
  return (
    <button type="button" onClick={onRead} className="card flex h-full w-full flex-col gap-1 p-3 text-left hover:border-line-strong hover:bg-hover">
      <span className="flex items-center gap-2">
        <span className="min-w-0 flex-1 truncate font-medium">{judge[language].name}</span>
        <Badge>{t(`ev.score.${judge.score.type as "numeric"}`)}</Badge>
      </span>
      <span className="text-xs text-fg-2">{judge[language].description}</span>
      <span className="mt-auto pt-1 text-2xs text-fg-3">{t("ev.needs", { names: f.listed(judge.needs) })}</span>
    </button>
  );
}

interface ReadingProps {
  projectId: string;
  judge: LibraryJudge;
  language: Language;
  onLanguage: (language: Language) => void;
  onClose: () => void;
}

function Reading({ projectId, judge, language, onLanguage, onClose }: ReadingProps) {
  const { t } = useSpeech();
  const { name, description, prompt } = judge[language];
  return (
    <Dialog open wide onClose={onClose} title={name} lead={description}>
      <div className="flex flex-col gap-3">
        <div className="flex flex-wrap items-center gap-1.5">
          <Switcher label={t("ev.library_language")} options={LANGUAGES.map((key) => ({ key, label: t(`ev.lang.${key}`) }))} value={language} onChange={onLanguage} />
          {judge.targets.map((one) => (
            <Badge key={one}>{t(`ev.target.${one}`)}</Badge>
          ))}
          <Badge tone="accent">{scaleText(judge, t)}</Badge>
          <Badge>{t(`ev.better.${judge.better}`)}</Badge>
        </div>
        <TextEditor label={t("ev.prompt")} value={prompt} className="max-h-[50dvh] overflow-y-auto" />
        <p className="text-xs text-fg-3">{t("ev.prompt_note")}</p>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("act.close")}</Button>
          <Link to="/project/$projectId/evaluators/new" params={{ projectId }} search={{ kind: "judge", from: judge.id, language }} className={buttonClass("primary")}>
            {t("ev.take")}
          </Link>
        </div>
      </div>
    </Dialog>
  );
}

function scaleText({ score }: LibraryJudge, t: ReturnType<typeof useSpeech>["t"]): string {
  if (score.type === "numeric") return t("ev.score_range", { min: String(score.min), max: String(score.max) });
  if (score.type === "boolean") return t("ev.score.boolean");
  return (score.labels as string[]).join(" / ");
}
