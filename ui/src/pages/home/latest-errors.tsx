import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleCheck } from "lucide-react";
import * as ask from "@/api/queries";
import { useSpeech } from "@/messages";
import { Time } from "@/parts/figures";
import { KindIcon } from "@/parts/kind";
import type { Range } from "@/parts/range";
import { useLater } from "@/ui/later";
import { Failure, Rows } from "@/ui/states";

const FILTER = "level:error";
const SHOWN = 8;

export function LatestErrors({ projectId, range }: { projectId: string; range: Range }) {
  const { t } = useSpeech();
  const query = useInfiniteQuery(
    ask.spans(projectId, { start: range.start, end: range.end, filter: FILTER, order: "-start_time" }),
  );
  const late = useLater(query.isPending);
  const spans = query.data?.pages[0]?.items.slice(0, SHOWN) ?? [];
  return (
    <section aria-label={t("home.recent_errors")} className="card overflow-hidden pb-1.5">
      <header className="flex items-center px-3.5 pt-3 pb-1.5">
        <h2 className="flex-1 text-xs font-medium text-fg-2">{t("home.recent_errors")}</h2>
        {spans.length > 0 && (
          <Link
            to="/project/$projectId/traces"
            params={{ projectId }}
            search={{ ...range.search, view: "spans", filter: FILTER }}
            className="rounded text-xs text-accent hover:underline"
          >
            {t("home.see_traces")}
          </Link>
        )}
      </header>
      {query.error ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : query.isPending ? (
        <div className="min-h-64">{late && <Rows count={7} />}</div>
      ) : spans.length === 0 ? (
        <p className="flex items-center justify-center gap-2 py-8 text-fg-3">
          <CircleCheck size={15} aria-hidden className="text-ok" />
          {t("home.no_errors")}
        </p>
      ) : (
        <ul>
          {spans.map((span) => (
            <li key={`${span.trace_id}${span.span_id}`}>
              <Link
                to="/project/$projectId/traces/$traceId"
                params={{ projectId, traceId: span.trace_id }}
                search={{ span: span.span_id }}
                className="flex min-h-8 items-center gap-3 px-3.5 py-1 hover:bg-hover focus-visible:-outline-offset-2"
              >
                <span className="hidden w-28 shrink-0 text-fg-3 sm:inline">
                  <Time at={span.start_time} />
                </span>
                <span className="flex w-44 shrink-0 items-center gap-1.5 truncate max-sm:w-28">
                  <KindIcon kind={span.kind} />
                  <span className="truncate">{span.name || t("state.unnamed")}</span>
                </span>
                <span className="min-w-0 flex-1 truncate text-danger" title={span.status_message}>
                  {span.status_message}
                </span>
                <span className="hidden max-w-40 truncate text-fg-3 md:inline">{span.trace_name}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
