/** Small facts side by side: a quiet name and its value. */
import type { ReactNode } from "react";

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex min-w-0 items-baseline gap-1.5">
      <dt className="shrink-0 text-xs text-fg-3">{name}</dt>
      <dd className="min-w-0 truncate">{children}</dd>
    </div>
  );
}

export const Facts = ({ children }: { children: ReactNode }) => (
  <dl className="flex flex-wrap items-baseline gap-x-5 gap-y-1">{children}</dl>
);
