/** One prompt: its versions, what they say, how they differ, what they do in production, and who moved which label. */
import { useQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { Code, Play } from "lucide-react";
import { useState } from "react";
import { labelRequests } from "@/api/prompt-releases";
import { type PromptDetail, prompt as askPrompt, promptVersion } from "@/api/prompts";
import { useRights } from "@/app/me";
import { PageHead, Unread } from "@/app/page";
import { type PromptSearch, type PromptTab, foldersOf, lastPart } from "@/lib/prompts";
import { useSpeech } from "@/messages";
import { CommentsButton, CommentsPane, useComments } from "@/parts/comments";
import { Versions } from "@/parts/versions";
import { Badge } from "@/ui/badge";
import { Button, buttonClass } from "@/ui/button";
import { CopyButton } from "@/ui/copy";
import { cx } from "@/ui/cx";
import { Select } from "@/ui/field";
import { useRemoved } from "@/ui/removal";
import { Tabs } from "@/ui/tabs";
import { Compare } from "./compare";
import { Content } from "./content";
import { History } from "./history";
import { LabelBadge, PRODUCTION } from "./label-badge";
import { standsAt } from "./labels";
import { Production } from "./production";
import { PromptMenu } from "./prompt-menu";
import { removalKey } from "./removal";
import { Requests } from "./requests";
import { Splits } from "./splits";
import { Tags } from "./tags";
import { UseDialog } from "./use-dialog";

const route = getRouteApi("/inside/project/$projectId/prompts/$name");

export function PromptPage() {
  const { projectId, name } = route.useParams();
  const query = useQuery(askPrompt(projectId, name));
  const removed = useRemoved();
  if (query.error || !query.data) return <Unread title={name} query={query} />;
  const versions = query.data.versions.filter((one) => !removed.has(removalKey(projectId, name, one.version)));
  return <Shown key={name} projectId={projectId} prompt={{ ...query.data, versions: versions.length ? versions : query.data.versions }} />;
}

function Shown({ projectId, prompt }: { projectId: string; prompt: PromptDetail }) {
  const { t } = useSpeech();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: Partial<PromptSearch>, replace = false) => void navigate({ search: (old) => ({ ...old, ...change }), replace });
  const { name, versions } = prompt;
  const newest = versions[0]!.version;
  const version = versions.some((one) => one.version === search.version) ? search.version! : newest;
  const row = versions.find((one) => one.version === version)!;
  const tab = search.tab ?? "content";
  const subject = { prompt_version_id: row.id };
  const comments = useComments(projectId, subject);
  const waiting = useQuery(labelRequests(projectId, name)).data?.filter((one) => one.status === "open").length;
  const commented = search.comments === "1";
  const open = (next: number) => set({ version: next, tab: undefined });
  const other = search.with && search.with !== version && versions.some((one) => one.version === search.with) ? search.with : beside(prompt, version);
  return (
    <>
      <PageHead title={name} heading={<Heading projectId={projectId} prompt={prompt} />}>
        <Tools projectId={projectId} prompt={prompt} version={version} />
        <CommentsButton count={comments.length} open={commented} onOpen={() => set({ comments: commented ? undefined : "1" }, true)} />
        <PromptMenu projectId={projectId} prompt={prompt} version={version} onVersion={(next) => set({ version: next })} />
      </PageHead>
      <div className="flex min-h-0 flex-1 border-t">
        <aside aria-label={t("prompt.versions")} className="w-64 shrink-0 overflow-y-auto border-r bg-side max-lg:hidden">
          <Versions
            all={versions}
            words={{ version: "prompt.version", compare_with: "prompt.compare_with" }}
            chosen={version}
            other={tab === "compare" ? other : 0}
            onChoose={(next) => set({ version: next })}
            onCompare={(next) => set({ tab: "compare", with: next })}
            note={(one) => one.commit_message}
            badges={(one) => one.labels.map((label) => <LabelBadge key={label} label={label} />)}
          />
        </aside>
        <div className="flex min-w-0 flex-1 flex-col">
          <div className="flex items-center gap-2 px-4 pt-2.5 lg:hidden">
            <Select aria-label={t("prompt.versions")} value={version} onChange={(event) => set({ version: Number(event.target.value) })}>
              {versions.map((one) => (
                <option key={one.version} value={one.version}>
                  {[t("prompt.version", { version: String(one.version) }), ...one.labels].join(" · ")}
                </option>
              ))}
            </Select>
          </div>
          <Tabs<PromptTab>
            tabs={[
              { key: "content", label: t("prompt.content") },
              { key: "compare", label: t("prompt.compare") },
              { key: "production", label: t("prompt.production") },
              { key: "split", label: t("prompt.split") },
              { key: "history", label: t("prompt.history"), count: waiting },
            ]}
            value={tab}
            onChange={(next) => set({ tab: next === "content" ? undefined : next }, true)}
            className="flex-1"
          >
            {tab === "compare" ? (
              <Compare projectId={projectId} prompt={prompt} version={version} other={other} inline={search.inline === "1"} onChange={(change) => set(change, true)} />
            ) : tab === "production" ? (
              <Production projectId={projectId} prompt={prompt} search={search} onSearch={set} />
            ) : tab === "split" ? (
              <Splits projectId={projectId} prompt={prompt} />
            ) : tab === "history" ? (
              <>
                <Requests projectId={projectId} prompt={prompt} />
                <History projectId={projectId} prompt={prompt} onVersion={open} />
              </>
            ) : (
              <Content projectId={projectId} prompt={prompt} version={version} onVersion={open} />
            )}
          </Tabs>
        </div>
        {commented && (
          <CommentsPane
            projectId={projectId}
            subject={subject}
            comments={comments}
            targets={[{ key: row.id, label: t("prompt.version", { version: String(version) }), about: { subject: "prompt", ...subject } }]}
            onClose={() => set({ comments: undefined }, true)}
          />
        )}
      </div>
    </>
  );
}

