/** Chooses the trace to compare with: one of the latest of the same name, or any by its id. */
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { GitCompareArrows } from "lucide-react";
import { useState } from "react";
import * as ask from "@/api/queries";
import type { TraceRow } from "@/api/types";
import { useSpeech } from "@/messages";
import { Button } from "@/ui/button";
import { Popover } from "@/ui/popover";
import { Failure } from "@/ui/states";

export function CompareWith({ projectId, trace }: { projectId: string; trace: TraceRow }) {
  const { t } = useSpeech();
  const [open, setOpen] = useState(false);
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      label={t("compare.with")}
      className="w-80"
      trigger={
        <Button look="ghost" icon={GitCompareArrows} className="max-sm:w-8 max-sm:px-0" aria-label={t("compare.with")}>
          <span className="max-sm:hidden">{t("compare.act")}</span>
        </Button>
      }
    >
      <Choice projectId={projectId} trace={trace} />
    </Popover>
  );
}

function Choice({ projectId, trace }: { projectId: string; trace: TraceRow }) {
  const { t, f } = useSpeech();
  const navigate = useNavigate();
  const [id, setId] = useState("");
  const query = useQuery(ask.tracesLike(projectId, trace.name, trace.start_time));
  const others = query.data?.filter((one) => one.trace_id !== trace.trace_id) ?? [];
  return (
    <div className="flex flex-col gap-2">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const otherId = id.trim();
          if (otherId) void navigate({ to: "/project/$projectId/traces/$traceId/compare/$otherId", params: { projectId, traceId: trace.trace_id, otherId } });
        }}
      >
        <input className="field" value={id} onChange={(event) => setId(event.target.value)} placeholder={t("trace.id")} aria-label={t("trace.id")} />
      </form>
      {query.error && <Failure error={query.error} retry={() => void query.refetch()} className="py-4" />}
      {query.data && <h3 className="text-xs font-medium text-fg-3">{others.length ? t("compare.same_name") : t("compare.none")}</h3>}
      <ul className="flex flex-col">
        {others.map((one) => (
          <li key={one.trace_id}>
            <Link
              to="/project/$projectId/traces/$traceId/compare/$otherId"
              params={{ projectId, traceId: trace.trace_id, otherId: one.trace_id }}
              className="block rounded px-2 py-1.5 hover:bg-hover"
            >
              <span className="block truncate">{one.input_preview || one.trace_id}</span>
              <span className="block truncate text-2xs text-fg-3">
                {f.clock(one.start_time)} · {f.duration(one.duration)}
                {one.errors > 0 && <span className="text-danger"> · {t("trace.errors", { n: one.errors })}</span>}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}
