/** How the model is called: parameters, tools, the shape of the answer. */
import { Plus, Server, Trash2 } from "lucide-react";
import { useState } from "react";
import * as ask from "@/api/playground";
import { EFFORTS, SETTINGS, SOURCES, type Setting, type ToolDraft, type Variant, tool } from "@/lib/playground";
import { type Key, useSpeech } from "@/messages";
import { TextEditor } from "@/pages/prompts/text-editor";
import { Button, IconButton } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, Input, Select } from "@/ui/field";
import { useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";
import { Fold } from "./fold";

interface PartProps {
  variant: Variant;
  onChange: (change: Partial<Variant>) => void;
}

export function Parameters({ variant, onChange }: PartProps) {
  const { t } = useSpeech();
  const set = (name: Setting, value: string) => onChange({ settings: { ...variant.settings, [name]: value } });
  const told = SETTINGS.filter((one) => variant.settings[one] !== "").map((one) => `${t(`play.set.${one}`)} ${variant.settings[one]}`);
  const note = [...told, variant.options.replaceAll(/\s+/g, " ").trim()].filter((one) => one !== "").join(" · ");
  return (
    <Fold title={t("play.parameters")} note={note}>
      <div className="grid grid-cols-2 gap-2">
        {SETTINGS.map((name) => (
          <Field key={name} label={t(`play.set.${name}`)}>
            {(ids) =>
              name === "reasoning_effort" ? (
                <Select {...ids} value={variant.settings[name]} onChange={(event) => set(name, event.target.value)}>
                  {EFFORTS.map((effort) => (
                    <option key={effort} value={effort}>
                      {t(`play.effort.${effort}`)}
                    </option>
                  ))}
                </Select>
              ) : name === "stop" ? (
                <textarea {...ids} rows={1} spellCheck={false} className="field h-auto min-h-8 py-1.5 font-mono text-xs" value={variant.settings[name]} onChange={(event) => set(name, event.target.value)} />
              ) : (
                <Input {...ids} inputMode="decimal" value={variant.settings[name]} onChange={(event) => set(name, event.target.value)} />
              )
            }
          </Field>
        ))}
      </div>
      <span className="text-xs font-medium text-fg-2">{t("play.options")}</span>
      <TextEditor plain rows={1} label={t("play.options")} hint="{}" value={variant.options} onChange={(options) => onChange({ options })} />
    </Fold>
  );
}

export function Schema({ variant, onChange }: PartProps) {
  const { t } = useSpeech();
  return (
    <Fold title={t("play.schema")} note={variant.schema.trim() ? "JSON Schema" : ""}>
      <TextEditor plain rows={3} label={t("play.schema")} hint={t("play.schema_hint")} value={variant.schema} onChange={(schema) => onChange({ schema })} className="max-h-72 overflow-y-auto" />
    </Fold>
  );
}

const CHOICES = ["", "auto", "none", "required"] as const;

export function Tools({ projectId, variant, onChange }: PartProps & { projectId: string }) {
  const { t } = useSpeech();
  const [asking, setAsking] = useState(false);
  const put = (index: number, change: Partial<ToolDraft>) => onChange({ tools: variant.tools.map((one, at) => (at === index ? { ...one, ...change } : one)) });
  return (
    <Fold title={t("play.tools")} note={variant.tools.map((one) => one.name).join(", ")}>
      {variant.tools.map((one, index) => (
        <ToolForm key={one.key} tool={one} onChange={(change) => put(index, change)} onRemove={() => onChange({ tools: variant.tools.filter((_, at) => at !== index) })} />
      ))}
      <div className="flex flex-wrap items-end gap-1.5">
        <Button small icon={Plus} onClick={() => onChange({ tools: [...variant.tools, tool()] })}>
          {t("play.add_tool")}
        </Button>
        <Button small icon={Server} onClick={() => setAsking(true)}>
          {t("play.from_mcp")}
        </Button>
      </div>
      {variant.tools.length > 0 && (
        <Field label={t("play.choice")}>
          {(ids) => (
            <Select {...ids} value={variant.choice} onChange={(event) => onChange({ choice: event.target.value })}>
              {CHOICES.map((choice) => (
                <option key={choice} value={choice}>
                  {t(`play.choice.${choice}`)}
                </option>
              ))}
              {variant.tools.filter((one) => one.name).map((one) => (
                <option key={one.key} value={one.name}>
                  {one.name}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
      {asking && <FromMcp projectId={projectId} onClose={() => setAsking(false)} onTake={(tools) => onChange({ tools: [...variant.tools, ...tools] })} />}
    </Fold>
  );
}

interface ToolFormProps {
  tool: ToolDraft;
  onChange: (change: Partial<ToolDraft>) => void;
  onRemove: () => void;
}

function ToolForm({ tool: one, onChange, onRemove }: ToolFormProps) {
  const { t } = useSpeech();
  return (
    <div className="card flex flex-col gap-2 p-2.5">
      <div className="flex items-center gap-1.5">
        <Input aria-label={t("play.tool_name")} placeholder={t("play.tool_name")} className="font-mono" value={one.name} onChange={(event) => onChange({ name: event.target.value })} />
        <IconButton small icon={Trash2} label={t("play.remove_tool", { name: one.name })} onClick={onRemove} />
      </div>
      <Input aria-label={t("play.tool_description")} placeholder={t("play.tool_description")} value={one.description} onChange={(event) => onChange({ description: event.target.value })} />
      <TextEditor plain rows={3} label={t("play.tool_parameters")} hint={t("play.tool_parameters")} value={one.parameters} onChange={(parameters) => onChange({ parameters })} className="max-h-56 overflow-y-auto" />
      <Field label={t("play.tool_source")}>
        {(ids) => (
          <Select {...ids} value={one.source} onChange={(event) => onChange({ source: SOURCES.find((source) => source === event.target.value)! })}>
            {SOURCES.map((source) => (
              <option key={source} value={source}>
                {t(`play.source.${source}`)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {one.source === "mock" && <TextEditor plain rows={1} label={t("play.tool_mock")} hint={t("play.tool_mock")} value={one.mock} onChange={(mock) => onChange({ mock })} className="max-h-56 overflow-y-auto" />}
      {(one.source === "http" || one.source === "mcp") && (
        <>
          <Input aria-label={t("play.tool_url")} placeholder="https://" inputMode="url" className="font-mono" value={one.url} onChange={(event) => onChange({ url: event.target.value })} />
          <Headers value={one.headers} onChange={(headers) => onChange({ headers })} />
        </>
      )}
    </div>
  );
}

function Headers({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useSpeech();
  return (
    <Field label={t("play.tool_headers")}>
      {(ids) => <textarea {...ids} rows={1} spellCheck={false} className="field h-auto min-h-8 py-1.5 font-mono text-xs" value={value} onChange={(event) => onChange(event.target.value)} />}
    </Field>
  );
}

function FromMcp({ projectId, onClose, onTake }: { projectId: string; onClose: () => void; onTake: (tools: ToolDraft[]) => void }) {
  const { t } = useSpeech();
  const errorText = useErrorText();
  const [url, setUrl] = useState("");
  const [headers, setHeaders] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const take = async () => {
    setBusy(true);
    setError("");
    try {
      const sent = Object.fromEntries(headers.split("\n").filter((one) => one.includes(":")).map((one) => [one.slice(0, one.indexOf(":")).trim(), one.slice(one.indexOf(":") + 1).trim()]));
      const { items } = await ask.mcpTools(projectId, { url, headers: sent });
      onTake(items.map((one) => tool({ name: one.name, description: one.description, parameters: JSON.stringify(one.parameters, null, 2), source: "mcp", url, headers })));
      toast(t("play.mcp_taken", { n: items.length }));
      onClose();
    } catch (failure) {
      setError(errorText(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} title={t("play.from_mcp")} lead={t("play.mcp_lead")}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          void take();
        }}
      >
        <Field label={t("play.tool_url")} error={error}>
          {(ids) => <Input {...ids} inputMode="url" placeholder="https://" value={url} onChange={(event) => setUrl(event.target.value)} />}
        </Field>
        <Headers value={headers} onChange={setHeaders} />
        <Button type="submit" look="primary" disabled={busy || !url} className="self-end">
          {t("play.mcp_take" as Key)}
        </Button>
      </form>
    </Dialog>
  );
}
