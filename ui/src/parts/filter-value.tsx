import { useSpeech } from "@/messages";
import { cx } from "@/ui/cx";
import { Missing } from "./figures";

interface FilterValueProps {
  value: string;
  onPick: (value: string) => void;
  pill?: boolean;
}

/** A value that narrows the list when clicked. */
export function FilterValue({ value, onPick, pill }: FilterValueProps) {
  const { t } = useSpeech();
  if (!value) return <Missing />;
  return (
    <button
      type="button"
      title={t("list.include", { value })}
      onClick={() => onPick(value)}
      className={cx(
        "max-w-full truncate rounded align-middle hover:text-accent hover:underline",
        pill && "h-5 border border-line bg-sunken px-1.5 text-2xs text-fg-2 hover:border-accent hover:no-underline",
      )}
    >
      {value}
    </button>
  );
}

/** The first of several values, and how many more there are. */
export function FilterValues({ values, onPick }: { values: readonly string[]; onPick: (value: string) => void }) {
  if (!values.length) return <Missing />;
  return (
    <span className="flex min-w-0 items-center gap-1">
      <FilterValue value={values[0]!} onPick={onPick} pill />
      {values.length > 1 && (
        <span className="shrink-0 text-2xs text-fg-3" title={values.slice(1).join(", ")}>
          +{values.length - 1}
        </span>
      )}
    </span>
  );
}
