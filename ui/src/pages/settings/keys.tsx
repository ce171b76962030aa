import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { revokeKey } from "@/api/mutations";
import * as ask from "@/api/queries";
import { useRights } from "@/app/me";
import { useSpeech } from "@/messages";
import { NewKey } from "@/parts/new-key";
import { KeySection } from "./key-table";

const route = getRouteApi("/inside/project/$projectId/settings/keys");

export function KeysPage() {
  const { t } = useSpeech();
  const { projectId } = route.useParams();
  const { manage } = useRights(projectId);
  const client = useQueryClient();
  const navigate = route.useNavigate();
  const making = route.useSearch().new === "1";
  const setMaking = (on: boolean) => void navigate({ search: on ? { new: "1" } : {}, replace: true });
  return (
    <KeySection
      title={t("set.keys")}
      lead={t("apikey.lead")}
      none={t("apikey.none")}
      query={useQuery(ask.keys(projectId))}
      scopeOf={(key) => t(`apikey.scope.${key.scope}`)}
      editable={manage}
      onNew={() => setMaking(true)}
      revoke={(id) => revokeKey(projectId, id).then(() => client.invalidateQueries(ask.keys(projectId)))}
    >
      {making && manage && <NewKey projectId={projectId} onClose={() => setMaking(false)} />}
    </KeySection>
  );
}
