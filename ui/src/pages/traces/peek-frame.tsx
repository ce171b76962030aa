import type { ReactNode } from "react";
import { useSpeech } from "@/messages";

/** Where a trace stands beside its list, also while it is on its way. */
export function PeekFrame({ children }: { children?: ReactNode }) {
  const { t } = useSpeech();
  return (
    <aside
      aria-label={t("trace.title")}
      className="absolute inset-y-0 right-0 z-20 flex w-full animate-[slide_120ms_ease-out] flex-col border-l bg-bg shadow-float md:w-[min(calc(100%-21rem),90rem)]"
    >
      {children}
    </aside>
  );
}
