/** One span: its facts, and its contents in tabs. Bodies are fetched when it is looked at. */
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ArrowLeft, CircleHelp, Database, FlaskConical, Wrench } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import * as ask from "@/api/queries";
import type { ScoreRow, SpanDetail as Detail, SpanRow } from "@/api/types";
import { useRights } from "@/app/me";
import { type Document, documents } from "@/lib/documents";
import { remember, remembered } from "@/lib/memory";
import type { SpanTab } from "@/lib/search";
import { tokensPerSecond } from "@/lib/usage";
import { useSpeech } from "@/messages";
import { Body } from "@/parts/body";
import { Chat } from "@/parts/chat";
import { Fact, Facts } from "@/parts/facts";
import { Cost, Duration, Time } from "@/parts/figures";
import { PromptLink } from "@/parts/inside-link";
import { IntoQueue } from "@/parts/into-queue";
import { KindIcon, useKindName } from "@/parts/kind";
import { useStaying } from "@/parts/scores";
import { Badge, Level } from "@/ui/badge";
import { Button, IconButton } from "@/ui/button";
import { CopyButton } from "@/ui/copy";
import { fetched } from "@/ui/fetched";
import { useLater } from "@/ui/later";
import { Popover } from "@/ui/popover";
import { Empty, Failure, Skeleton } from "@/ui/states";
import { Tabs } from "@/ui/tabs";
import { Tip } from "@/ui/tip";
import { AttributesTab } from "./attributes-tab";
import { Correction } from "./correction";
import { DocumentsTab } from "./documents-tab";
import { EventsTab } from "./events-tab";
import { ScoresTab } from "./scores-tab";
import { ToolList } from "./tool-list";
import { UsageTab } from "./usage-tab";

const EmptyFields = fetched(async () => (await import("./empty-fields")).EmptyFields);
const AddToDataset = fetched(async () => (await import("@/parts/add-to-dataset")).AddToDataset);

/** Kinds whose output is documents when it looks like them. */
const RETRIEVES = new Set(["retriever", "reranker"]);

interface SpanDetailProps {
  projectId: string;
  span: SpanRow;
  /** Scores of the whole trace; those of its head stand with the head. */
  traceScores: readonly ScoreRow[];
  traceMetadata: Record<string, unknown> | null;
  tab: SpanTab | undefined;
  onTab: (tab: SpanTab) => void;
  onBack?: () => void;
}

export function SpanDetail({ projectId, span, traceScores, traceMetadata, tab, onTab, onBack }: SpanDetailProps) {
  const { t } = useSpeech();
  const [limit, setLimit] = useState(ask.FIRST_BODY);
  const query = useQuery(ask.span(projectId, span.trace_id, span.span_id, limit));
  const late = useLater(query.isPending);
  const detail = query.data;
  // Until it is known, what is usual: tabs are to stay where they are.
  const chat = detail ? Boolean(detail.input_messages?.length || detail.output_messages?.length) : span.kind === "llm";
  const found = useMemo(() => (detail && RETRIEVES.has(span.kind) ? documents(detail.output) : null), [detail, span.kind]);
  const scores = useStaying(mergeScores(detail?.scores ?? [], traceScores, span));
  const tabs = [
    ...(chat ? [{ key: "messages" as const, label: t("span.tab.messages") }] : []),
    ...(found ? [{ key: "documents" as const, label: t("span.tab.documents"), count: found.length }] : []),
    { key: "io" as const, label: t("span.tab.io") },
    { key: "usage" as const, label: t("span.tab.usage") },
    { key: "attributes" as const, label: t("span.tab.attributes") },
    { key: "events" as const, label: t("span.tab.events"), count: detail?.events.length },
    { key: "scores" as const, label: t("span.tab.scores"), count: scores.length },
  ];
  const shown = tabs.find((one) => one.key === tab)?.key ?? tabs[0]!.key;
  return (
    <section aria-label={span.name || t("state.unnamed")} className="flex min-h-0 flex-1 flex-col">
      {onBack && (
        <Button look="ghost" icon={ArrowLeft} onClick={onBack} className="m-1 self-start">
          {t("trace.narrow_back")}
        </Button>
      )}
      <SpanHead projectId={projectId} span={span} detail={detail} />
      <Tabs<SpanTab> tabs={tabs} value={shown} onChange={onTab} className="flex-1">
        {!detail ? (
          query.error ? <Failure error={query.error} retry={() => void query.refetch()} /> : late && <Waiting />
        ) : (
          <Panel
            tab={shown}
            detail={detail}
            projectId={projectId}
            scores={scores}
            found={found}
            traceMetadata={traceMetadata}
            busy={query.isFetching}
            onMore={() => setLimit(Math.min(limit * 4, ask.MOST_BODY))}
          />
        )}
      </Tabs>
    </section>
  );
}

