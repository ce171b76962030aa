import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { useSpeech } from "@/messages";
import { IconButton } from "./button";
import { cx } from "./cx";

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  lead?: ReactNode;
  wide?: boolean;
  /** As large as the window lets it be. */
  full?: boolean;
  children: ReactNode;
}

/** The first field, else the dialog itself: not its close button. */
function focusFirst(event: Event): void {
  event.preventDefault();
  const dialog = event.currentTarget as HTMLElement;
  (dialog.querySelector<HTMLElement>("input, select, textarea") ?? dialog).focus();
}

export function Dialog({ open, onClose, title, lead, wide, full, children }: DialogProps) {
  const { t } = useSpeech();
  return (
    <Radix.Root open={open} onOpenChange={(now) => !now && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <Radix.Content
          aria-describedby={undefined}
          onOpenAutoFocus={focusFirst}
          className={cx(
            "pop fixed top-[8dvh] outline-none left-1/2 flex max-h-[84dvh] w-[calc(100vw-1.5rem)] -translate-x-1/2 flex-col",
            full ? "max-w-[min(96vw,110rem)]" : wide ? "max-w-2xl" : "max-w-md",
          )}
        >
          <header className="flex items-start gap-3 px-4 pt-3.5 pb-2">
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-base font-semibold">{title}</Radix.Title>
              {lead && <div className="mt-0.5 text-fg-2">{lead}</div>}
            </div>
            <Radix.Close asChild>
              <IconButton icon={X} label={t("act.close")} small />
            </Radix.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-4 pt-1 pb-4">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

interface SheetProps {
  open: boolean;
  onClose: () => void;
  title: string;
  side?: "left" | "right";
  className?: string;
  children: ReactNode;
}

/** A panel from the side. The page behind stays where it is. */
export function Sheet({ open, onClose, title, side = "right", className, children }: SheetProps) {
  return (
    <Radix.Root open={open} onOpenChange={(now) => !now && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <Radix.Content
          aria-describedby={undefined}
          className={cx(
            "fixed inset-y-0 z-40 flex flex-col bg-bg shadow-float outline-none",
            side === "right" ? "right-0 animate-[slide_120ms_ease-out] border-l" : "left-0 border-r",
            className,
          )}
        >
          <Radix.Title className="sr-only">{title}</Radix.Title>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
