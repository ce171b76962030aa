import { Tabs as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { cx } from "./cx";

export interface Tab<K extends string> {
  key: K;
  label: string;
  count?: number;
}

interface TabsProps<K extends string> {
  tabs: readonly Tab<K>[];
  value: K;
  onChange: (key: K) => void;
  children: ReactNode;
  className?: string;
}

/** A row of tabs above one panel that belongs to the chosen one. */
export function Tabs<K extends string>({ tabs, value, onChange, children, className }: TabsProps<K>) {
  return (
    <Radix.Root
      value={value}
      onValueChange={(key) => onChange(key as K)}
      className={cx("flex min-h-0 flex-col", className)}
    >
      <Radix.List className="flex shrink-0 gap-4 overflow-x-auto border-b px-4 [scrollbar-width:none]">
        {tabs.map((tab) => (
          <Radix.Trigger
            key={tab.key}
            value={tab.key}
            className="-mb-px flex h-9 shrink-0 items-center gap-1.5 border-b-2 border-transparent text-fg-2 hover:text-fg focus-visible:-outline-offset-2 data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-fg"
          >
            {tab.label}
            {tab.count !== undefined && tab.count > 0 && (
              <span className="rounded-full bg-sunken px-1.5 text-2xs text-fg-2">{tab.count}</span>
            )}
          </Radix.Trigger>
        ))}
      </Radix.List>
      <Radix.Content key={value} value={value} className="min-h-0 flex-1 overflow-y-auto -outline-offset-2">
        {children}
      </Radix.Content>
    </Radix.Root>
  );
}

/** Two or three choices side by side. */
export function Switcher<K extends string>({
  options,
  value,
  onChange,
  label,
}: {
  options: readonly { key: K; label: string }[];
  value: K;
  onChange: (key: K) => void;
  label: string;
}) {
  return (
    <div role="radiogroup" aria-label={label} className="inline-flex shrink-0 rounded-md bg-sunken p-0.5">
      {options.map((option) => (
        <button
          key={option.key}
          type="button"
          role="radio"
          aria-checked={option.key === value}
          onClick={() => onChange(option.key)}
          className={cx(
            "h-7 rounded px-2.5 text-xs whitespace-nowrap",
            option.key === value ? "bg-raised font-medium text-fg shadow-sm ring-1 ring-line" : "text-fg-2 hover:text-fg",
          )}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}
