import type { ReactNode } from "react";
import { cx } from "@/ui/cx";
import { useLater } from "@/ui/later";
import { Failure, Rows } from "@/ui/states";

interface SectionProps {
  title: string;
  lead?: ReactNode;
  /** Beside the title. */
  tools?: ReactNode;
  children: ReactNode;
}

export function Section({ title, lead, tools, children }: SectionProps) {
  return (
    <section aria-label={title} className="mb-8 max-w-5xl">
      <div className="mb-3 flex flex-wrap items-end gap-x-4 gap-y-2">
        <div className="min-w-48 flex-1">
          <h2 className="text-base font-semibold">{title}</h2>
          {lead && <p className="text-fg-2">{lead}</p>}
        </div>
        {tools}
      </div>
      {children}
    </section>
  );
}

interface LoadedProps<T> {
  query: { data: T | undefined; error: unknown; isPending: boolean; refetch: () => unknown };
  children: (data: T) => ReactNode;
}

export function Loaded<T>({ query, children }: LoadedProps<T>) {
  const late = useLater(query.isPending);
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (query.data === undefined) return <div className="min-h-40">{late && <Rows count={4} />}</div>;
  return children(query.data);
}

interface SheetProps {
  /** `roomy`: left out on a phone. */
  heads: { key: string; label: string; right?: boolean; roomy?: boolean }[];
  children: ReactNode;
}

/** A short table, scrolled sideways where the page is narrow. */
export function Sheet({ heads, children }: SheetProps) {
  return (
    <div className="card relative overflow-x-auto">
      <table className="w-full">
        <thead>
          <tr className="border-b bg-side text-xs text-fg-3">
            {heads.map((head) => (
              <th key={head.key} scope="col" className={cx("h-8 px-3 font-medium whitespace-nowrap", head.right ? "text-right" : "text-left", head.roomy && "max-sm:hidden")}>
                {head.label || <span className="sr-only">{head.key}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="[&>tr]:border-b [&>tr:last-child]:border-0 [&_td]:h-10 [&_td]:px-3">{children}</tbody>
      </table>
    </div>
  );
}
