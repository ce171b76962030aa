/** A rule of either kind in its list. */
import { useQueryClient } from "@tanstack/react-query";
import { Pencil, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { useSpeech } from "@/messages";
import { Badge } from "@/ui/badge";
import { IconButton } from "@/ui/button";
import { useRemoval } from "@/ui/removal";

interface RuleCardProps {
  projectId: string;
  rule: { name: string; is_active: boolean };
  heading: "h2" | "h3";
  editable: boolean;
  onEdit: () => void;
  removal: { id: string; text: string; run: () => Promise<unknown>; kept: "rules" | "keepers" };
  /** Beside the buttons that all have. */
  tools?: ReactNode;
  children: ReactNode;
}

export function RuleCard({ projectId, rule, heading: Heading, editable, onEdit, removal, tools, children }: RuleCardProps) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const remove = useRemoval();
  const removeIt = () =>
    remove({ ids: [removal.id], text: removal.text, run: () => removal.run().then(() => client.invalidateQueries({ queryKey: [projectId, removal.kept] })) });
  return (
    <li className="card flex flex-col gap-2 p-3.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <Heading title={rule.name} className="min-w-0 truncate font-semibold"><bdi>{rule.name}</bdi></Heading>
        {!rule.is_active && <Badge>{t("rule.off")}</Badge>}
        {editable && (
          <span className="ml-auto flex gap-3">
            {tools}
            <IconButton small icon={Pencil} label={t("rule.edit")} onClick={onEdit} />
            <IconButton small icon={Trash2} label={t("rule.delete")} onClick={removeIt} />
          </span>
        )}
      </div>
      {children}
    </li>
  );
}

/** Which traffic, and how much of it. */
export function Taken({ filter, sampling }: { filter: string; sampling: number }) {
  const { t, f } = useSpeech();
  return (
    <>
      {filter ? <code className="rounded bg-sunken px-1.5 py-0.5 font-mono text-xs wrap-anywhere">{filter}</code> : <span>{t("rule.filter_all")}</span>}
      {sampling < 1 && <Badge>{f.percent(sampling)}</Badge>}
    </>
  );
}
