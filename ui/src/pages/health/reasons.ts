import { en } from "@/messages/en";
import { type Key, useSpeech } from "@/messages";

const known = (key: string): key is Key => key in en;

export function useReasonName(): (reason: string) => string {
  const { t } = useSpeech();
  return (reason) => {
    const key = `reason.${reason}`;
    return known(key) ? t(key) : reason || t("state.unknown");
  };
}

/** What to do about it; null for a reason this page has no advice for. */
export function useFix(): (reason: string) => string | null {
  const { t } = useSpeech();
  return (reason) => {
    const key = `fix.${reason}`;
    return known(key) ? t(key) : null;
  };
}
