/** How an application asks for this prompt. */
import { useState } from "react";
import type { PromptVersion } from "@/api/prompts";
import { useSpeech } from "@/messages";
import { CodeBlock } from "@/ui/copy";
import { Dialog } from "@/ui/dialog";
import { Field, Select } from "@/ui/field";
import { Switcher } from "@/ui/tabs";
import { snippets } from "./snippets";

export function UseDialog({ prompt, onClose }: { prompt: PromptVersion; onClose: () => void }) {
  const { t } = useSpeech();
  const [label, setLabel] = useState(prompt.labels.includes("production") || prompt.labels.length === 0 ? "production" : prompt.labels[0]!);
  const [chosen, setChosen] = useState("python");
  const all = snippets({ base: window.location.origin, prompt, label, version: prompt.version });
  const labels = [...new Set(["production", ...prompt.labels])];
  return (
    <Dialog open onClose={onClose} wide title={t("prompt.use")} lead={t("prompt.use_lead")}>
      <div className="flex flex-col gap-3">
        <Field label={t("prompt.which")}>
          {(ids) => (
            <Select {...ids} value={label} onChange={(event) => setLabel(event.target.value)} className="w-auto! self-start">
              {labels.map((one) => (
                <option key={one} value={one}>
                  {one}
                </option>
              ))}
              <option value="">{t("prompt.always_version", { version: String(prompt.version) })}</option>
            </Select>
          )}
        </Field>
        <div className="overflow-x-auto">
          <Switcher label={t("prompt.use")} options={all.map(({ id, name }) => ({ key: id, label: name }))} value={chosen} onChange={setChosen} />
        </div>
        <CodeBlock code={all.find((one) => one.id === chosen)!.code} className="[&_pre]:whitespace-pre-wrap" />
      </div>
    </Dialog>
  );
}
