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
  /** What labels make of it. */
  freed?: ReactNode;
}

/** One value, against that of the range before. */
export function BigNumber({ value, before, format, unknown, moreIs, length, freed }: BigNumberProps) {
  return (
    <div className="flex h-full flex-col items-start justify-center gap-1 px-1">
      <span className="max-w-full truncate text-3xl leading-tight font-semibold tracking-tight">
        {typeof value === "number" ? format(value) : value === null ? unknown : MISSING}
      </span>
      {freed}
      <span className="min-h-5"><Change now={value} before={before} format={format} moreIs={moreIs} length={length} /></span>
    </div>
  );
}
