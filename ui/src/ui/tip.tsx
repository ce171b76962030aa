import { Tooltip } from "radix-ui";
import type { ReactNode } from "react";
import { Keys } from "./keys";

export const TipProvider = ({ children }: { children: ReactNode }) => (
  <Tooltip.Provider delayDuration={350} skipDelayDuration={200}>
    {children}
  </Tooltip.Provider>
);

interface TipProps {
  text: ReactNode;
  keys?: string;
  side?: "top" | "right" | "bottom" | "left";
  children: ReactNode;
}

/** A short explanation on hover and focus. */
export function Tip({ text, keys, side = "bottom", children }: TipProps) {
  if (!text) return children;
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="pop flex max-w-80 items-center gap-2 px-2 py-1 text-xs text-fg"
        >
          <span className="break-words">{text}</span>
          {keys && <Keys keys={keys} />}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
