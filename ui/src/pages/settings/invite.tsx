/** Gives a person a place, and shows the link by which a newcomer gets in, this once. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { invite } from "@/api/mutations";
import * as ask from "@/api/queries";
import type { Invited } from "@/api/types";
import type { Decides, Reach, Role } from "@/lib/members";
import { useSpeech } from "@/messages";
import { Button } from "@/ui/button";
import { CodeBlock } from "@/ui/copy";
import { Dialog } from "@/ui/dialog";
import { DialogForm } from "@/ui/dialog-form";
import { Field, Input, Select } from "@/ui/field";

interface InviteProps {
  projectId: string;
  may: Decides;
  onClose: () => void;
}

export function Invite({ projectId, may, onClose }: InviteProps) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("member");
  const [reach, setReach] = useState<Reach>("project");
  const give = useMutation({
    mutationFn: () => invite(projectId, { email: email.trim(), name: name.trim(), role, reach }),
    onSuccess: () => client.invalidateQueries(ask.members(projectId)),
  });
  if (give.data) return <Added told={give.data} onClose={onClose} />;
  return (
    <Dialog open onClose={onClose} title={t("members.invite")} lead={t("members.invite_lead")}>
      <DialogForm onSubmit={() => give.mutate()} onCancel={onClose} send={t("members.invite")} disabled={give.isPending} error={give.error}>
        <Field label={t("set.email")}>
          {(ids) => <Input {...ids} type="email" required maxLength={320} value={email} onChange={(event) => setEmail(event.target.value)} />}
        </Field>
        <Field label={t("set.name")}>{(ids) => <Input {...ids} maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />}</Field>
        <Field label={t("set.role")} hint={t(`members.means.${role}`)}>
          {(ids) => (
            <Select {...ids} value={role} onChange={(event) => setRole(may.roles.find((one) => one === event.target.value) ?? role)}>
              {may.roles.map((one) => (
                <option key={one} value={one}>
                  {t(`role.${one}`)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label={t("members.reach")}>
          {(ids) => (
            <Select {...ids} value={reach} onChange={(event) => setReach(may.reaches.find((one) => one === event.target.value) ?? reach)}>
              {may.reaches.map((one) => (
                <option key={one} value={one}>
                  {t(`members.reach.${one}`)}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </DialogForm>
    </Dialog>
  );
}

function Added({ told: { member, link }, onClose }: { told: Invited; onClose: () => void }) {
  const { t } = useSpeech();
  const name = member.name || member.email;
  return (
    <Dialog open onClose={onClose} title={t("members.added", { name })} lead={link ? undefined : t("members.added_text")}>
      {link && (
        <>
          <h3 className="mb-1.5 text-xs font-medium text-fg-2">{t("members.link")}</h3>
          <CodeBlock code={link} />
          <p className="mt-1.5 text-fg-2">{t("members.link_text", { name })}</p>
        </>
      )}
      <div className="mt-4 flex justify-end">
        <Button look="primary" onClick={onClose}>
          {t("act.close")}
        </Button>
      </div>
    </Dialog>
  );
}
