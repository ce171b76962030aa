/** The newest items that met a fate, each with the beginning of its payload. */
import { ChevronRight } from "lucide-react";
import { useState } from "react";
import type { RejectedItem } from "@/api/types";
import { useSpeech } from "@/messages";
import { Fact, Facts } from "@/parts/facts";
import { Time } from "@/parts/figures";
import { CodeBlock, CopyButton } from "@/ui/copy";
import { cx } from "@/ui/cx";

interface ItemsProps {
  items: readonly RejectedItem[];
  keyName: (id: string) => string;
}

const SHOWN = 5;

export function Items({ items, keyName }: ItemsProps) {
  const { t } = useSpeech();
  const [all, setAll] = useState(false);
  return (
    <>
      <ul className="divide-y divide-line overflow-hidden rounded-md border bg-bg">
        {items.slice(0, all ? items.length : SHOWN).map((item, index) => (
          <Item key={`${item.time}/${item.item_id}/${index}`} item={item} keyName={keyName} />
        ))}
      </ul>
      {items.length > SHOWN && !all && (
        <button type="button" onClick={() => setAll(true)} className="mt-1 h-7 rounded text-xs text-accent hover:underline">
          {t("health.show_all", { n: items.length })}
        </button>
      )}
    </>
  );
}

function Item({ item, keyName }: { item: RejectedItem; keyName: (id: string) => string }) {
  const { t } = useSpeech();
  const [open, setOpen] = useState(false);
  return (
    <li>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex min-h-8 w-full items-center gap-x-3 px-2.5 py-1 text-left hover:bg-hover focus-visible:-outline-offset-2"
      >
        <ChevronRight size={14} aria-hidden className={cx("shrink-0 text-fg-3 transition-transform", open && "rotate-90")} />
        <span className="w-28 shrink-0 text-fg-3 max-sm:hidden">
          <Time at={item.time} />
        </span>
        <span className="min-w-0 flex-1 truncate" title={item.message}>
          {item.message}
        </span>
        <span className="hidden max-w-48 shrink-0 truncate text-xs text-fg-3 md:inline">{item.sdk || item.protocol}</span>
      </button>
      {open && (
        <div className="flex flex-col gap-3 bg-sunken px-3 py-3 sm:pl-9">
          <p className="wrap-anywhere" dir="auto">
            {item.message}
          </p>
          <Facts>
            <Fact name={t("health.protocol")}>{item.protocol}</Fact>
            <Fact name={t("health.sdk")}>{item.sdk || t("health.no_sdk")}</Fact>
            <Fact name={t("health.key")}>{keyName(item.key_id)}</Fact>
            {item.item_id && (
              <Fact name="ID">
                <span className="inline-flex items-center gap-1 font-mono text-xs">
                  {item.item_id}
                  <CopyButton text={item.item_id} />
                </span>
              </Fact>
            )}
          </Facts>
          {item.head && (
            <div className="min-w-0">
              <h4 className="mb-1 text-xs font-medium text-fg-2">{t("health.payload")}</h4>
              <CodeBlock code={item.head} className="bg-bg [&_pre]:whitespace-pre-wrap [&_pre]:wrap-anywhere" />
            </div>
          )}
        </div>
      )}
    </li>
  );
}
