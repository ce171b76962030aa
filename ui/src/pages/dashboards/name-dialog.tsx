import { useState } from "react";
import { useSpeech } from "@/messages";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, Input } from "@/ui/field";

interface NameDialogProps {
  title: string;
  name: string;
  onSave: (name: string) => void;
  onClose: () => void;
}

export function NameDialog({ title, name, onSave, onClose }: NameDialogProps) {
  const { t } = useSpeech();
  const [text, setText] = useState(name);
  return (
    <Dialog open onClose={onClose} title={title}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          onSave(text.trim());
          onClose();
        }}
      >
        <Field label={t("dash.name")}>
          {(ids) => <Input {...ids} value={text} maxLength={100} onChange={(event) => setText(event.target.value)} />}
        </Field>
        <Button type="submit" look="primary" disabled={!text.trim()} className="self-end">{t("act.save")}</Button>
      </form>
    </Dialog>
  );
}
