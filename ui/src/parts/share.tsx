/** Letting anybody read a trace or a session who has its link. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Globe, Share2 } from "lucide-react";
import { useState } from "react";
import * as talk from "@/api/talk";
import { useRights } from "@/app/me";
import { useSpeech } from "@/messages";
import { Button } from "@/ui/button";
import { CopyButton } from "@/ui/copy";
import { cx } from "@/ui/cx";
import { Input } from "@/ui/field";
import { Popover } from "@/ui/popover";
import { useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";

export function Share({ projectId, subject }: { projectId: string; subject: talk.Subject }) {
  const { t } = useSpeech();
  const text = useErrorText();
  const client = useQueryClient();
  const { edit } = useRights(projectId);
  const [open, setOpen] = useState(false);
  const query = talk.sharing(projectId, subject);
  const { data } = useQuery(query);
  const change = useMutation({
    mutationFn: (shared: boolean) => talk.share(projectId, subject, shared),
    onSuccess: (now) => client.setQueryData(query.queryKey, now),
    onError: (error) => toast(text(error), "danger"),
  });
  const shared = data?.shared ?? false;
  const address = data ? `${window.location.origin}/share/${data.token}` : "";
  return (
    <Popover
      label={t("share.title")}
      open={open}
      onOpenChange={setOpen}
      className="w-88 max-w-[calc(100vw-1rem)]"
      trigger={
        <Button look="ghost" icon={shared ? Globe : Share2} aria-label={t(shared ? "share.is_public" : "share.title")} title={t("share.title")} className={cx("px-2!", shared && "text-warn!")}>
          {shared && <span className="text-xs max-sm:sr-only">{t("share.is_public")}</span>}
        </Button>
      }
    >
      <div className="flex flex-col gap-2.5">
        <h2 className="text-sm font-semibold">{t("share.title")}</h2>
        <label className={cx("flex items-center gap-2", edit && "cursor-pointer")}>
          <input
            type="checkbox"
            role="switch"
            aria-checked={shared}
            checked={shared}
            disabled={!edit || !data || change.isPending}
            onChange={(event) => change.mutate(event.target.checked)}
            className="accent-(--accent)"
          />
          {t("share.switch")}
        </label>
        <p className={cx("text-xs", shared ? "rounded-md bg-warn-soft px-2 py-1.5 text-warn" : "text-fg-2")}>
          {t(shared ? "share.on" : "share.off")} {shared && "session_id" in subject && t("share.session_hint")} {shared && t("share.none_else")}
        </p>
        {!edit && <p className="text-xs text-fg-3">{t("share.needs")}</p>}
        {shared && (
          <div className="flex items-center gap-1">
            <Input readOnly aria-label={t("share.link")} value={address} onFocus={(event) => event.target.select()} className="min-w-0 flex-1 font-mono text-xs" />
            <CopyButton text={address} label={t("share.copy")} />
          </div>
        )}
      </div>
    </Popover>
  );
}
