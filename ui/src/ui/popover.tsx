import { Popover as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { cx } from "./cx";

interface PopoverProps {
  trigger: ReactNode;
  label: string;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  align?: "start" | "end";
  className?: string;
  /** Its text is what matters: the focus does not go to its first button, whose tip would cover the text. */
  reading?: boolean;
  children: ReactNode;
}

function focusSelf(event: Event): void {
  event.preventDefault();
  (event.currentTarget as HTMLElement).focus();
}

export function Popover({ trigger, label, open, onOpenChange, align = "end", className, reading, children }: PopoverProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          aria-label={label}
          align={align}
          sideOffset={4}
          collisionPadding={8}
          onOpenAutoFocus={reading ? focusSelf : undefined}
          className={cx("pop max-h-[80dvh] overflow-y-auto p-3 outline-none", className)}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
