/** The head of a page: its title, and to the right what acts on all of it. */
import type { ReactNode } from "react";

interface PageHeadProps {
  title: ReactNode;
  /** Above the title: where one came from. */
  children?: ReactNode;
}

export function PageHead({ title, children }: PageHeadProps) {
  return (
    <header className="flex min-h-12 shrink-0 flex-wrap items-center gap-x-3 gap-y-1.5 px-4 py-2">
      <h1 className="min-w-0 flex-1 truncate text-base font-semibold">{title}</h1>
      {children}
    </header>
  );
}
