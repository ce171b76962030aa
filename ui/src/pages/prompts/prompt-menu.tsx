/** What else is done with a prompt: copied under another name, deleted in part or whole. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Copy, Ellipsis, FileDown, Play, Trash2 } from "lucide-react";
import { useState } from "react";
import { EXPORTS, type ExportFormat, type PromptDetail, deletePrompt, deletePromptVersion, duplicatePrompt, exportPrompt, promptsChanged } from "@/api/prompts";
import { useRights } from "@/app/me";
import { download } from "@/lib/picture";
import { foldersOf } from "@/lib/prompts";
import { useSpeech } from "@/messages";
import { IconButton } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { DialogForm } from "@/ui/dialog-form";
import { Field, Input, Select } from "@/ui/field";
import { Menu, MenuItem, MenuLabel, MenuLine } from "@/ui/menu";
import { useRemoval } from "@/ui/removal";
import { useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";
import { removalKey } from "./removal";

interface PromptMenuProps {
  projectId: string;
  prompt: PromptDetail;
  version: number;
  onVersion: (version: number | undefined) => void;
}

export function PromptMenu({ projectId, prompt, version, onVersion }: PromptMenuProps) {
  const { t } = useSpeech();
  const { edit } = useRights(projectId);
  const client = useQueryClient();
  const navigate = useNavigate();
  const remove = useRemoval();
  const [copying, setCopying] = useState(false);
  const { name } = prompt;
  const errorText = useErrorText();
  const save = (format: ExportFormat) =>
    void exportPrompt(projectId, name, version, format).then(
      ({ filename, text }) => download(new Blob([text], { type: "text/plain" }), filename),
      (error: unknown) => toast(errorText(error), "danger"),
    );
  const changed = () => promptsChanged(client, projectId);
  const removeVersion = () => {
    onVersion(undefined);
    remove({
      ids: [removalKey(projectId, name, version)],
      text: t("prompt.version_deleted", { version: String(version) }),
      run: () => deletePromptVersion(projectId, name, version).then(changed),
    });
  };
  const removeAll = () => {
    const folder = foldersOf(name).at(-1);
    void navigate({ to: "/project/$projectId/prompts", params: { projectId }, search: folder ? { folder } : {} });
    remove({ ids: [removalKey(projectId, name)], text: t("prompt.deleted", { name }), run: () => deletePrompt(projectId, name).then(changed) });
  };
  return (
    <>
      <Menu align="end" trigger={<IconButton icon={Ellipsis} label={t("prompt.menu")} />}>
        {edit && (
          <MenuItem onSelect={() => void navigate({ to: "/project/$projectId/experiments/new", params: { projectId }, search: { prompt: name, version } })}>
            <Play size={14} aria-hidden />
            {t("run.new")}
          </MenuItem>
        )}
        {edit && (
          <MenuItem onSelect={() => setCopying(true)}>
            <Copy size={14} aria-hidden />
            {t("prompt.duplicate")}
          </MenuItem>
        )}
        <MenuLabel>{t("prompt.export")}</MenuLabel>
        {EXPORTS.map((format) => (
          <MenuItem key={format} onSelect={() => save(format)}>
            <FileDown size={14} aria-hidden />
            {t(`prompt.export_${format}`)}
          </MenuItem>
        ))}
        {edit && <MenuLine />}
        {edit && prompt.versions.length > 1 && (
          <MenuItem danger onSelect={removeVersion}>
            <Trash2 size={14} aria-hidden />
            {t("prompt.delete_version", { version: String(version) })}
          </MenuItem>
        )}
        {edit && (
          <MenuItem danger onSelect={removeAll}>
            <Trash2 size={14} aria-hidden />
            {t("prompt.delete")}
          </MenuItem>
        )}
      </Menu>
      {copying && <CopyDialog projectId={projectId} prompt={prompt} version={version} onClose={() => setCopying(false)} />}
    </>
  );
}

function CopyDialog({ projectId, prompt, version, onClose }: Omit<PromptMenuProps, "onVersion"> & { onClose: () => void }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [to, setTo] = useState(`${prompt.name}-copy`);
  const [which, setWhich] = useState(version);
  const copy = useMutation({
    mutationFn: () => duplicatePrompt(projectId, { name: prompt.name, to: to.trim(), version: which }),
    onSuccess: async (made) => {
      await promptsChanged(client, projectId);
      onClose();
      await navigate({ to: "/project/$projectId/prompts/$name", params: { projectId, name: made.name } });
    },
  });
  return (
    <Dialog open onClose={onClose} title={t("prompt.duplicate")} lead={t("prompt.duplicate_lead")}>
      <DialogForm onSubmit={() => copy.mutate()} onCancel={onClose} send={t("prompt.duplicate")} disabled={!to.trim() || copy.isPending} error={copy.error}>
        <Field label={t("prompt.name")} hint={t("prompt.name_hint")}>
          {(ids) => <Input {...ids} required maxLength={255} value={to} onChange={(event) => setTo(event.target.value)} />}
        </Field>
        <Field label={t("prompt.versions")}>
          {(ids) => (
            <Select {...ids} value={which} onChange={(event) => setWhich(Number(event.target.value))}>
              <option value={version}>{t("prompt.only_version", { version: String(version) })}</option>
              {prompt.versions.length > 1 && <option value={0}>{t("prompt.all_versions")}</option>}
            </Select>
          )}
        </Field>
      </DialogForm>
    </Dialog>
  );
}
