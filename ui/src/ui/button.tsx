import type { LucideIcon } from "lucide-react";
import type { ComponentProps } from "react";
import { cx } from "./cx";
import { Tip } from "./tip";

type Look = "primary" | "plain" | "ghost" | "danger";

const LOOKS: Record<Look, string> = {
  primary: "bg-accent text-accent-fg hover:bg-accent-strong font-medium",
  plain: "border border-line-strong bg-bg hover:bg-hover text-fg",
  ghost: "text-fg-2 hover:bg-hover hover:text-fg",
  danger: "border border-line-strong text-danger hover:bg-danger-soft",
};

interface ButtonProps extends ComponentProps<"button"> {
  look?: Look;
  small?: boolean;
  icon?: LucideIcon;
}

export function buttonClass(look: Look = "plain", small = false): string {
  return cx(
    "inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md whitespace-nowrap select-none",
    "disabled:pointer-events-none disabled:opacity-55",
    small ? "h-7 px-2 text-xs" : "h-8 px-2.5",
    LOOKS[look],
  );
}

export function Button({ look = "plain", small, icon: Icon, className, children, ...rest }: ButtonProps) {
  return (
    <button type="button" className={cx(buttonClass(look, small), className)} {...rest}>
      {Icon && <Icon size={small ? 13 : 14} aria-hidden className="shrink-0" />}
      {children}
    </button>
  );
}

interface IconButtonProps extends ComponentProps<"button"> {
  icon: LucideIcon;
  /** Said by screen readers and shown on hover. */
  label: string;
  keys?: string;
  small?: boolean;
  pressed?: boolean;
}

export function IconButton({ icon: Icon, label, keys, small, pressed, className, ...rest }: IconButtonProps) {
  return (
    <Tip text={label} keys={keys}>
      <button
        type="button"
        aria-label={label}
        aria-pressed={pressed}
        className={cx(
          "inline-flex shrink-0 items-center justify-center rounded-md text-fg-2 hover:bg-hover hover:text-fg",
          "disabled:pointer-events-none disabled:opacity-45",
          pressed && "bg-accent-soft text-accent hover:text-accent",
          small ? "size-6" : "size-8",
          className,
        )}
        {...rest}
      >
        <Icon size={small ? 14 : 16} aria-hidden />
      </button>
    </Tip>
  );
}
