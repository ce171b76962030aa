import { ArrowDown, ArrowUp } from "lucide-react";
import { useSpeech } from "@/messages";
import { cx } from "@/ui/cx";
import { Tip } from "@/ui/tip";

interface ChangeProps {
  now: number | null | undefined;
  before: number | null | undefined;
  format: (value: number) => string;
  /** What more of it means; without it a change is neither good nor bad. */
  moreIs?: "worse" | "better";
  /** Of the range before, as text. */
  length: string;
}

/** A value against that of the range before, coloured only where up or down is good or bad. */
export function Change({ now, before, format, moreIs, length }: ChangeProps) {
  const { t, f } = useSpeech();
  if (now === null || now === undefined || before === null || before === undefined) return null;
  const text = f.change(now, before);
  if (text === null) return null;
  const up = now > before;
  const flat = !/[1-9]/.test(text);
  const good = up === (moreIs === "better");
  const told = flat || !moreIs ? "" : ` · ${t(good ? "home.better" : "home.worse")}`;
  const Arrow = up ? ArrowUp : ArrowDown;
  return (
    <Tip text={`${t("home.before", { value: format(before) })} (${t("home.versus", { length })})${told}`}>
      <span className={cx("inline-flex cursor-default items-center gap-0.5 text-xs whitespace-nowrap", told === "" ? "text-fg-3" : good ? "text-ok" : "text-danger")}>
        {!flat && <Arrow size={12} aria-hidden />}
        {text}
        {told && <span className="sr-only">{told}</span>}
      </span>
    </Tip>
  );
}
