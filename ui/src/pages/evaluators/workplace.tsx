/** Settings, and beside them the bench; where there is no room, below them. */
import type { ReactNode } from "react";
import { PageHead } from "@/app/page";

interface WorkplaceProps {
  title: string;
  heading?: ReactNode;
  tools?: ReactNode;
  /** To the left of the settings. */
  side?: ReactNode;
  bench: ReactNode;
  children: ReactNode;
}

export function Workplace({ title, heading, tools, side, bench, children }: WorkplaceProps) {
  return (
    <>
      <PageHead title={title} heading={heading}>
        {tools}
      </PageHead>
      <div className="flex min-h-0 flex-1 border-t max-xl:flex-col max-xl:overflow-y-auto">
        {side}
        <div className="min-w-0 flex-1 xl:overflow-y-auto">
          <div className="mx-auto flex max-w-4xl flex-col gap-4 px-4 pt-3.5 pb-8">{children}</div>
        </div>
        <div className="shrink-0 bg-side max-xl:border-t xl:flex xl:w-[28rem] xl:flex-col xl:overflow-hidden xl:border-l [&>section]:flex-1">{bench}</div>
      </div>
    </>
  );
}
