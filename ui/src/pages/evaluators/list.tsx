/** The evaluators of a project. */
import { useQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { Plus, SearchX } from "lucide-react";
import { useState } from "react";
import { type EvaluatorRow, evaluators as askEvaluators } from "@/api/evaluators";
import { useRights } from "@/app/me";
import { PageHead } from "@/app/page";
import { useSpeech } from "@/messages";
import { Ago } from "@/parts/figures";
import { Badge } from "@/ui/badge";
import { Button, buttonClass } from "@/ui/button";
import { Input } from "@/ui/field";
import { useLater } from "@/ui/later";
import { useRemoved } from "@/ui/removal";
import { ShortTable } from "@/ui/short-table";
import { Empty, Failure, Rows } from "@/ui/states";
import { Begin } from "./begin";
import { ICONS, removalKey } from "./kind";

const route = getRouteApi("/inside/project/$projectId/evaluators");

export function EvaluatorsPage() {
  const { t } = useSpeech();
  const { projectId } = route.useParams();
  const { edit } = useRights(projectId);
  const { words = "", archived } = route.useSearch();
  const query = useQuery(askEvaluators(projectId, archived === "1"));
  const late = useLater(query.isPending);
  const removed = useRemoved();
  const all = query.data?.items.filter((one) => !removed.has(removalKey(projectId, one.id)));
  const items = all?.filter((one) => `${one.name} ${one.about} ${one.description}`.toLowerCase().includes(words.toLowerCase()));
  const bare = all?.length === 0 && archived !== "1";
  return (
    <>
      <PageHead title={t("nav.evaluators")}>
        {edit && !bare && (
          <Link to="/project/$projectId/evaluators/new" params={{ projectId }} className={buttonClass("primary")}>
            <Plus size={14} aria-hidden />
            {t("ev.new")}
          </Link>
        )}
      </PageHead>
      {!bare && <Tools words={words} archived={archived === "1"} />}
      <div className="min-h-0 flex-1 overflow-y-auto px-4 pb-8">
        {query.error ? (
          <Failure error={query.error} retry={() => void query.refetch()} />
        ) : !items ? (
          late && <Rows />
        ) : bare ? (
          <First projectId={projectId} mayEdit={edit} />
        ) : items.length === 0 ? (
          <Nothing />
        ) : (
          <Listed projectId={projectId} items={items} />
        )}
      </div>
    </>
  );
}

function Listed({ projectId, items }: { projectId: string; items: readonly EvaluatorRow[] }) {
  const { t } = useSpeech();
  return (
    <ShortTable
      heads={[
        { key: "name", label: t("ev.name") },
        { key: "kind", label: t("ev.kind") },
        { key: "about", label: t("ev.about"), className: "max-md:hidden" },
        { key: "versions", label: t("ev.versions"), right: true, className: "max-sm:hidden" },
        { key: "changed", label: t("ev.changed"), className: "max-md:hidden" },
      ]}
    >
      {items.map((one) => (
        <Row key={one.id} projectId={projectId} row={one} />
      ))}
    </ShortTable>
  );
}

function Row({ projectId, row }: { projectId: string; row: EvaluatorRow }) {
  const { t, f } = useSpeech();
  const Icon = ICONS[row.kind];
  return (
    <tr className="hover:bg-hover">
      <td className="max-w-80">
        <Link to="/project/$projectId/evaluators/$evaluatorId" params={{ projectId, evaluatorId: row.id }} className="flex items-center gap-2 rounded font-medium">
          <Icon size={15} aria-hidden className="shrink-0 text-fg-3" />
          <bdi title={row.name} className="truncate">{row.name}</bdi>
          {row.is_archived && <Badge>{t("ev.archived")}</Badge>}
        </Link>
      </td>
      <td className="whitespace-nowrap text-fg-2">{t(`ev.kind.${row.kind}`)}</td>
      <td className="max-w-96 max-md:hidden">
        <span className="flex items-baseline gap-2">
          {row.description && <bdi title={row.description} className="truncate text-fg-2">{row.description}</bdi>}
          {row.about && <code className="shrink-0 font-mono text-xs text-fg-3">{row.about}</code>}
        </span>
      </td>
      <td className="text-right text-fg-2 max-sm:hidden">{f.integer(row.version)}</td>
      <td className="whitespace-nowrap text-fg-2 max-md:hidden"><Ago at={row.updated_at} /></td>
    </tr>
  );
}

function Tools({ words, archived }: { words: string; archived: boolean }) {
  const { t } = useSpeech();
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState(words);
  return (
    <div className="flex flex-wrap items-center gap-3 px-4 pb-2.5">
      <Input
        aria-label={t("ev.search")}
        type="search"
        placeholder={t("ev.search")}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          void navigate({ search: (old) => ({ ...old, words: event.target.value || undefined }), replace: true });
        }}
        className="w-56! max-sm:w-full!"
      />
      <label className="flex items-center gap-1.5 text-xs text-fg-2">
        <input type="checkbox" className="accent-accent" checked={archived} onChange={(event) => void navigate({ search: (old) => ({ ...old, archived: event.target.checked ? "1" : undefined }), replace: true })} />
        {t("ev.show_archived")}
      </label>
    </div>
  );
}

function First({ projectId, mayEdit }: { projectId: string; mayEdit: boolean }) {
  const { t } = useSpeech();
  return (
    <div className="mx-auto flex max-w-6xl flex-col gap-5 pt-4">
      <div>
        <h2 className="text-lg font-semibold">{t("ev.first")}</h2>
        <p className="mt-1 max-w-2xl text-fg-2">{t("ev.first_lead")}</p>
      </div>
      {mayEdit ? <Begin projectId={projectId} /> : <p className="text-fg-3">{t("ev.read_only")}</p>}
    </div>
  );
}

function Nothing() {
  const { t } = useSpeech();
  const navigate = route.useNavigate();
  return (
    <Empty icon={SearchX} title={t("ev.nothing")}>
      <Button onClick={() => void navigate({ search: {} })}>{t("ev.show_all")}</Button>
    </Empty>
  );
}