/** What a version is compared with unless another is chosen: the one in production, else the one before it. */
function beside(prompt: PromptDetail, version: number): number {
  const production = standsAt(prompt, PRODUCTION);
  if (production && production !== version) return production;
  const lower = prompt.versions.find((one) => one.version < version);
  return (lower ?? prompt.versions.find((one) => one.version !== version))?.version ?? version;
}

function Heading({ projectId, prompt }: { projectId: string; prompt: PromptDetail }) {
  const { t } = useSpeech();
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <span className="flex min-w-0 items-center gap-1 font-normal text-fg-3">
        <Link to="/project/$projectId/prompts" params={{ projectId }} className="rounded hover:text-accent hover:underline max-sm:hidden">
          {t("nav.prompts")}
        </Link>
        <span aria-hidden className="max-sm:hidden">/</span>
        {foldersOf(prompt.name).map((one) => (
          <span key={one} className="flex min-w-0 items-center gap-1">
            <Link to="/project/$projectId/prompts" params={{ projectId }} search={{ folder: one }} className="truncate rounded hover:text-accent hover:underline">
              {lastPart(one)}
            </Link>
            <span aria-hidden>/</span>
          </span>
        ))}
      </span>
      <bdi className="min-w-0 truncate">{lastPart(prompt.name)}</bdi>
      <CopyButton text={prompt.name} />
      <span className="max-md:hidden">
        <Badge>{t(`prompt.type.${prompt.type}`)}</Badge>
      </span>
      <span className="min-w-0 font-normal max-lg:hidden">
        <Tags projectId={projectId} prompt={prompt} />
      </span>
    </span>
  );
}

function Tools({ projectId, prompt, version }: { projectId: string; prompt: PromptDetail; version: number }) {
  const { t } = useSpeech();
  const { edit } = useRights(projectId);
  const [using, setUsing] = useState(false);
  const shown = useQuery(promptVersion(projectId, prompt.name, version)).data;
  return (
    <>
      {edit && (
        <Link
          to="/project/$projectId/playground"
          params={{ projectId }}
          search={{ prompt: prompt.name, version }}
          className={cx(buttonClass("plain"), "max-sm:px-2!")}
          aria-label={t("prompt.playground")}
        >
          <Play size={14} aria-hidden />
          <span className="max-sm:hidden">{t("prompt.playground")}</span>
        </Link>
      )}
      <Button icon={Code} disabled={!shown} aria-label={t("prompt.use")} className="max-sm:px-2!" onClick={() => setUsing(true)}>
        <span className="max-sm:hidden">{t("prompt.use")}</span>
      </Button>
      {using && shown && <UseDialog prompt={shown} onClose={() => setUsing(false)} />}
    </>
  );
}