function mergeScores(own: readonly ScoreRow[], ofTrace: readonly ScoreRow[], span: SpanRow): ScoreRow[] {
  const seen = new Set(own.map((one) => one.score_id));
  const more = ofTrace.filter((one) => !seen.has(one.score_id) && (one.span_id === span.span_id || (span.is_root && !one.span_id)));
  return [...own, ...more];
}

function SpanHead({ projectId, span, detail }: { projectId: string; span: SpanRow; detail: Detail | undefined }) {
  const { t, f } = useSpeech();
  const kindName = useKindName();
  const speed = tokensPerSecond(span);
  const running = !span.end_time;
  return (
    <header className="flex shrink-0 flex-col gap-1.5 px-4 pt-3 pb-2">
      <div className="flex min-w-0 items-center gap-2">
        <KindIcon kind={span.kind} size={16} />
        <h2 className="min-w-0 truncate text-base font-semibold" title={span.name}>
          {span.name || t("state.unnamed")}
        </h2>
        <Level level={span.level} quiet />
        <CopyButton text={span.span_id} label={t("trace.span_id")} />
        {detail && (
          <Popover label={t("empty.title")} className="w-96 max-w-[calc(100vw-1rem)]" trigger={<IconButton small icon={CircleHelp} label={t("empty.title")} className="ml-auto" />}>
            <EmptyFields detail={detail} />
          </Popover>
        )}
        {span.kind === "llm" && detail && <InPlayground projectId={projectId} span={span} />}
        {detail && <IntoDataset projectId={projectId} span={span} />}
        <IntoQueue small projectId={projectId} subject={{ trace_id: span.trace_id, span_id: span.span_id, session_id: "" }} />
      </div>
      {span.status_message && (
        <p className={span.level === "error" ? "rounded-md bg-danger-soft px-3 py-2 wrap-anywhere text-danger" : "wrap-anywhere text-fg-2"}>{span.status_message}</p>
      )}
      <Facts>
        <Fact name={t("span.kind")}>{kindName(span.kind)}</Fact>
        <Fact name={t("span.latency")}>
          <Duration micros={span.end_time - span.start_time} running={running} />
        </Fact>
        {span.model && (
          <Fact name={t("span.model")}>
            {span.model}
            {span.provider && <span className="text-fg-3"> · {span.provider}</span>}
          </Fact>
        )}
        {span.first_token_time > 0 && (
          <Fact name={t("span.ttft")}>
            <Duration micros={span.first_token_time - span.start_time} />
          </Fact>
        )}
        {speed !== null && <Fact name={t("span.speed")}>{t("span.tokens_per_second", { n: f.decimal(speed, 1) })}</Fact>}
        {span.total_tokens > 0 && (
          <Fact name={t("span.tokens")}>
            {f.integer(span.input_tokens)} → {f.integer(span.output_tokens)}
          </Fact>
        )}
        {(span.total_cost > 0 || span.cost_source === "unpriced") && (
          <Fact name={t("span.cost")}>
            {span.cost_source === "unpriced" ? <Badge tone="warn">{t("cost.unpriced")}</Badge> : <Cost value={span.total_cost} />}
          </Fact>
        )}
        {span.prompt_name && (
          <Fact name={t("span.prompt")}>
            <PromptLink projectId={projectId} name={span.prompt_name} version={span.prompt_version}>
              {span.prompt_name}
            </PromptLink>{" "}
            {span.prompt_version > 0 && <span className="text-fg-3">{t("span.prompt_version", { version: span.prompt_version })}</span>}
          </Fact>
        )}
        {detail?.finish_reason && <Fact name={t("span.finish")}>{detail.finish_reason}</Fact>}
        <Fact name={t("span.started")}>
          <Time at={span.start_time} />
        </Fact>
      </Facts>
    </header>
  );
}

/** Opens the very request, to try it again with another model or prompt. Not where a link is followed. */
function InPlayground({ projectId, span }: { projectId: string; span: SpanRow }) {
  const { t } = useSpeech();
  const { token } = useParams({ strict: false });
  if (token !== undefined) return null;
  return (
    <Tip text={t("play.in_playground")}>
      <Link
        to="/project/$projectId/playground"
        params={{ projectId }}
        search={{ trace: span.trace_id, span: span.span_id }}
        aria-label={t("play.in_playground")}
        className="inline-flex size-6 shrink-0 items-center justify-center rounded-md text-fg-2 hover:bg-hover hover:text-fg"
      >
        <FlaskConical size={14} aria-hidden />
      </Link>
    </Tip>
  );
}

