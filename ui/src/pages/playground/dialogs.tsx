/** Saving, sharing, opening and comparing. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import * as ask from "@/api/playground";
import * as prompts from "@/api/prompts";
import { type Output, type State, type Variant, answerOf, fromPrompt, shareable, toPrompt } from "@/lib/playground";
import { useSpeech } from "@/messages";
import { Ago } from "@/parts/figures";
import { Button, IconButton } from "@/ui/button";
import { copyText } from "@/ui/copy";
import { Dialog } from "@/ui/dialog";
import { fetched } from "@/ui/fetched";
import { Field, Input, Select } from "@/ui/field";
import { useRemoval, useRemoved } from "@/ui/removal";
import { Empty, Skeleton, useErrorText } from "@/ui/states";
import { Switcher } from "@/ui/tabs";
import { toast } from "@/ui/toast";

const Diff = fetched(async () => (await import("@/pages/prompts/diff")).default);

interface SavePromptProps {
  projectId: string;
  variant: Variant;
  onClose: () => void;
  onSaved: (prompt: { name: string; version: number }) => void;
}

export function SavePrompt({ projectId, variant, onClose, onSaved }: SavePromptProps) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const errorText = useErrorText();
  const [name, setName] = useState(variant.prompt?.name ?? "");
  const [labels, setLabels] = useState("");
  const [commit, setCommit] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const loses = variant.lines.some((one) => one.more.length > 0);
  const known = useQuery(prompts.promptsNamed(projectId, name));
  const save = async () => {
    setBusy(true);
    setError("");
    try {
      const { prompt, config } = toPrompt(variant);
      const told = labels.split(",").map((one) => one.trim()).filter((one) => one !== "");
      const before = await client.fetchQuery(prompts.prompt(projectId, name.trim())).catch(() => null);
      const type = before?.type ?? "chat";
      if (type === "text" && prompt.length > 1) {
        setError(t("play.text_is_one", { name: name.trim() }));
        return;
      }
      const body = type === "text" ? String(prompt[0]?.content ?? "") : prompt;
      const made = await prompts.addVersion(projectId, { name: name.trim(), type, prompt: body, config, labels: told, commit_message: commit });
      await client.invalidateQueries({ queryKey: [projectId, "prompt"] });
      await client.invalidateQueries({ queryKey: [projectId, "prompts"] });
      onSaved({ name: made.name, version: made.version });
      toast(t("play.prompt_saved", { name: made.name, version: String(made.version) }));
      onClose();
    } catch (failure) {
      setError(errorText(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} title={t("play.save_prompt")} lead={t("play.save_prompt_lead")}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Field label={t("play.prompt_name")} error={error}>
          {(ids) => <Input {...ids} list="known-prompts" value={name} onChange={(event) => setName(event.target.value)} />}
        </Field>
        <datalist id="known-prompts">
          {known.data?.map((one) => (
            <option key={one.name} value={one.name}>
              {one.name}
            </option>
          ))}
        </datalist>
        <Field label={t("play.labels")}>{(ids) => <Input {...ids} placeholder="production" value={labels} onChange={(event) => setLabels(event.target.value)} />}</Field>
        <Field label={t("play.commit")}>{(ids) => <Input {...ids} value={commit} onChange={(event) => setCommit(event.target.value)} />}</Field>
        {loses && <p className="text-xs text-warn">{t("play.not_saved")}</p>}
        <Button type="submit" look="primary" disabled={busy || !name.trim()} className="self-end">
          {t("play.save_again")}
        </Button>
      </form>
    </Dialog>
  );
}

export function OpenPrompt({ projectId, onClose, onOpen }: { projectId: string; onClose: () => void; onOpen: (variant: Variant) => void }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const errorText = useErrorText();
  const [words, setWords] = useState("");
  const [error, setError] = useState("");
  const query = useQuery(prompts.promptsNamed(projectId, words));
  const open = async (name: string, version: number) => {
    try {
      const found = await client.fetchQuery(prompts.promptVersion(projectId, name, version));
      onOpen(fromPrompt(found));
      onClose();
    } catch (failure) {
      setError(errorText(failure));
    }
  };
  return (
    <Dialog open onClose={onClose} title={t("play.open_prompt")}>
      <div className="flex flex-col gap-2">
        <Field label={t("play.prompt_name")} error={error}>
          {(ids) => <Input {...ids} value={words} onChange={(event) => setWords(event.target.value)} />}
        </Field>
        <ul className="flex flex-col">
          {query.data?.map((one) => (
            <li key={one.name} className="flex items-center gap-2 border-t py-1.5 first:border-0">
              <span className="min-w-0 flex-1 truncate">{one.name}</span>
              <Button small onClick={() => void open(one.name, one.latest)}>
                {t("prompt.short_version", { version: String(one.latest) })}
              </Button>
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}

interface SavedProps {
  projectId: string;
  state: State;
  /** The one that is open. */
  current: string | undefined;
  onClose: () => void;
  onSaved: (id: string) => void;
}

