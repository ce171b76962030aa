/** What belongs to the organisation, for its owners: keys by which programs run it. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { KeyRound } from "lucide-react";
import { ApiError } from "@/api/client";
import { createOrganisationKey, revokeOrganisationKey } from "@/api/mutations";
import * as ask from "@/api/queries";
import { useMe } from "@/app/me";
import { useSpeech } from "@/messages";
import { KeyForm } from "@/parts/new-key";
import { Empty } from "@/ui/states";
import { KeySection } from "./key-table";
import { Section } from "./section";

const route = getRouteApi("/inside/project/$projectId/settings/organisation");

export function OrganisationPage() {
  const { t } = useSpeech();
  const { projectId } = route.useParams();
  const organisation = useMe().organisations.find((one) => one.projects.some((project) => project.id === projectId));
  const id = organisation?.id ?? "";
  const query = useQuery(ask.organisationKeys(id));
  const client = useQueryClient();
  const navigate = route.useNavigate();
  const making = route.useSearch().new === "1";
  const setMaking = (on: boolean) => void navigate({ search: on ? { new: "1" } : {}, replace: true });
  const changed = () => client.invalidateQueries(ask.organisationKeys(id));
  if (query.error instanceof ApiError && (query.error.status === 403 || query.error.status === 404)) {
    return (
      <Section title={t("set.organisation_keys")}>
        <div className="card">
          <Empty icon={KeyRound} title={t("set.organisation_owners")} />
        </div>
      </Section>
    );
  }
  return (
    <KeySection
      title={t("set.organisation_keys")}
      lead={t("set.organisation_lead", { name: organisation?.name ?? "" })}
      none={t("set.organisation_none")}
      query={query}
      editable={query.data !== undefined}
      onNew={() => setMaking(true)}
      revoke={(key) => revokeOrganisationKey(id, key).then(changed)}
    >
      {making && query.data && (
        <KeyForm
          projectId={projectId}
          hint={t("set.organisation_note_hint")}
          create={(asked) => createOrganisationKey(id, asked)}
          onMade={changed}
          onClose={() => setMaking(false)}
        />
      )}
    </KeySection>
  );
}
