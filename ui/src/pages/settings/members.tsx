import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import * as ask from "@/api/queries";
import { useSpeech } from "@/messages";
import { Loaded, Section, Sheet } from "./section";

const route = getRouteApi("/inside/project/$projectId/settings/members");

export function MembersPage() {
  const { t } = useSpeech();
  const { projectId } = route.useParams();
  const query = useQuery(ask.members(projectId));
  return (
    <Section title={t("set.members")} lead={t("members.lead")}>
      <Loaded query={query}>
        {({ items }) => (
          <Sheet
            heads={[
              { key: "name", label: t("set.name") },
              { key: "email", label: t("set.email") },
              { key: "role", label: t("set.role") },
            ]}
          >
            {items.map((one) => (
              <tr key={one.user_id}>
                <td className="font-medium whitespace-nowrap">{one.name || "–"}</td>
                <td className="whitespace-nowrap text-fg-2">{one.email}</td>
                <td className="whitespace-nowrap">{t(`role.${one.role}`)}</td>
              </tr>
            ))}
          </Sheet>
        )}
      </Loaded>
    </Section>
  );
}
