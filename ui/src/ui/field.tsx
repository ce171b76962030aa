import { type ComponentProps, type ReactNode, useId } from "react";
import { cx } from "./cx";

interface FieldProps {
  /** Is the label for screen readers alone, as it is said nearby? */
  bare?: boolean;
  label: string;
  hint?: ReactNode;
  error?: string | null;
  children: (ids: { id: string; "aria-describedby": string | undefined; "aria-invalid": boolean }) => ReactNode;
}

/** A label, its control, and below them what is wrong or worth knowing. */
export function Field({ bare, label, hint, error, children }: FieldProps) {
  const id = useId();
  const note = error || hint;
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className={bare ? "sr-only" : "text-xs font-medium text-fg-2"}>
        {label}
      </label>
      {children({ id, "aria-describedby": note ? `${id}-note` : undefined, "aria-invalid": Boolean(error) })}
      {note && (
        <p id={`${id}-note`} className={cx("text-xs", error ? "text-danger" : "text-fg-3")}>
          {note}
        </p>
      )}
    </div>
  );
}

export const Input = ({ className, ...rest }: ComponentProps<"input">) => (
  <input autoComplete="off" spellCheck={false} className={cx("field", className)} {...rest} />
);

export const Select = ({ className, ...rest }: ComponentProps<"select">) => (
  <select className={cx("field pr-1", className)} {...rest} />
);
