import type { ReactNode } from "react";
import { useSpeech } from "@/messages";
import { useShortcuts } from "@/ui/shortcuts";

/** Where a trace stands beside its list, also while it is on its way. */
export function PeekFrame({ onClose, children }: { onClose: () => void; children?: ReactNode }) {
  const { t } = useSpeech();
  useShortcuts({ Escape: onClose });
  return (
    <aside
      aria-label={t("trace.title")}
      className="absolute inset-y-0 right-0 z-20 flex w-full animate-[slide_120ms_ease-out] flex-col border-l bg-bg shadow-float md:w-[min(calc(100%-21rem),90rem)]"
    >
      {children}
    </aside>
  );
}
