import { WifiOff } from "lucide-react";
import { useSpeech } from "@/messages";
import { useAway } from "./reach";

/** Stands on every page while the server does not answer. */
export function Away() {
  const { t } = useSpeech();
  if (!useAway()) return null;
  return (
    <div role="alert" className="pop fixed bottom-3 left-1/2 z-60 flex w-max max-w-[calc(100vw-1rem)] -translate-x-1/2 items-center gap-2 bg-warn-soft px-3 py-1.5 text-warn">
      <WifiOff size={15} aria-hidden className="shrink-0" />
      <span>{t("state.away")}</span>
    </div>
  );
}
