import type { FormEvent, ReactNode } from "react";
import { useSpeech } from "@/messages";
import { Button } from "./button";
import { useErrorText } from "./states";

interface DialogFormProps {
  onSubmit: () => void;
  onCancel: () => void;
  /** What the button says that sends it. */
  send: string;
  /** Can it not be sent as it is, or now? */
  disabled?: boolean;
  error?: unknown;
  children: ReactNode;
}

/** What stands in a dialog to be filled in: fields, what went wrong, and the two ways out. */
export function DialogForm({ onSubmit, onCancel, send, disabled, error, children }: DialogFormProps) {
  const { t } = useSpeech();
  const text = useErrorText();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3.5">
      {children}
      {error ? <p role="alert" className="wrap-anywhere text-danger">{text(error)}</p> : null}
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>{t("act.cancel")}</Button>
        <Button type="submit" look="primary" disabled={disabled}>
          {send}
        </Button>
      </div>
    </form>
  );
}
