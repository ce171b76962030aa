/** Which fields of a span are empty, what would have filled them, and what came instead. */
import type { SpanDetail } from "@/api/types";
import { type EmptyField, type Explained, emptyFields } from "@/lib/empty";
import { type Key, useSpeech } from "@/messages";

/** Attributes named at first. */
const SHOWN = 4;

const NAMES: Record<Explained, Key> = {
  model: "span.model",
  provider: "empty.provider",
  input: "span.input",
  output: "span.output",
  tokens: "span.tokens",
  cost: "span.cost",
  first_token: "span.ttft",
  finish_reason: "span.finish",
  parameters: "span.parameters",
  tools: "empty.tools",
  prompt: "span.prompt",
  session: "col.session",
  user: "col.user",
};

export function EmptyFields({ detail }: { detail: SpanDetail }) {
  const { t } = useSpeech();
  const fields = emptyFields(detail);
  const arrived = [detail.protocol, detail.sdk].filter(Boolean).join(" · ");
  return (
    <div className="flex flex-col gap-3">
      <h3 className="font-medium">{t("empty.title")}</h3>
      {arrived && <p className="text-xs wrap-anywhere text-fg-2">{t("empty.arrived", { how: arrived })}</p>}
      {fields.length === 0 && <p className="text-fg-2">{t("empty.none")}</p>}
      {fields.map((one) => (
        <Field key={one.field} of={one} unpriced={one.field === "cost" && detail.span.cost_source === "unpriced"} />
      ))}
    </div>
  );
}

function Field({ of, unpriced }: { of: EmptyField; unpriced: boolean }) {
  const { t } = useSpeech();
  return (
    <section className="border-t pt-2">
      <h4 className="text-xs font-medium">{t(NAMES[of.field])}</h4>
      {unpriced && <p className="text-xs text-warn">{t("empty.unpriced")}</p>}
      <p className="text-xs text-fg-3">{t("empty.fills")}</p>
      <Names of={of.keys} />
      {of.instead.length > 0 && (
        <>
          <p className="mt-1 text-xs text-warn">{t("empty.instead")}</p>
          <Names of={of.instead} />
        </>
      )}
    </section>
  );
}

const items = (names: readonly string[]) => names.map((name) => <li key={name}>{name}</li>);

function Names({ of }: { of: readonly string[] }) {
  return (
    <div className="font-mono text-2xs wrap-anywhere text-fg-2">
      <ul>{items(of.slice(0, SHOWN))}</ul>
      {of.length > SHOWN && (
        <details>
          <summary>+{of.length - SHOWN}</summary>
          <ul>{items(of.slice(SHOWN))}</ul>
        </details>
      )}
    </div>
  );
}
