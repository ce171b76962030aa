import type { ReactNode } from "react";
import { cx } from "./cx";

interface Head {
  /** Said to screen readers where there is no label. */
  key: string;
  label: ReactNode;
  right?: boolean;
  className?: string;
}

interface ShortTableProps {
  heads: readonly Head[];
  /** How high its rows are. */
  rows?: string;
  /** Are its columns as wide as their heads say? */
  fixed?: boolean;
  /** Below the rows, within the frame. */
  foot?: ReactNode;
  className?: string;
  children: ReactNode;
}

/** A table of few rows, all of which are there; scrolled sideways where the page is narrow. */
export function ShortTable({ heads, rows = "[&_td]:h-10", fixed, foot, className, children }: ShortTableProps) {
  return (
    <div className={cx("card relative overflow-x-auto", className)}>
      <table className={cx("w-full", fixed && "table-fixed")}>
        <thead>
          <tr className="border-b bg-side text-xs text-fg-3">
            {heads.map((head) => (
              <th key={head.key} scope="col" className={cx("h-8 px-3 font-medium whitespace-nowrap", head.right ? "text-right" : "text-left", head.className)}>
                {head.label || <span className="sr-only">{head.key}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className={cx("[&>tr]:border-b [&>tr:last-child]:border-0 [&_td]:px-3", rows)}>{children}</tbody>
      </table>
      {foot}
    </div>
  );
}
