/** Whether less is better of an evaluator's scores: comparisons and lines over time take it from here. */
import { useSpeech } from "@/messages";

export function Lower({ checked, onChange }: { checked: boolean; onChange: (checked: boolean) => void }) {
  const { t } = useSpeech();
  return (
    <label className="flex items-center gap-2">
      <input type="checkbox" className="accent-accent" checked={checked} onChange={(event) => onChange(event.target.checked)} />
      {t("ev.lower")}
    </label>
  );
}
