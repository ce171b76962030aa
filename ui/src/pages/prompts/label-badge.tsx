import { Lock } from "lucide-react";
import { useSpeech } from "@/messages";
import { Badge } from "@/ui/badge";

export const LATEST = "latest";
export const PRODUCTION = "production";

export function LabelBadge({ label, locked }: { label: string; locked?: boolean }) {
  const { t } = useSpeech();
  return (
    <Badge tone={label === PRODUCTION ? "ok" : label === LATEST ? "neutral" : "accent"}>
      {locked && <Lock size={10} role="img" aria-label={t("prompt.protected")} className="shrink-0" />}
      <span className="truncate">{label}</span>
    </Badge>
  );
}
