import type { ReactNode } from "react";
import { MISSING } from "@/lib/format";
import { Change } from "./change";

interface BigNumberProps {
  value: number | null | undefined;
  before: number | null | undefined;
  format: (value: number) => string;
  unknown: string;
  moreIs?: "worse" | "better";
  length: string;
  /** What labels make of it: it takes the place of the change, which moves up. */
  freed?: ReactNode;
}

/** One value, against that of the range before. */
export function BigNumber({ value, before, format, unknown, moreIs, length, freed }: BigNumberProps) {
  const change = <Change now={value} before={before} format={format} moreIs={moreIs} length={length} />;
  return (
    <div className="flex h-full flex-col items-start justify-center gap-1">
      <span className="flex max-w-full items-baseline gap-2">
        <span className="min-w-0 truncate text-3xl leading-tight font-semibold tracking-tight">{typeof value === "number" ? format(value) : value === null ? unknown : MISSING}</span>
        {freed && change}
      </span>
      <span className="min-h-5 max-w-full truncate">{freed ?? change}</span>
    </div>
  );
}
