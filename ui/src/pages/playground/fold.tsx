import { ChevronRight } from "lucide-react";
import { type ReactNode, useState } from "react";
import { cx } from "@/ui/cx";

interface FoldProps {
  title: string;
  /** By which it is told from others of the same title. */
  label?: string;
  /** What is set inside, told while it is closed. */
  note?: string;
  open?: boolean;
  children: ReactNode;
}

/** A part of a variant that most runs need not look at. */
export function Fold({ title, label = title, note, open: first = false, children }: FoldProps) {
  const [open, setOpen] = useState(first);
  return (
    <section aria-label={label} className="border-t">
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)} className="flex h-8 w-full items-center gap-1.5 text-left text-xs font-medium text-fg-2 hover:text-fg">
        <ChevronRight size={13} aria-hidden className={cx("shrink-0 transition-transform", open && "rotate-90")} />
        {title}
        {!open && note && <span className="min-w-0 truncate font-normal text-fg-3">{note}</span>}
      </button>
      {open && <div className="flex flex-col gap-2 pb-3">{children}</div>}
    </section>
  );
}
