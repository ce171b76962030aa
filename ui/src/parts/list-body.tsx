/** Around a table of pages: loading, failure, nothing there, or the rows. */
import type { ReactNode } from "react";
import { ApiError } from "@/api/client";
import { useLater } from "@/ui/later";
import { Failure, Rows } from "@/ui/states";

interface ListBodyProps {
  pending: boolean;
  error: unknown;
  retry: () => void;
  count: number;
  empty: ReactNode;
  children: ReactNode;
}

export function ListBody({ pending, error, retry, count, empty, children }: ListBodyProps) {
  const late = useLater(pending);
  // A mistake in the filter is told beside the filter.
  const ours = error instanceof ApiError && error.status === 400 && error.position !== null;
  if (error && !ours && !count) return <Failure error={error} retry={retry} className="flex-1" />;
  if (pending) return <div className="flex-1">{late && <Rows count={12} />}</div>;
  if (!count) return <div className="grid flex-1 place-items-center overflow-y-auto">{empty}</div>;
  return children;
}
