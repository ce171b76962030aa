import { ChevronRight, CircleCheck } from "lucide-react";
import { useState } from "react";
import type { RejectedItem } from "@/api/types";
import { useSpeech } from "@/messages";
import { Fact, Facts } from "@/parts/facts";
import { Time } from "@/parts/figures";
import { Badge } from "@/ui/badge";
import { CodeBlock } from "@/ui/copy";
import { cx } from "@/ui/cx";
import { useFix, useReasonName } from "./reasons";

interface RefusedProps {
  items: readonly RejectedItem[];
  keyName: (id: string) => string;
}

/** The newest items that were refused, each with what to do about it. */
export function Refused({ items, keyName }: RefusedProps) {
  const { t } = useSpeech();
  return (
    <section aria-label={t("health.latest")} className="card overflow-hidden">
      <h2 className="px-3.5 pt-3 pb-2 text-xs font-medium text-fg-2">{t("health.latest")}</h2>
      {items.length === 0 ? (
        <p className="flex items-center gap-2 px-3.5 pb-4 text-fg-3">
          <CircleCheck size={15} aria-hidden className="text-ok" />
          {t("health.none_rejected")}
        </p>
      ) : (
        <ul className="divide-y divide-line border-t">
          {items.map((item, index) => (
            <Item key={`${item.time}/${item.item_id}/${index}`} item={item} keyName={keyName} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Item({ item, keyName }: { item: RejectedItem; keyName: (id: string) => string }) {
  const { t } = useSpeech();
  const [open, setOpen] = useState(false);
  const reasonName = useReasonName();
  const fix = useFix()(item.reason);
  return (
    <li>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex min-h-9 w-full flex-wrap items-center gap-x-3 gap-y-0.5 px-3 py-1 text-left hover:bg-hover focus-visible:-outline-offset-2"
      >
        <ChevronRight size={14} aria-hidden className={cx("shrink-0 text-fg-3 transition-transform", open && "rotate-90")} />
        <span className="w-28 shrink-0 text-fg-3">
          <Time at={item.time} />
        </span>
        <Badge tone="danger">{reasonName(item.reason)}</Badge>
        <span className="min-w-40 flex-1 truncate" title={item.message}>
          {item.message}
        </span>
        <span className="hidden shrink-0 text-xs text-fg-3 md:inline">{item.sdk || item.protocol}</span>
      </button>
      {open && (
        <div className="flex flex-col gap-3 bg-sunken px-4 py-3 md:pl-10">
          <p className="wrap-anywhere">{item.message}</p>
          {fix && (
            <div>
              <h3 className="text-xs font-medium text-fg-2">{t("health.how")}</h3>
              <p className="max-w-3xl text-fg-2">{fix}</p>
            </div>
          )}
          <Facts>
            <Fact name={t("health.protocol")}>{item.protocol}</Fact>
            <Fact name={t("span.sdk")}>{item.sdk || t("health.no_sdk")}</Fact>
            <Fact name={t("apikey.public")}>{keyName(item.key_id)}</Fact>
            {item.item_id && (
              <Fact name="id">
                <span className="font-mono text-xs">{item.item_id}</span>
              </Fact>
            )}
          </Facts>
          {item.head && (
            <div className="min-w-0">
              <h3 className="mb-1 text-xs font-medium text-fg-2">{t("health.payload")}</h3>
              <CodeBlock code={item.head} className="bg-bg [&_pre]:whitespace-pre-wrap [&_pre]:wrap-anywhere" />
            </div>
          )}
        </div>
      )}
    </li>
  );
}