/** Keeps the case for tests to come. Not where a link is followed. */
function IntoDataset(props: { projectId: string; span: SpanRow }) {
  const { token } = useParams({ strict: false });
  return token === undefined && <Keep {...props} />;
}

function Keep({ projectId, span }: { projectId: string; span: SpanRow }) {
  const { t } = useSpeech();
  const { edit } = useRights(projectId);
  const [open, setOpen] = useState(false);
  if (!edit) return null;
  return (
    <>
      <IconButton small icon={Database} label={t("data.add_to")} onClick={() => setOpen(true)} />
      {open && <AddToDataset projectId={projectId} sources={[{ trace_id: span.trace_id, span_id: span.span_id }]} onClose={() => setOpen(false)} />}
    </>
  );
}

const Waiting = () => (
  <div className="flex flex-col gap-3 p-4">
    <Skeleton className="h-24" />
    <Skeleton className="h-40" />
  </div>
);

interface PanelProps {
  tab: SpanTab;
  detail: Detail;
  projectId: string;
  scores: readonly ScoreRow[];
  found: readonly Document[] | null;
  traceMetadata: Record<string, unknown> | null;
  busy: boolean;
  onMore: () => void;
}

function Panel({ tab, detail, projectId, scores, found, traceMetadata, busy, onMore }: PanelProps): ReactNode {
  switch (tab) {
    case "messages":
      return <Messages projectId={projectId} detail={detail} />;
    case "documents":
      return <DocumentsTab documents={found ?? []} />;
    case "io":
      return <InputOutput projectId={projectId} detail={detail} busy={busy} onMore={onMore} />;
    case "usage":
      return <UsageTab projectId={projectId} detail={detail} />;
    case "attributes":
      return <AttributesTab projectId={projectId} detail={detail} traceMetadata={detail.span.is_root ? traceMetadata : null} />;
    case "events":
      return <EventsTab detail={detail} />;
    case "scores":
      return <ScoresTab projectId={projectId} span={detail.span} scores={scores} />;
  }
}

function Messages({ projectId, detail }: { projectId: string; detail: Detail }) {
  const { t } = useSpeech();
  const [markdown, setMarkdown] = useState(remembered("markdown") !== "off");
  const [tools, setTools] = useState(false);
  const called = new Set((detail.output_messages ?? []).flatMap((message) => message.parts.filter((part) => part.type === "tool_call").map((part) => part.name ?? "")));
  const messages = [...(detail.input_messages ?? []), ...(detail.output_messages ?? [])];
  return (
    <div className="flex flex-col gap-3 p-4">
      <div className="flex min-h-6 flex-wrap items-center gap-2">
        {detail.tools.length > 0 && (
          <Button small icon={Wrench} aria-expanded={tools} onClick={() => setTools(!tools)}>
            {t("span.tools", { n: detail.tools.length })}
          </Button>
        )}
        {Object.entries(detail.model_parameters).map(([name, value]) => (
          <Badge key={name}>
            <span className="text-fg-3">{name}</span>
            <span className="truncate">{typeof value === "string" ? value : JSON.stringify(value)}</span>
          </Badge>
        ))}
        <label className="ml-auto flex cursor-pointer items-center gap-1.5 text-xs text-fg-2">
          <input
            type="checkbox"
            checked={markdown}
            onChange={(event) => {
              setMarkdown(event.target.checked);
              remember("markdown", event.target.checked ? null : "off");
            }}
            className="accent-(--accent)"
          />
          {t("chat.markdown")}
        </label>
      </div>
      {tools && (
        <ToolList definitions={detail.tools} called={called} />
      )}
      <Chat key={detail.span.span_id} messages={messages} markdown={markdown} asked={detail.input_messages?.length ?? 0} />
      <Correction projectId={projectId} detail={detail} />
    </div>
  );
}

function InputOutput({ projectId, detail, busy, onMore }: { projectId: string; detail: Detail; busy: boolean; onMore: () => void }) {
  const { t } = useSpeech();
  if (!detail.input_size && !detail.output_size) return <Empty title={t("span.no_bodies")} />;
  const name = detail.span.span_id || detail.span.trace_id;
  return (
    <div className="flex flex-col gap-3 p-4">
      <Body side="input" title={t("span.input")} text={detail.input} size={detail.input_size} missing={t("span.no_input")} fileName={`${name}-input.txt`} busy={busy} onMore={onMore} />
      <Body side="output" title={t("span.output")} text={detail.output} size={detail.output_size} missing={t("span.no_output")} fileName={`${name}-output.txt`} busy={busy} onMore={onMore} />
      <Correction projectId={projectId} detail={detail} />
    </div>
  );
}
