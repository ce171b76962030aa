import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import { revokeKey } from "@/api/mutations";
import * as ask from "@/api/queries";
import type { ApiKey } from "@/api/types";
import { useRights } from "@/app/me";
import { DAY } from "@/lib/time";
import { useSpeech } from "@/messages";
import { Ago } from "@/parts/figures";
import { NewKey } from "@/parts/new-key";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { CopyButton } from "@/ui/copy";
import { useRemoval, useRemoved } from "@/ui/removal";
import { Empty } from "@/ui/states";
import { Loaded, Section, Sheet } from "./section";

const route = getRouteApi("/inside/project/$projectId/settings/keys");

export function KeysPage() {
  const { t } = useSpeech();
  const { projectId } = route.useParams();
  const { manage } = useRights(projectId);
  const query = useQuery(ask.keys(projectId));
  const navigate = route.useNavigate();
  const making = route.useSearch().new === "1";
  const setMaking = (on: boolean) => void navigate({ search: on ? { new: "1" } : {}, replace: true });
  const revoke = useRevoke(projectId);
  const removed = useRemoved();
  const make = manage && (
    <Button look="primary" icon={Plus} onClick={() => setMaking(true)}>
      {t("apikey.new")}
    </Button>
  );
  return (
    <Section title={t("set.keys")} lead={t("apikey.lead")} tools={make}>
      <Loaded query={query}>
        {(all) => {
          const items = all.items.filter((one) => !removed.has(one.id));
          return items.length === 0 ? (
            <div className="card">
              <Empty icon={KeyRound} title={t("apikey.none")}>
                {make}
              </Empty>
            </div>
          ) : (
            <Sheet
              heads={[
                { key: "public", label: t("apikey.public") },
                { key: "secret", label: t("apikey.secret") },
                { key: "note", label: t("apikey.note") },
                { key: "scope", label: t("apikey.scope") },
                { key: "used", label: t("apikey.last_used") },
                { key: "expires", label: t("apikey.expires") },
                { key: t("apikey.revoke"), label: "" },
              ]}
            >
              {items.map((key) => (
                <tr key={key.id}>
                  <td>
                    <span className="flex items-center gap-1 font-mono text-xs whitespace-nowrap">
                      {key.public_key}
                      <CopyButton text={key.public_key} />
                    </span>
                  </td>
                  <td className="font-mono text-xs whitespace-nowrap text-fg-2">…{key.secret_hint}</td>
                  <td className="max-w-60 truncate text-fg-2">{key.note}</td>
                  <td className="whitespace-nowrap">{t(`apikey.scope.${key.scope}`)}</td>
                  <td className="whitespace-nowrap text-fg-2">{key.last_used_at ? <Ago at={key.last_used_at} /> : t("apikey.unused")}</td>
                  <td className="whitespace-nowrap text-fg-2">
                    <Expiry at={key.expires_at} />
                  </td>
                  <td className="text-right">
                    {manage && (
                      <Button small look="danger" onClick={() => revoke(key)}>
                        {t("apikey.revoke")}
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </Sheet>
          );
        }}
      </Loaded>
      {making && manage && <NewKey projectId={projectId} onClose={() => setMaking(false)} />}
    </Section>
  );
}

/** With a way back for some seconds: an application that still needs the pair may be remembered only now. */
function useRevoke(projectId: string): (key: ApiKey) => void {
  const { t, f } = useSpeech();
  const client = useQueryClient();
  const leave = useRemoval();
  return (key) => {
    const name = key.note || key.public_key;
    leave({
      ids: [key.id],
      text: key.last_used_at ? t("apikey.revoked_used", { key: name, ago: f.ago(key.last_used_at) }) : t("apikey.revoked", { key: name }),
      run: () => revokeKey(projectId, key.id).then(() => client.invalidateQueries(ask.keys(projectId))),
    });
  };
}

export function Expiry({ at }: { at: number }) {
  const { t, f } = useSpeech();
  const [now] = useState(() => Date.now() * 1000);
  if (!at) return t("apikey.never");
  const left = at - now;
  if (left < 0) return <Badge tone="danger">{t("apikey.expired")}</Badge>;
  return <span title={f.fullTime(at)}>{t("apikey.in_days", { n: Math.ceil(left / DAY) })}</span>;
}
