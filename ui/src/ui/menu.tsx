import { Check } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";
import { cx } from "./cx";

const ITEM =
  "flex min-h-7 items-center gap-2 rounded px-2 py-1 outline-none select-none data-[highlighted]:bg-hover data-[disabled]:opacity-50";

interface MenuProps {
  trigger: ReactNode;
  align?: "start" | "end";
  side?: "top" | "right" | "bottom" | "left";
  className?: string;
  children: ReactNode;
}

export function Menu({ trigger, align = "start", side = "bottom", className, children }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className={cx("pop max-h-[70dvh] min-w-44 overflow-y-auto p-1", className)}
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

export function MenuItem({
  onSelect,
  danger,
  children,
}: {
  onSelect: () => void;
  danger?: boolean;
  children: ReactNode;
}) {
  return (
    <DropdownMenu.Item className={cx(ITEM, danger && "text-danger")} onSelect={onSelect}>
      {children}
    </DropdownMenu.Item>
  );
}

/** One of several, or on/off when `keepOpen`. */
export function MenuCheck({
  checked,
  onSelect,
  keepOpen,
  children,
}: {
  checked: boolean;
  onSelect: () => void;
  keepOpen?: boolean;
  children: ReactNode;
}) {
  return (
    <DropdownMenu.CheckboxItem
      checked={checked}
      className={ITEM}
      onSelect={(event) => {
        if (keepOpen) event.preventDefault();
        onSelect();
      }}
    >
      <span className="min-w-0 flex-1 truncate">{children}</span>
      <span className="w-3.5 shrink-0">{checked && <Check size={14} className="text-accent" aria-hidden />}</span>
    </DropdownMenu.CheckboxItem>
  );
}

export const MenuLabel = ({ children }: { children: ReactNode }) => (
  <DropdownMenu.Label className="px-2 pt-1.5 pb-1 text-2xs font-medium text-fg-3">{children}</DropdownMenu.Label>
);

export const MenuLine = () => <DropdownMenu.Separator className="my-1 h-px bg-line" />;
