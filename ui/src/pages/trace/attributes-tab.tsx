import { Link } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import type { SpanDetail } from "@/api/types";
import type { Json } from "@/lib/json";
import { type Key, useSpeech } from "@/messages";
import { WithAttachments } from "@/parts/attachment";
import { JsonTree } from "@/parts/json-tree";
import { CopyButton, Id } from "@/ui/copy";
import { Empty } from "@/ui/states";

type Values = Record<string, unknown>;

interface AttributesTabProps {
  projectId: string;
  detail: SpanDetail;
  /** Metadata of the whole trace, shown with its head. */
  traceMetadata: Values | null;
}

export function AttributesTab({ projectId, detail, traceMetadata }: AttributesTabProps) {
  const { t, f } = useSpeech();
  const groups: [Key, Values][] = [
    ["span.metadata", detail.metadata],
    ["span.trace_metadata", traceMetadata ?? {}],
    ["span.parameters", detail.model_parameters],
    ["span.attributes", detail.attributes],
    ["span.resource", detail.resource],
  ];
  const filled = groups.filter(([, values]) => Object.keys(values).length);
  const facts: [Key, ReactNode][] = [
    ["trace.span_id", detail.span.span_id && <Id id={detail.span.span_id} length={16} />],
    ["span.response_id", detail.response_id && <Id id={detail.response_id} length={24} />],
    ["span.sdk", detail.sdk],
    ["span.protocol", detail.protocol],
    ["span.scope", detail.scope],
    ["span.service", detail.span.service],
    ["span.started", f.fullTime(detail.span.start_time)],
    ["span.ended", detail.span.end_time ? f.fullTime(detail.span.end_time) : ""],
    ["span.received", detail.received ? f.fullTime(detail.received) : ""],
  ];
  return (
    <div className="flex flex-col gap-4 p-4">
      {filled.length === 0 && <Empty title={t("span.no_attributes")} className="py-6" />}
      {filled.map(([title, values]) => (
        <Values key={title} title={t(title)} values={values} />
      ))}
      {detail.links.length > 0 && (
        <section aria-label={t("span.links")} className="card overflow-hidden">
          <h3 className="border-b bg-side px-3 py-2 text-xs font-medium text-fg-2">{t("span.links")}</h3>
          <ul className="divide-y divide-line">
            {detail.links.map((link) => (
              <li key={`${link.trace_id}${link.span_id}`} className="px-3 py-1.5 font-mono text-xs">
                <Link
                  to="/project/$projectId/traces/$traceId"
                  params={{ projectId, traceId: link.trace_id }}
                  search={{ span: link.span_id }}
                  className="text-accent hover:underline"
                >
                  {link.trace_id} / {link.span_id}
                </Link>
                {Object.keys(link.attributes).length > 0 && <JsonTree value={link.attributes as Json} />}
              </li>
            ))}
          </ul>
        </section>
      )}
      <section aria-label={t("trace.facts")} className="card overflow-hidden">
        <h3 className="border-b bg-side px-3 py-2 text-xs font-medium text-fg-2">{t("trace.facts")}</h3>
        <dl className="divide-y divide-line">
          {facts.filter(([, value]) => value).map(([name, value]) => (
            <div key={name} className="grid grid-cols-[minmax(6rem,2fr)_3fr] gap-3 px-3 py-1.5">
              <dt className="text-fg-2">{t(name)}</dt>
              <dd className="wrap-anywhere">{value}</dd>
            </div>
          ))}
        </dl>
      </section>
    </div>
  );
}

export function Values({ title, values }: { title: string; values: Values }) {
  const rows = useMemo(() => Object.entries(values).sort(([a], [b]) => a.localeCompare(b)), [values]);
  return (
    <section aria-label={title} className="card overflow-hidden">
      <header className="flex h-9 items-center border-b bg-side pr-1.5 pl-3">
        <h3 className="flex-1 text-xs font-medium text-fg-2">{title}</h3>
        <CopyButton text={() => JSON.stringify(values, null, 2)} />
      </header>
      <dl className="divide-y divide-line">
        {rows.map(([name, value]) => (
          <div key={name} className="grid gap-x-3 px-3 py-1.5 sm:grid-cols-[minmax(6rem,2fr)_3fr]">
            <dt className="font-mono text-xs leading-5 wrap-anywhere text-fg-2">{name}</dt>
            <dd className="min-w-0">
              {typeof value === "string" ? <span className="font-mono text-xs leading-5 whitespace-pre-wrap wrap-anywhere"><WithAttachments text={value} /></span> : <JsonTree value={value as Json} />}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
