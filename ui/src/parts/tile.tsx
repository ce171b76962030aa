/** One number of a range against that of the range before. */
import { MISSING } from "@/lib/format";
import { Change } from "@/parts/change";
import { Skeleton } from "@/ui/states";

export interface TileProps {
  title: string;
  hint?: string;
  now: number | null | undefined;
  before: number | null | undefined;
  format: (value: number) => string;
  /** What stands for a value that nobody knows. */
  unknown?: string;
  moreIs?: "worse" | "better";
  /** A colour for the number. */
  tone?: string;
  pending: boolean;
  /** Is it time to show that it takes long? */
  late: boolean;
  /** Of the range before, as text. */
  length: string;
}

export function Tile({ title, hint, now, before, format, unknown = MISSING, moreIs, tone = "", pending, late, length }: TileProps) {
  const known = now !== null && now !== undefined;
  return (
    <li className="card min-w-0 px-3.5 py-3">
      <div className="truncate text-xs text-fg-2" title={hint}>{title}</div>
      <div className="mt-1 flex min-h-7 flex-wrap items-baseline gap-x-2">
        {pending ? (
          late && <Skeleton className="h-5 w-20" />
        ) : (
          <span className={`truncate text-xl font-semibold tracking-tight ${tone}`}>{known ? format(now) : now === null ? unknown : MISSING}</span>
        )}
        {!pending && <Change now={now} before={before} format={format} moreIs={moreIs} length={length} />}
      </div>
    </li>
  );
}
