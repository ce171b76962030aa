/** Labels of a version: they are put on, moved and taken away by a click, and every move can be undone. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Plus, Rocket } from "lucide-react";
import { useState } from "react";
import { type LabelChange, type PromptDetail, moveLabel, promptsChanged } from "@/api/prompts";
import { useRights } from "@/app/me";
import { useSpeech } from "@/messages";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { DialogForm } from "@/ui/dialog-form";
import { Field, Input, Select } from "@/ui/field";
import { Menu, MenuItem, MenuLine } from "@/ui/menu";
import { useErrorText } from "@/ui/states";
import { toast, toastAct } from "@/ui/toast";
import { AskDialog } from "./ask-dialog";
import { LATEST, LabelBadge, PRODUCTION } from "./label-badge";
import { useMustAsk, useProtected } from "./requests";

/** Which version has a label; 0: none. */
export const standsAt = (prompt: PromptDetail, label: string): number => prompt.versions.find((one) => one.labels.includes(label))?.version ?? 0;

/** Moves a label at once, and offers the way back. */
export function useMoveLabel(projectId: string) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const text = useErrorText();
  const move = useMutation({
    mutationFn: (change: LabelChange) => moveLabel(projectId, change),
    onSuccess: async (_, { name, label, version, seen }) => {
      const back = { name, label, version: seen ?? 0, seen: version, reason: t("prompt.undone") };
      const told = version ? t("prompt.moved", { label, version: String(version) }) : t("prompt.taken", { label });
      toastAct(told, { label: t("act.undo"), run: () => move.mutate(back) });
      await promptsChanged(client, projectId);
    },
    onError: (error) => toast(text(error), "danger"),
  });
  return move;
}

interface LabelsProps {
  projectId: string;
  prompt: PromptDetail;
  version: number;
}

export function Labels({ projectId, prompt, version }: LabelsProps) {
  const { t } = useSpeech();
  const { edit } = useRights(projectId);
  const move = useMoveLabel(projectId);
  const [asked, setAsked] = useState<{ label: string; version: number } | null>(null);
  const [request, setRequest] = useState<{ label: string; version: number } | null>(null);
  const mustAsk = useMustAsk(projectId, prompt.name);
  const locked = useProtected(projectId);
  const labels = prompt.versions.find((one) => one.version === version)?.labels ?? [];
  const others = [...new Set(prompt.versions.flatMap((one) => one.labels))].filter((one) => one !== LATEST && !labels.includes(one));
  const production = standsAt(prompt, PRODUCTION);
  const now = (label: string, to: number) =>
    mustAsk(label, to) && to ? setRequest({ label, version: to }) : move.mutate({ name: prompt.name, label, version: to, seen: standsAt(prompt, label), reason: "" });
  if (!edit) return <span className="flex flex-wrap gap-1">{labels.map((one) => <LabelBadge key={one} label={one} locked={locked.has(one)} />)}</span>;
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-1.5">
      {labels.map((label) =>
        label === LATEST ? (
          <LabelBadge key={label} label={label} />
        ) : (
          <Menu key={label} trigger={<button type="button" aria-label={t("prompt.label_menu", { label })} className="max-w-full rounded"><LabelBadge label={label} locked={locked.has(label)} /></button>}>
            <MenuItem onSelect={() => setAsked({ label, version })}>{t("prompt.move_label")}</MenuItem>
            <MenuLine />
            <MenuItem danger onSelect={() => now(label, 0)}>{t("prompt.take_label")}</MenuItem>
          </Menu>
        ),
      )}
      <Menu trigger={<Button small look="ghost" icon={Plus} aria-label={t("prompt.add_label")}>{t("prompt.label")}</Button>}>
        {others.map((label) => (
          <MenuItem key={label} onSelect={() => (mustAsk(label, version) ? setRequest : setAsked)({ label, version })}>
            <LabelBadge label={label} locked={locked.has(label)} />
            <span className="text-xs text-fg-3">{t("prompt.from_version", { version: String(standsAt(prompt, label)) })}</span>
          </MenuItem>
        ))}
        {others.length > 0 && <MenuLine />}
        <MenuItem onSelect={() => setAsked({ label: "", version })}>{t("prompt.new_label")}</MenuItem>
      </Menu>
      {production !== version && (
        <Button small look="primary" icon={Rocket} disabled={move.isPending} onClick={() => now(PRODUCTION, version)}>
          {t(mustAsk(PRODUCTION, version) ? "prompt.ask_production" : production > version ? "prompt.roll_back" : "prompt.make_production")}
        </Button>
      )}
      {asked && <LabelDialog projectId={projectId} prompt={prompt} {...asked} onClose={() => setAsked(null)} />}
      {request && <AskDialog projectId={projectId} name={prompt.name} {...request} standing={standsAt(prompt, request.label)} onClose={() => setRequest(null)} />}
    </span>
  );
}

interface LabelDialogProps extends LabelsProps {
  /** Empty: to be typed. */
  label: string;
  onClose: () => void;
}

function LabelDialog({ projectId, prompt, label, version, onClose }: LabelDialogProps) {
  const { t } = useSpeech();
  const move = useMoveLabel(projectId);
  const [name, setName] = useState(label);
  const [to, setTo] = useState(version);
  const [reason, setReason] = useState("");
  const seen = standsAt(prompt, name);
  const bad = name !== "" && !/^[a-z0-9_.-]{1,36}$/.test(name);
  const submit = () => {
    if (bad || !name) return;
    move.mutate({ name: prompt.name, label: name, version: to, seen, reason: reason.trim() });
    onClose();
  };
  return (
    <Dialog open onClose={onClose} title={label ? t("prompt.move_title", { label }) : t("prompt.new_label")}>
      <DialogForm onSubmit={submit} onCancel={onClose} send={t("prompt.move")} disabled={!name || bad || name === LATEST || to === seen}>
        {!label && (
          <Field label={t("prompt.label")} hint={t("prompt.label_hint")} error={bad ? t("prompt.label_hint") : name === LATEST ? t("prompt.latest_hint") : null}>
            {(ids) => <Input {...ids} required maxLength={36} value={name} onChange={(event) => setName(event.target.value)} />}
          </Field>
        )}
        <Field label={t("prompt.to_version")} hint={seen ? t("prompt.stands_at", { version: String(seen) }) : undefined}>
          {(ids) => (
            <Select {...ids} value={to} onChange={(event) => setTo(Number(event.target.value))}>
              {prompt.versions.map((one) => (
                <option key={one.version} value={one.version}>
                  {[t("prompt.version", { version: String(one.version) }), one.commit_message].filter(Boolean).join(" · ")}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label={t("prompt.reason")} hint={t("prompt.reason_hint")}>
          {(ids) => <Input {...ids} maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />}
        </Field>
      </DialogForm>
    </Dialog>
  );
}
