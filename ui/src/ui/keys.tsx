import { cx } from "./cx";

const MAC = /Mac|iPhone|iPad/.test(navigator.userAgent);
const NAMES: Record<string, string> = { mod: MAC ? "⌘" : "Ctrl", enter: "↵", esc: "Esc", space: "␣", up: "↑", down: "↓", left: "←", right: "→", shift: "⇧", plus: "+", minus: "−", alt: MAC ? "⌥" : "Alt" };

/** Keys to press, written `mod+k` or `g h`. */
export function Keys({ keys, className }: { keys: string; className?: string }) {
  return (
    <span className={cx("inline-flex shrink-0 items-center gap-0.5", className)}>
      {keys.split(/[+ ]/).map((key) => (
        <kbd
          key={key}
          className="inline-flex h-4.5 min-w-4.5 items-center justify-center rounded border border-line-strong bg-sunken px-1 font-sans text-2xs text-fg-2"
        >
          {NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key)}
        </kbd>
      ))}
    </span>
  );
}
