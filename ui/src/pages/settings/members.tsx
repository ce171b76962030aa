import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { UserRoundPlus, X } from "lucide-react";
import { changeRole, removeMember } from "@/api/mutations";
import * as ask from "@/api/queries";
import type { Member } from "@/api/types";
import { useMe } from "@/app/me";
import { type Decides, type Role, decides } from "@/lib/members";
import { useSpeech } from "@/messages";
import { Button, IconButton } from "@/ui/button";
import { Select } from "@/ui/field";
import { useRemoval, useRemoved } from "@/ui/removal";
import { ShortTable } from "@/ui/short-table";
import { useErrorText } from "@/ui/states";
import { toast, toastUndo } from "@/ui/toast";
import { Invite } from "./invite";
import { Loaded, Section } from "./section";

const route = getRouteApi("/inside/project/$projectId/settings/members");

export function MembersPage() {
  const { t } = useSpeech();
  const { projectId } = route.useParams();
  const me = useMe();
  const query = useQuery(ask.members(projectId));
  const removed = useRemoved();
  const navigate = route.useNavigate();
  const inviting = route.useSearch().new === "1";
  const setInviting = (on: boolean) => void navigate({ search: on ? { new: "1" } : {}, replace: true });
  const may = decides(query.data?.items ?? [], me.id);
  const invite = may.reaches.length > 0 && (
    <Button look="primary" icon={UserRoundPlus} onClick={() => setInviting(true)}>
      {t("members.invite")}
    </Button>
  );
  return (
    <Section title={t("set.members")} lead={t("members.lead")} tools={invite}>
      <Loaded query={query}>
        {({ items }) => (
          <ShortTable
            heads={[
              { key: "name", label: t("set.name") },
              { key: "email", label: t("set.email"), className: "max-sm:hidden" },
              { key: "reach", label: t("members.reach"), className: "max-sm:hidden" },
              { key: "role", label: t("set.role") },
              { key: t("act.delete"), label: "" },
            ]}
          >
            {items
              .filter((one) => !removed.has(one.user_id))
              .map((one) => (
                <MemberRow key={one.user_id} projectId={projectId} member={one} isMe={one.user_id === me.id} may={may} />
              ))}
          </ShortTable>
        )}
      </Loaded>
      {inviting && may.reaches.length > 0 && <Invite projectId={projectId} may={may} onClose={() => setInviting(false)} />}
    </Section>
  );
}

interface MemberRowProps {
  projectId: string;
  member: Member;
  isMe: boolean;
  may: Decides;
}

function MemberRow({ projectId, member, isMe, may }: MemberRowProps) {
  const { t } = useSpeech();
  const acts = useMemberActs(projectId, member);
  const about = may.about(member);
  return (
    <tr>
      <td className="font-medium whitespace-nowrap">
        {member.name || "–"}
        {isMe && <span className="ml-1.5 font-normal text-fg-3">({t("members.you")})</span>}
        <span className="block max-w-28 truncate text-xs font-normal text-fg-2 sm:hidden">{member.email}</span>
      </td>
      <td className="whitespace-nowrap text-fg-2 max-sm:hidden">{member.email}</td>
      <td className="whitespace-nowrap text-fg-2 max-sm:hidden">{t(`members.reach.${member.reach}`)}</td>
      <td className="whitespace-nowrap">
        {about ? (
          <Select
            aria-label={t("members.role_of", { name: acts.name })}
            value={member.role}
            onChange={(event) => acts.change(may.roles.find((one) => one === event.target.value) ?? member.role)}
            className="w-auto!"
          >
            {may.roles.map((role) => (
              <option key={role} value={role} title={t(`members.means.${role}`)}>
                {t(`role.${role}`)}
              </option>
            ))}
          </Select>
        ) : (
          <span title={may.isLastOwner(member) ? t("members.last_owner") : t(`members.means.${member.role}`)}>{t(`role.${member.role}`)}</span>
        )}
      </td>
      <td className="text-right">{about && <IconButton small icon={X} label={t("members.remove", { name: acts.name })} onClick={acts.remove} />}</td>
    </tr>
  );
}

/** A new role counts at once, and can be taken back; a place is taken away when the time to undo is over. */
function useMemberActs(projectId: string, member: Member) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const errorText = useErrorText();
  const leave = useRemoval();
  const name = member.name || member.email;
  const refresh = () => Promise.all([client.invalidateQueries(ask.members(projectId)), client.invalidateQueries(ask.me)]);
  const set = (role: Role) => {
    client.setQueryData(ask.members(projectId).queryKey, (old) => old && { items: old.items.map((one) => (one.user_id === member.user_id ? { ...one, role } : one)) });
    return changeRole(projectId, member.user_id, role)
      .catch((error: unknown) => {
        toast(t("members.role_kept", { reason: errorText(error) }), "danger");
        return null;
      })
      .finally(refresh);
  };
  return {
    name,
    change: (role: Role) => {
      const back = () => void set(member.role);
      void set(role).then((done) => done && toastUndo(t("members.role_now", { name, role: t(`role.${role}`) }), t("act.undo"), () => undefined, back));
    },
    remove: () =>
      leave({
        ids: [member.user_id],
        text: t("members.removed", { name }),
        run: () => removeMember(projectId, member.user_id).then(refresh),
      }),
  };
}
