/** Tags of a prompt, which belong to its name. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Pencil, X } from "lucide-react";
import { type FormEvent, useState } from "react";
import { type PromptDetail, promptsChanged, setPromptTags } from "@/api/prompts";
import { useRights } from "@/app/me";
import { useSpeech } from "@/messages";
import { Badge } from "@/ui/badge";
import { Button, IconButton } from "@/ui/button";
import { Input } from "@/ui/field";
import { Popover } from "@/ui/popover";
import { useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";

export function Tags({ projectId, prompt }: { projectId: string; prompt: PromptDetail }) {
  const { t } = useSpeech();
  const { edit } = useRights(projectId);
  const client = useQueryClient();
  const text = useErrorText();
  const [fresh, setFresh] = useState("");
  const put = useMutation({
    mutationFn: (tags: string[]) => setPromptTags(projectId, prompt.name, tags),
    onSuccess: () => promptsChanged(client, projectId),
    onError: (error) => toast(text(error), "danger"),
  });
  const add = (event: FormEvent) => {
    event.preventDefault();
    if (!fresh.trim()) return;
    put.mutate([...prompt.tags, fresh.trim()]);
    setFresh("");
  };
  return (
    <span className="flex min-w-0 items-center gap-1 overflow-hidden">
      {prompt.tags.map((one) => (
        <Link key={one} to="/project/$projectId/prompts" params={{ projectId }} search={{ tag: one }} className="min-w-0 rounded">
          <Badge>{one}</Badge>
        </Link>
      ))}
      {edit && (
        <Popover label={t("prompt.tags")} align="start" trigger={<Button small look="ghost" icon={Pencil}>{t("prompt.edit_tags")}</Button>}>
          <div className="flex w-60 flex-col gap-2">
            <ul className="flex flex-wrap gap-1">
              {prompt.tags.map((one) => (
                <li key={one} className="flex max-w-full items-center">
                  <Badge>{one}</Badge>
                  <IconButton small icon={X} label={t("prompt.remove_tag", { tag: one })} onClick={() => put.mutate(prompt.tags.filter((each) => each !== one))} />
                </li>
              ))}
            </ul>
            <form onSubmit={add} className="flex gap-2">
              <Input aria-label={t("prompt.new_tag")} placeholder={t("prompt.new_tag")} maxLength={100} value={fresh} onChange={(event) => setFresh(event.target.value)} />
              <Button type="submit" disabled={!fresh.trim() || put.isPending}>{t("prompt.add")}</Button>
            </form>
          </div>
        </Popover>
      )}
    </span>
  );
}
