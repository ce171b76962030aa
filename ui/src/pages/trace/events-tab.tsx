import type { SpanDetail } from "@/api/types";
import type { Json } from "@/lib/json";
import { useSpeech } from "@/messages";
import { JsonTree } from "@/parts/json-tree";
import { LongText } from "@/parts/long-text";
import { cx } from "@/ui/cx";
import { Empty } from "@/ui/states";

const STACK = "exception.stacktrace";

export function EventsTab({ detail }: { detail: SpanDetail }) {
  const { t, f } = useSpeech();
  if (!detail.events.length) return <Empty title={t("span.no_events")} />;
  return (
    <ol className="flex flex-col gap-3 p-4">
      {detail.events.map((event, index) => {
        const { [STACK]: stack, ...rest } = event.attributes;
        const bad = event.name === "exception";
        return (
          <li key={index} className={cx("card overflow-hidden", bad && "border-l-2 border-l-danger")}>
            <header className="flex items-baseline gap-3 border-b bg-side px-3 py-2">
              <h3 className={cx("min-w-0 flex-1 truncate font-medium", bad && "text-danger")}>{event.name}</h3>
              <time title={f.fullTime(event.time)} className="text-xs text-fg-3">
                +{f.duration(Math.max(0, event.time - detail.span.start_time))}
              </time>
            </header>
            {Object.keys(rest).length > 0 && (
              <div className="p-3">
                <JsonTree value={rest as Json} />
              </div>
            )}
            {typeof stack === "string" && <LongText text={stack} className="max-h-96 overflow-auto border-t bg-sunken p-3" />}
          </li>
        );
      })}
    </ol>
  );
}
