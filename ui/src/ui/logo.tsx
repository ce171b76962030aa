import { cx } from "./cx";

/** The wheel. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden className={cx("shrink-0 text-accent", className)} fill="none" stroke="currentColor" strokeWidth="1.75" strokeLinecap="round">
      <circle cx="12" cy="12" r="5.6" />
      <circle cx="12" cy="12" r="1.3" fill="currentColor" />
      <path d="M12 1.8v4.6M12 17.6v4.6M1.8 12h4.6M17.6 12h4.6M4.8 4.8l3.2 3.2M16 16l3.2 3.2M4.8 19.2 8 16M16 8l3.2-3.2" />
    </svg>
  );
}
