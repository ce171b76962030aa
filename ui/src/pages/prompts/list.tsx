/** Prompts of a project, in folders. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { FileText, Folder, MessagesSquare, Plus, SearchX } from "lucide-react";
import { useMemo, useState } from "react";
import { type PromptRow, prompts as askPrompts } from "@/api/prompts";
import * as ask from "@/api/queries";
import { useRights } from "@/app/me";
import { PageHead } from "@/app/page";
import { type PromptsSearch, IN_USE, foldersOf, lastPart } from "@/lib/prompts";
import { DAY, resolveRange } from "@/lib/time";
import { useSpeech } from "@/messages";
import { Ago } from "@/parts/figures";
import { Badge } from "@/ui/badge";
import { Button, buttonClass } from "@/ui/button";
import { Input, Select } from "@/ui/field";
import { useLater } from "@/ui/later";
import { More } from "@/ui/more";
import { useRemoved } from "@/ui/removal";
import { ShortTable } from "@/ui/short-table";
import { Empty, Failure, Rows } from "@/ui/states";
import { LabelBadge } from "./label-badge";
import { removalKey } from "./removal";
import { First } from "./first";
import { Import } from "./import";

const route = getRouteApi("/inside/project/$projectId/prompts");

export function PromptsPage() {
  const { t } = useSpeech();
  const { projectId } = route.useParams();
  const { edit } = useRights(projectId);
  const search = route.useSearch();
  const query = useInfiniteQuery(askPrompts(projectId, search));
  const late = useLater(query.isPending);
  const removed = useRemoved();
  const pages = query.data?.pages;
  const first = pages?.[0];
  const items = pages?.flatMap((page) => page.items).filter((one) => !removed.has(removalKey(projectId, one.name)));
  const calls = useCalls(projectId);
  const bare = !search.folder && !search.words && !search.tag && !search.label;
  const nothing = items?.length === 0 && first?.folders.length === 0;
  return (
    <>
      <PageHead title={t("nav.prompts")}>
        {edit && <Import projectId={projectId} />}
        {edit && !(nothing && bare) && (
          <Link to="/project/$projectId/prompts/new" params={{ projectId }} search={search.folder ? { folder: search.folder } : {}} className={buttonClass("primary")}>
            <Plus size={14} aria-hidden />
            {t("prompt.new")}
          </Link>
        )}
      </PageHead>
      {!(nothing && bare) && <Tools search={search} tags={first?.tags ?? []} labels={first?.labels ?? []} />}
      <div className="min-h-0 flex-1 overflow-y-auto px-4 pb-8">
        {query.error ? (
          <Failure error={query.error} retry={() => void query.refetch()} />
        ) : !items || !first ? (
          late && <Rows />
        ) : nothing ? (
          bare ? (
            <First projectId={projectId} mayEdit={edit} />
          ) : (
            <Nothing />
          )
        ) : (
          <ShortTable
            heads={[
              { key: "name", label: t("prompt.name") },
              { key: "labels", label: t("prompt.labels"), className: "max-sm:hidden" },
              { key: "tags", label: t("prompt.tags"), className: "max-lg:hidden" },
              { key: "versions", label: t("prompt.versions"), right: true },
              { key: "calls_7d", label: t("prompt.calls_7d"), right: true, className: "max-md:hidden" },
              { key: "changed", label: t("prompt.changed"), className: "max-md:hidden" },
            ]}
          >
            {first.folders.map((one) => (
              <tr key={one.name} className="hover:bg-hover">
                <td className="max-w-80">
                  <Link from="/project/$projectId/prompts" to="." search={(old) => ({ ...old, folder: one.name })} className="flex items-center gap-2 rounded font-medium">
                    <Folder size={15} aria-hidden className="shrink-0 text-accent" />
                    <span className="truncate">{lastPart(one.name)}</span>
                  </Link>
                </td>
                <td className="text-xs text-fg-3" colSpan={5}>{t("prompt.inside", { n: one.prompts })}</td>
              </tr>
            ))}
            {items.map((one) => (
              <Row key={one.name} projectId={projectId} row={one} calls={calls?.get(one.name)} whole={Boolean(search.words || search.tag || search.label)} />
            ))}
          </ShortTable>
        )}
        <More query={query} />
      </div>
    </>
  );
}

function Tools({ search, tags, labels }: { search: PromptsSearch; tags: readonly string[]; labels: readonly string[] }) {
  const { t } = useSpeech();
  const navigate = route.useNavigate();
  const [words, setWords] = useState(search.words ?? "");
  const set = (change: Partial<PromptsSearch>) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
  const folders = search.folder ? [...foldersOf(`${search.folder}/`)] : [];
  return (
    <div className="flex flex-wrap items-center gap-2 px-4 pb-2.5">
      <Input
        aria-label={t("prompt.search")}
        type="search"
        placeholder={t("prompt.search")}
        value={words}
        onChange={(event) => {
          setWords(event.target.value);
          set({ words: event.target.value || undefined });
        }}
        className="w-56! max-sm:w-full!"
      />
      {(labels.length > 0 || search.label) && <Choice name={t("prompt.any_label")} value={search.label} all={labels} onChange={(label) => set({ label })} />}
      {(tags.length > 0 || search.tag) && <Choice name={t("prompt.any_tag")} value={search.tag} all={tags} onChange={(tag) => set({ tag })} />}
      {folders.length > 0 && (
        <nav aria-label={t("prompt.folders")} className="flex min-w-0 flex-wrap items-center gap-1 text-fg-2">
          <Link from="/project/$projectId/prompts" to="." search={(old) => ({ ...old, folder: undefined })} className="rounded hover:text-accent hover:underline">
            {t("nav.prompts")}
          </Link>
          {folders.map((one) => (
            <span key={one} className="flex min-w-0 items-center gap-1">
              <span aria-hidden className="text-fg-3">/</span>
              <Link from="/project/$projectId/prompts" to="." search={(old) => ({ ...old, folder: one })} className="truncate rounded hover:text-accent hover:underline">
                {lastPart(one)}
              </Link>
            </span>
          ))}
        </nav>
      )}
    </div>
  );
}

function Choice({ name, value, all, onChange }: { name: string; value: string | undefined; all: readonly string[]; onChange: (value: string | undefined) => void }) {
  return (
    <Select aria-label={name} value={value ?? ""} onChange={(event) => onChange(event.target.value || undefined)} className="w-40!">
      <option value="">{name}</option>
      {[...new Set([...all, ...(value ? [value] : [])])].map((one) => (
        <option key={one} value={one}>
          {one}
        </option>
      ))}
    </Select>
  );
}

function Row({ projectId, row, calls, whole }: { projectId: string; row: PromptRow; calls: number | undefined; whole: boolean }) {
  const { t, f } = useSpeech();
  const Icon = row.type === "chat" ? MessagesSquare : FileText;
  const labels = row.labels.filter((one) => one.label !== "latest");
  return (
    <tr className="hover:bg-hover">
      <td className="max-w-96">
        <Link to="/project/$projectId/prompts/$name" params={{ projectId, name: row.name }} className="flex items-center gap-2 rounded font-medium">
          <Icon size={15} aria-label={t(`prompt.type.${row.type}`)} className="shrink-0 text-fg-3" />
          <bdi title={row.name} className="truncate">{whole ? row.name : lastPart(row.name)}</bdi>
        </Link>
      </td>
      <td className="max-sm:hidden">
        <span className="flex max-w-72 flex-wrap gap-1 py-1">
          {labels.map((one) => (
            <span key={one.label} className="inline-flex max-w-full items-center gap-0.5">
              <LabelBadge label={one.label} />
              <span className="text-2xs text-fg-3">{t("prompt.short_version", { version: String(one.version) })}</span>
            </span>
          ))}
        </span>
      </td>
      <td className="max-lg:hidden">
        <span className="flex max-w-56 flex-wrap gap-1 py-1">{row.tags.map((one) => <Badge key={one}>{one}</Badge>)}</span>
      </td>
      <td className="text-right">{f.integer(row.versions)}</td>
      <td className="text-right text-fg-2 max-md:hidden">{calls === undefined ? "" : f.compact(calls)}</td>
      <td className="whitespace-nowrap text-fg-2 max-md:hidden" title={row.commit_message}>
        <Ago at={row.updated_at} />
        {row.author_name && <span className="text-fg-3"> · {row.author_name}</span>}
      </td>
    </tr>
  );
}

/** Model calls by prompt in the last seven days. */
function useCalls(projectId: string): Map<string, number> | null {
  const [within] = useState(() => {
    const { end } = resolveRange({ range: "7d" }, Date.now() * 1000);
    return { start: end - 7 * DAY, end };
  });
  const { data } = useQuery(ask.chart(projectId, { ...within, view: "spans", measures: [{ measure: "count" }], dimensions: ["prompt"], filter: `prompt:* ${IN_USE}`, order: "-count_count", limit: 1_000 }));
  return useMemo(() => (data ? new Map(data.rows.map(([name, count]) => [String(name), Number(count)])) : null), [data]);
}

function Nothing() {
  const { t } = useSpeech();
  const navigate = route.useNavigate();
  return (
    <Empty icon={SearchX} title={t("prompt.nothing")}>
      <Button onClick={() => void navigate({ search: {} })}>{t("prompt.show_all")}</Button>
    </Empty>
  );
}

