import { useMutation, useQueryClient } from "@tanstack/react-query";
import { deletePrice } from "@/api/mutations";
import type { Price } from "@/api/types";
import { useSpeech } from "@/messages";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { useErrorText } from "@/ui/states";

export function DeletePrice({ projectId, price, onClose }: { projectId: string; price: Price; onClose: () => void }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const errorText = useErrorText();
  const remove = useMutation({
    mutationFn: () => deletePrice(projectId, price.id),
    onSuccess: async () => {
      onClose();
      await client.invalidateQueries({ queryKey: [projectId, "prices"] });
    },
  });
  return (
    <Dialog open onClose={onClose} title={t("price.delete_title")}>
      <p className="wrap-anywhere text-fg-2">{t("price.delete_text", { pattern: price.pattern })}</p>
      {remove.error && (
        <p role="alert" className="mt-2 text-danger">
          {errorText(remove.error)}
        </p>
      )}
      <div className="mt-4 flex justify-end gap-2">
        <Button onClick={onClose}>{t("act.cancel")}</Button>
        <Button look="danger" disabled={remove.isPending} onClick={() => remove.mutate()}>
          {t("act.delete")}
        </Button>
      </div>
    </Dialog>
  );
}
