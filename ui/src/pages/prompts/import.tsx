/** Prompts from a file: ours, Langfuse's, Prompty, or LangChain's. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { FileUp } from "lucide-react";
import { useRef } from "react";
import { importPrompt, promptsChanged } from "@/api/prompts";
import { useSpeech } from "@/messages";
import { Button } from "@/ui/button";
import { useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";

export function Import({ projectId }: { projectId: string }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const navigate = useNavigate();
  const text = useErrorText();
  const chooser = useRef<HTMLInputElement>(null);
  const bring = useMutation({
    mutationFn: async (file: File) => importPrompt(projectId, { text: await file.text(), filename: file.name, name: "" }),
    onSuccess: async ({ items }) => {
      const last = items.at(-1)!;
      const fresh = items.filter((one) => one.is_new).length;
      toast(fresh ? t("prompt.imported", { n: fresh, name: last.name }) : t("prompt.imported_same", { name: last.name }));
      await promptsChanged(client, projectId);
      await navigate({ to: "/project/$projectId/prompts/$name", params: { projectId, name: last.name }, search: { version: last.version } });
    },
    onError: (error) => toast(text(error), "danger"),
  });
  return (
    <>
      <input
        ref={chooser}
        type="file"
        accept=".json,.prompty,application/json"
        aria-label={t("prompt.import")}
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          const chosen = event.target.files?.[0];
          event.target.value = "";
          if (chosen) bring.mutate(chosen);
        }}
      />
      <Button icon={FileUp} disabled={bring.isPending} onClick={() => chooser.current?.click()} aria-label={t("prompt.import")} title={t("prompt.import_hint")} className="max-sm:px-2!">
        <span className="max-sm:hidden">{t("prompt.import")}</span>
      </Button>
    </>
  );
}
