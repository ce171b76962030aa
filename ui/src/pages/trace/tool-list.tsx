/** Tools that a model could call, with the parameters they take. */
import { Wrench } from "lucide-react";
import { useState } from "react";
import type { Json } from "@/lib/json";
import { tool } from "@/lib/tools";
import { useSpeech } from "@/messages";
import { JsonTree } from "@/parts/json-tree";
import { Badge } from "@/ui/badge";
import { Switcher } from "@/ui/tabs";

export function ToolList({ definitions, called }: { definitions: readonly Record<string, unknown>[]; called: ReadonlySet<string> }) {
  const { t } = useSpeech();
  const [raw, setRaw] = useState(false);
  return (
    <section aria-label={t("span.tools", { n: definitions.length })} className="card overflow-hidden">
      <header className="flex h-10 items-center border-b bg-side px-2">
        <Switcher
          label={t("span.tools", { n: definitions.length })}
          options={[
            { key: "list", label: t("span.view_formatted") },
            { key: "raw", label: "JSON" },
          ]}
          value={raw ? "raw" : "list"}
          onChange={(next) => setRaw(next === "raw")}
        />
      </header>
      {raw ? (
        <div className="p-3">
          <JsonTree value={definitions as Json} />
        </div>
      ) : (
        <ul className="divide-y divide-line">
          {definitions.map(tool).map((one, index) => (
            <li key={index} className="px-3 py-2">
              <h4 className="flex items-center gap-1.5 font-mono text-xs font-medium">
                <Wrench size={12} aria-hidden className="text-(--k-tool)" />
                {one.name || t("state.unnamed")}
                {called.has(one.name) && <Badge tone="accent">{t("tool.called")}</Badge>}
              </h4>
              {one.description && <p className="mt-0.5 text-xs wrap-anywhere text-fg-2">{one.description}</p>}
              {one.parameters.length > 0 && (
                <dl className="mt-1 grid gap-x-3 text-xs sm:grid-cols-[minmax(6rem,1fr)_3fr]">
                  {one.parameters.map((each) => (
                    <div key={each.name} className="contents">
                      <dt className="font-mono wrap-anywhere text-fg-2">
                        {each.name}
                        {each.required && (
                          <span title={t("tool.required")} className="text-danger">
                            *
                          </span>
                        )}
                      </dt>
                      <dd className="wrap-anywhere">
                        <span className="font-mono text-fg-3">{each.type}</span> {each.description}
                      </dd>
                    </div>
                  ))}
                </dl>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
