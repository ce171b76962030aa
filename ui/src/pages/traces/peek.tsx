/** A trace beside its list. The list stays usable; j and k walk through it. */
import { Link } from "@tanstack/react-router";
import { ChevronDown, ChevronUp, Maximize2, X } from "lucide-react";
import type { SpanSearch } from "@/lib/search";
import { useSpeech } from "@/messages";
import { buttonClass, IconButton } from "@/ui/button";
import { cx } from "@/ui/cx";
import { TraceView } from "../trace/view";
import { PeekFrame } from "./peek-frame";

interface PeekProps {
  projectId: string;
  traceId: string;
  search: SpanSearch;
  onSearch: (change: SpanSearch) => void;
  onClose: () => void;
  onPrevious?: () => void;
  onNext?: () => void;
}

export function Peek({ projectId, traceId, search, onSearch, onClose, onPrevious, onNext }: PeekProps) {
  const { t } = useSpeech();
  return (
    <PeekFrame onClose={onClose}>
      <TraceView
        key={traceId}
        projectId={projectId}
        traceId={traceId}
        search={search}
        onSearch={onSearch}
        keys={false}
        tools={
          <>
            <IconButton icon={ChevronUp} label={t("list.peek_previous")} keys="k" disabled={!onPrevious} onClick={onPrevious} />
            <IconButton icon={ChevronDown} label={t("list.peek_next")} keys="j" disabled={!onNext} onClick={onNext} />
            <Link
              to="/project/$projectId/traces/$traceId"
              params={{ projectId, traceId }}
              search={{ span: search.span, tab: search.tab }}
              aria-label={t("act.open_page")}
              title={t("act.open_page")}
              className={cx(buttonClass("ghost"), "w-8 px-0")}
            >
              <Maximize2 size={15} aria-hidden />
            </Link>
            <IconButton icon={X} label={t("act.close")} keys="esc" onClick={onClose} />
          </>
        }
      />
    </PeekFrame>
  );
}
