/** Requests to move protected labels, and deciding about them. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Check, Link2, X } from "lucide-react";
import { type LabelRequest, decideRequest, labelRequests, labelRules } from "@/api/prompt-releases";
import { type PromptDetail, labelMoves, promptsChanged } from "@/api/prompts";
import { useMe } from "@/app/me";
import { useSpeech } from "@/messages";
import { Time } from "@/parts/figures";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";
import { Evidence } from "./evidence";
import { LabelBadge } from "./label-badge";

/** Does a move have to be asked for? A version that had the label before waits for nobody. */
export function useMustAsk(projectId: string, name: string): (label: string, version: number) => boolean {
  const rules = useQuery(labelRules(projectId)).data;
  const moves = useQuery({ ...labelMoves(projectId, { name }), enabled: Boolean(rules?.items.length) }).data;
  return (label, version) => {
    const rule = rules?.items.find((one) => one.label === label);
    if (!rule || !rules) return false;
    if (!rules.may_release) return true;
    return Boolean(rule.needs_approval) && version > 0 && !moves?.some((one) => one.label === label && one.to_version === version);
  };
}

export const useProtected = (projectId: string): ReadonlySet<string> => new Set(useQuery(labelRules(projectId)).data?.items.map((one) => one.label));

export function Requests({ projectId, prompt }: { projectId: string; prompt: PromptDetail }) {
  const { t } = useSpeech();
  const found = useQuery(labelRequests(projectId, prompt.name)).data ?? [];
  if (found.length === 0) return null;
  return (
    <section aria-label={t("prompt.requests")} className="mx-auto max-w-4xl px-4 pt-3">
      <h2 className="mb-1.5 text-sm font-semibold">{t("prompt.requests")}</h2>
      <ul className="flex flex-col gap-2">
        {found.map((one) => (
          <Row key={one.id} projectId={projectId} request={one} />
        ))}
      </ul>
    </section>
  );
}

const TONES = { open: "warn", granted: "ok", refused: "danger", withdrawn: "neutral" } as const;

function Row({ projectId, request }: { projectId: string; request: LabelRequest }) {
  const { t } = useSpeech();
  const me = useMe();
  const client = useQueryClient();
  const text = useErrorText();
  const mayRelease = useQuery(labelRules(projectId)).data?.may_release ?? false;
  const decide = useMutation({
    mutationFn: (status: "granted" | "refused" | "withdrawn") => decideRequest(projectId, request.id, status),
    onSettled: () => Promise.all([client.invalidateQueries({ queryKey: [projectId, "prompt-requests"] }), promptsChanged(client, projectId)]),
    onError: (error) => toast(text(error), "danger"),
  });
  const own = request.author_id === me.id;
  const open = request.status === "open";
  return (
    <li className="card flex flex-wrap items-center gap-x-3 gap-y-1.5 px-3.5 py-2.5">
      <Badge tone={TONES[request.status]}>{t(`prompt.request_${request.status}`)}</Badge>
      <span className="flex items-center gap-1.5">
        <LabelBadge label={request.label} /> → <span className="font-medium">{t("prompt.short_version", { version: String(request.version) })}</span>
      </span>
      <span className="min-w-0 flex-1 basis-60 wrap-anywhere text-fg-2">
        {request.reason && <bdi>{request.reason}</bdi>}{" "}
        {request.evidence && (
          <a href={request.evidence} target="_blank" rel="noreferrer" className="inline-flex max-w-full items-center gap-1 text-accent hover:underline">
            <Link2 size={12} aria-hidden className="shrink-0" />
            <span className="truncate">{request.evidence}</span>
          </a>
        )}
        {request.note && <bdi className="block text-xs text-fg-3">{request.note}</bdi>}
      </span>
      <span className="text-xs text-fg-3">
        <bdi>{request.author_name}</bdi> · <Time at={request.created_at} />
        {request.decided_name && <bdi>{` · ${t("prompt.decided_by", { name: request.decided_name })}`}</bdi>}
      </span>
      {request.experiment && <Evidence projectId={projectId} experiment={request.experiment} baseline={request.baseline} open={open} />}
      {open && mayRelease && !own && (
        <span className="flex gap-1.5">
          <Button small look="primary" icon={Check} disabled={decide.isPending} onClick={() => decide.mutate("granted")}>{t("prompt.grant")}</Button>
          <Button small icon={X} disabled={decide.isPending} onClick={() => decide.mutate("refused")}>{t("prompt.refuse")}</Button>
        </span>
      )}
      {open && own && <Button small disabled={decide.isPending} onClick={() => decide.mutate("withdrawn")}>{t("prompt.withdraw")}</Button>}
    </li>
  );
}
