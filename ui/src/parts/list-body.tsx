/** Around a table of pages: loading, failure, nothing there, or the rows. */
import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { ApiError } from "@/api/client";
import { useSpeech } from "@/messages";
import { Button } from "@/ui/button";
import { useLater } from "@/ui/later";
import { Failure, Rows } from "@/ui/states";

interface ListBodyProps {
  pending: boolean;
  error: unknown;
  retry: () => void;
  count: number;
  /** When the rows were read, for saying how old they are. */
  updatedAt?: number;
  empty: ReactNode;
  children: ReactNode;
}

export function ListBody({ pending, error, retry, count, updatedAt, empty, children }: ListBodyProps) {
  const late = useLater(pending);
  // A mistake in the filter is told beside the filter.
  const ours = error instanceof ApiError && error.status === 400 && error.position !== null;
  if (error && !ours && !count) return <Failure error={error} retry={retry} className="flex-1" />;
  if (pending) return <div className="flex-1">{late && <Rows count={12} />}</div>;
  if (!count) return <div className="grid flex-1 place-items-center overflow-y-auto">{empty}</div>;
  return (
    <>
      {error && !ours ? <Old updatedAt={updatedAt} retry={retry} /> : null}
      {children}
    </>
  );
}

/** The rows stay when they could not be read again; this says so. */
function Old({ updatedAt, retry }: { updatedAt?: number; retry: () => void }) {
  const { t, f } = useSpeech();
  return (
    <div role="alert" className="flex shrink-0 items-center gap-2 border-b bg-warn-soft px-4 py-1 text-xs text-warn">
      <TriangleAlert size={14} aria-hidden className="shrink-0" />
      <span className="min-w-0 flex-1">{t("list.old_rows", { time: updatedAt ? f.clock(updatedAt * 1000) : "–" })}</span>
      <Button small onClick={retry}>
        {t("act.retry")}
      </Button>
    </div>
  );
}