export function Saved({ projectId, state, current, onClose, onSaved }: SavedProps) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const errorText = useErrorText();
  const query = useQuery(ask.playgrounds(projectId));
  const removed = useRemoved();
  const leave = useRemoval();
  const mine = query.data?.find((one) => one.id === current);
  const [name, setName] = useState<string | null>(null);
  const [error, setError] = useState("");
  const shown = name ?? mine?.name ?? "";
  const save = async (id: string | null) => {
    setError("");
    try {
      const made = await ask.savePlayground(projectId, id, shown.trim(), shareable(state));
      await client.invalidateQueries(ask.playgrounds(projectId));
      const link = `${window.location.origin}/project/${encodeURIComponent(projectId)}/playground?saved=${made.id}`;
      const copied = await copyText(link).then(() => true, () => false);
      toast(t(copied ? "play.link_copied" : "play.link_made"));
      onSaved(made.id);
      onClose();
    } catch (failure) {
      setError(errorText(failure));
    }
  };
  const items = (query.data ?? []).filter((one) => !removed.has(one.id));
  return (
    <Dialog open onClose={onClose} title={t("play.save")} lead={t("play.saved_lead")}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          void save(mine?.id ?? null);
        }}
      >
        <Field label={t("play.saved_as")} error={error}>
          {(ids) => <Input {...ids} value={shown} onChange={(event) => setName(event.target.value)} />}
        </Field>
        <div className="flex justify-end gap-2">
          {mine && (
            <Button disabled={!shown.trim()} onClick={() => void save(null)}>
              {t("play.save_new")}
            </Button>
          )}
          <Button type="submit" look="primary" disabled={!shown.trim()}>
            {t("play.save_again")}
          </Button>
        </div>
      </form>
      <h3 className="mt-4 mb-1 text-xs font-medium text-fg-2">{t("play.saved")}</h3>
      {items.length === 0 && <p className="text-xs text-fg-3">{t("play.saved_none")}</p>}
      <ul className="flex flex-col">
        {items.map((one) => (
          <li key={one.id} className="flex items-center gap-2 border-t py-1 first:border-0">
            <Link to="/project/$projectId/playground" params={{ projectId }} search={{ saved: one.id }} onClick={onClose} className="min-w-0 flex-1 truncate text-accent hover:underline">
              {one.name}
            </Link>
            <span className="text-2xs text-fg-3">
              <Ago at={one.updated_at} />
            </span>
            <IconButton
              small
              icon={Trash2}
              label={t("play.delete_saved", { name: one.name })}
              onClick={() =>
                leave({
                  ids: [one.id],
                  text: t("play.deleting", { name: one.name }),
                  run: () => ask.deletePlayground(projectId, one.id).then(() => client.invalidateQueries(ask.playgrounds(projectId))),
                })
              }
            />
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

interface CompareProps {
  state: State;
  outputs: ReadonlyMap<number, readonly Output[]>;
  onClose: () => void;
}

export function Compare({ state, outputs, onClose }: CompareProps) {
  const { t } = useSpeech();
  const [inline, setInline] = useState(false);
  const all = state.variants.flatMap((variant, index) =>
    (outputs.get(variant.key) ?? []).map((output, run, runs) => ({
      key: String(output.key),
      label: `${variant.name || t("play.variant", { n: index + 1 })}${runs.length > 1 ? ` · ${run + 1}` : ""} · ${variant.model}`,
      text: answerOf(output),
    })),
  );
  const [left, setLeft] = useState<string | null>(null);
  const [right, setRight] = useState<string | null>(null);
  const a = all.find((one) => one.key === left) ?? all[0];
  const b = all.find((one) => one.key === right) ?? all[1];
  return (
    <Dialog open full onClose={onClose} title={t("play.compare")}>
      {!a || !b ? (
        <Empty title={t("play.compare_none")} />
      ) : (
        <div className="flex flex-col gap-3">
          <div className="flex flex-wrap items-center gap-2">
            {([["play.left", a, setLeft], ["play.right", b, setRight]] as const).map(([label, one, set]) => (
              <Select key={label} aria-label={t(label)} className="w-auto! max-w-72" value={one.key} onChange={(event) => set(event.target.value)}>
                {all.map((each) => (
                  <option key={each.key} value={each.key}>
                    {each.label}
                  </option>
                ))}
              </Select>
            ))}
            <Switcher label={t("play.compare")} options={[{ key: "side", label: t("play.side") }, { key: "inline", label: t("play.inline") }]} value={inline ? "inline" : "side"} onChange={(key) => setInline(key === "inline")} />
          </div>
          <Diff old={a.text} fresh={b.text} inline={inline} label={t("play.compare")} fallback={<Skeleton className="h-40" />} />
        </div>
      )}
    </Dialog>
  );
}
