import type { ReactNode } from "react";
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
