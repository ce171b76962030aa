/** Steps through the turns of a session: by one, to a number, to the next error. */
import { ChevronDown, ChevronUp, CircleAlert } from "lucide-react";
import { useState } from "react";
import { useSpeech } from "@/messages";
import { IconButton } from "@/ui/button";

interface TurnNavProps {
  /** From 1. */
  turn: number;
  turns: number;
  errors: number;
  onTurn: (turn: number) => void;
  onError: (step: 1 | -1) => void;
}

export function TurnNav({ turn, turns, errors, onTurn, onError }: TurnNavProps) {
  const { t, f } = useSpeech();
  const [typed, setTyped] = useState<string | null>(null);
  const apply = () => {
    const wanted = Math.floor(Number(typed));
    if (typed !== null && wanted > 0) onTurn(Math.min(wanted, turns));
    setTyped(null);
  };
  return (
    <div role="toolbar" aria-label={t("session.navigate")} className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <span className="inline-flex items-center gap-0.5">
        <IconButton small icon={ChevronUp} label={t("session.previous_turn")} keys="k" disabled={turn <= 1} onClick={() => onTurn(turn - 1)} />
        <IconButton small icon={ChevronDown} label={t("session.next_turn")} keys="j" disabled={turn >= turns} onClick={() => onTurn(turn + 1)} />
        <label className="ml-1 inline-flex items-center gap-1.5 text-xs whitespace-nowrap text-fg-2">
          {t("session.turn_no")}
          <input
            inputMode="numeric"
            aria-label={t("session.turn_no")}
            value={typed ?? String(turn)}
            onFocus={(event) => event.target.select()}
            onChange={(event) => setTyped(event.target.value.replace(/\D/g, ""))}
            onBlur={apply}
            onKeyDown={(event) => {
              if (event.key === "Enter") event.currentTarget.blur();
            }}
            className="h-6 rounded border border-line-strong bg-bg px-1 text-right text-fg"
            style={{ width: `${Math.max(2, String(turns).length) + 1.5}ch` }}
          />
          {t("session.of_turns", { n: f.integer(turns) })}
        </label>
      </span>
      {errors > 0 && (
        <span className="inline-flex items-center gap-0.5 text-xs text-danger">
          <CircleAlert size={13} aria-hidden />
          <span className="mr-0.5 whitespace-nowrap">{t("session.failed_turns", { n: errors })}</span>
          <IconButton small icon={ChevronUp} label={t("session.previous_error")} keys="p" onClick={() => onError(-1)} />
          <IconButton small icon={ChevronDown} label={t("session.next_error")} keys="n" onClick={() => onError(1)} />
        </span>
      )}
    </div>
  );
}
