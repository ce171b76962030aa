/** What stands where data will be, is not, or could not be had. */
import { CircleAlert, Lock, type LucideIcon, RotateCw, SearchX } from "lucide-react";
import type { ReactNode } from "react";
import { ApiError } from "@/api/client";
import { useSpeech } from "@/messages";
import { Button } from "./button";
import { cx } from "./cx";

export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cx("animate-[breathe_1.6s_ease-in-out_infinite] rounded bg-hover", className)} />;
}

export function Rows({ count = 8 }: { count?: number }) {
  const { t } = useSpeech();
  return (
    <div role="status" aria-label={t("act.loading")} className="divide-y divide-line">
      {Array.from({ length: count }, (_, index) => (
        <div key={index} className="flex h-9 items-center gap-4 px-4">
          <Skeleton className="h-3 w-28" />
          <Skeleton className={cx("h-3", index % 3 === 0 ? "w-1/2" : "w-2/5")} />
          <Skeleton className="ml-auto h-3 w-16" />
        </div>
      ))}
    </div>
  );
}

interface EmptyProps {
  icon?: LucideIcon;
  title: string;
  hint?: ReactNode;
  children?: ReactNode;
  className?: string;
}

export function Empty({ icon: Icon, title, hint, children, className }: EmptyProps) {
  return (
    <div className={cx("flex flex-col items-center justify-center gap-1.5 px-6 py-14 text-center", className)}>
      {Icon && (
        <span className="mb-1 grid size-10 place-items-center rounded-full bg-sunken text-fg-3">
          <Icon size={18} aria-hidden />
        </span>
      )}
      <p className="text-base font-medium">{title}</p>
      {hint && <div className="max-w-md text-fg-2">{hint}</div>}
      {children && <div className="mt-3 flex flex-wrap justify-center gap-2">{children}</div>}
    </div>
  );
}

export function useErrorText(): (error: unknown) => string {
  const { t } = useSpeech();
  return (error) => {
    if (error instanceof ApiError) {
      if (error.status === 0) return t("state.offline");
      // What it says is meant for its log.
      if (error.status === 500) return t("state.server_error", { status: "500" });
      return error.message || t("state.server_error", { status: String(error.status) });
    }
    return error instanceof Error ? error.message : String(error);
  };
}

export function Failure({ error, retry, className }: { error: unknown; retry?: () => void; className?: string }) {
  const { t } = useSpeech();
  const text = useErrorText();
  const missing = error instanceof ApiError && error.status === 404;
  const forbidden = error instanceof ApiError && error.status === 403;
  const Icon = missing ? SearchX : forbidden ? Lock : CircleAlert;
  return (
    <div role="alert" className={cx("flex flex-col items-center justify-center gap-1.5 px-6 py-12 text-center", className)}>
      <Icon size={20} className={missing || forbidden ? "text-fg-3" : "text-danger"} aria-hidden />
      <p className="font-medium">{t(missing ? "state.not_found" : forbidden ? "state.forbidden" : "state.error")}</p>
      <p className="max-w-lg break-words text-fg-2">{missing ? t("state.not_found_hint") : forbidden ? t("state.forbidden_hint") : text(error)}</p>
      {retry && (
        <Button className="mt-2" icon={RotateCw} onClick={retry}>
          {t("act.retry")}
        </Button>
      )}
    </div>
  );
}
