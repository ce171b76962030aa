/** Providers whose models may be called, and what that may cost a day. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { PlugZap, Plus } from "lucide-react";
import { useState } from "react";
import * as ask from "@/api/playground";
import type { Connection } from "@/api/playground";
import { useRights } from "@/app/me";
import { useSpeech } from "@/messages";
import { Ago } from "@/parts/figures";
import { Button } from "@/ui/button";
import { Field, Input } from "@/ui/field";
import { useRemoval, useRemoved } from "@/ui/removal";
import { ShortTable } from "@/ui/short-table";
import { Empty, useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";
import { ConnectionForm } from "./connection-form";
import { Loaded, Section } from "./section";

const route = getRouteApi("/inside/project/$projectId/settings/connections");

export function ConnectionsPage() {
  const { t } = useSpeech();
  const { projectId } = route.useParams();
  const { edit } = useRights(projectId);
  const query = useQuery(ask.connections(projectId));
  const navigate = route.useNavigate();
  const making = route.useSearch().new === "1";
  const setMaking = (on: boolean) => void navigate({ search: on ? { new: "1" } : {}, replace: true });
  const [changing, setChanging] = useState<Connection | null>(null);
  const removed = useRemoved();
  const make = edit && (
    <Button look="primary" icon={Plus} onClick={() => setMaking(true)}>
      {t("conn.new")}
    </Button>
  );
  return (
    <>
      <Section title={t("conn.title")} lead={t("conn.lead")} tools={make}>
        <Loaded query={query}>
          {(all) => {
            const items = all.items.filter((one) => !removed.has(one.id));
            const names = new Map(all.providers.map((one) => [one.id, one.name]));
            return (
              <>
                {items.length === 0 ? (
                  <div className="card">
                    <Empty icon={PlugZap} title={t("conn.none")} hint={t("conn.none_hint")}>
                      {make}
                    </Empty>
                  </div>
                ) : (
                  <ShortTable
                    heads={[
                      { key: "name", label: t("conn.name") },
                      { key: "provider", label: t("conn.provider") },
                      { key: "key", label: t("conn.key"), className: "max-sm:hidden" },
                      { key: "models", label: t("conn.models"), className: "max-sm:hidden" },
                      { key: "changed", label: t("conn.changed"), className: "max-sm:hidden" },
                      { key: t("conn.change"), label: "" },
                    ]}
                  >
                    {items.map((one) => (
                      <tr key={one.id}>
                        <td className="max-w-48 truncate font-medium max-sm:max-w-28">{one.name}</td>
                        <td className="max-w-64 max-sm:max-w-24">
                          <span className="block truncate">{names.get(one.provider) ?? one.provider}</span>
                          {one.base_url && <span className="block truncate font-mono text-2xs text-fg-3">{one.base_url}</span>}
                        </td>
                        <td className="font-mono text-xs whitespace-nowrap text-fg-2 max-sm:hidden">{one.has_key ? `…${one.key_hint}` : t("conn.no_key")}</td>
                        <td className="max-w-56 truncate text-fg-2 max-sm:hidden" title={one.models.join(", ")}>{one.models.length ? one.models.join(", ") : t("conn.models_any")}</td>
                        <td className="whitespace-nowrap text-fg-2 max-sm:hidden">
                          <Ago at={one.updated_at} />
                        </td>
                        <td>
                          {edit && (
                            <span className="flex justify-end gap-1.5">
                              <Button small onClick={() => setChanging(one)}>
                                {t("conn.change")}
                              </Button>
                              <Delete projectId={projectId} connection={one} />
                            </span>
                          )}
                        </td>
                      </tr>
                    ))}
                  </ShortTable>
                )}
                {making && edit && <ConnectionForm projectId={projectId} providers={all.providers} connection={null} onClose={() => setMaking(false)} />}
                {changing && <ConnectionForm projectId={projectId} providers={all.providers} connection={changing} onClose={() => setChanging(null)} />}
              </>
            );
          }}
        </Loaded>
      </Section>
      <Budget projectId={projectId} />
    </>
  );
}

function Delete({ projectId, connection }: { projectId: string; connection: Connection }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const leave = useRemoval();
  return (
    <Button
      small
      look="danger"
      onClick={() =>
        leave({
          ids: [connection.id],
          text: t("conn.deleting", { name: connection.name }),
          run: () => ask.deleteConnection(projectId, connection.id).then(() => client.invalidateQueries(ask.connections(projectId))),
        })
      }
    >
      {t("conn.delete")}
    </Button>
  );
}

function Budget({ projectId }: { projectId: string }) {
  const { t, f } = useSpeech();
  const { manage } = useRights(projectId);
  const client = useQueryClient();
  const errorText = useErrorText();
  const query = useQuery(ask.budget(projectId));
  const [typed, setTyped] = useState<string | null>(null);
  const [error, setError] = useState("");
  const stored = query.data?.daily;
  const shown = typed ?? (stored === null || stored === undefined ? "" : String(stored));
  const save = async () => {
    const daily = shown.trim() === "" ? null : Number(shown);
    if (daily !== null && !(Number.isFinite(daily) && daily >= 0)) return setError(t("budget.wrong"));
    setError("");
    try {
      client.setQueryData(ask.budget(projectId).queryKey, await ask.setBudget(projectId, daily));
      setTyped(null);
      toast(t("budget.saved"));
    } catch (failure) {
      setError(errorText(failure));
    }
  };
  return (
    <Section title={t("budget.title")} lead={t("budget.lead")}>
      <Loaded query={query}>
        {(told) => (
          <form
            className="flex flex-wrap items-end gap-3"
            onSubmit={(event) => {
              event.preventDefault();
              void save();
            }}
          >
            <div className="w-48">
              <Field label={t("budget.daily")} hint={t("budget.daily_hint")} error={error}>
                {(ids) => <Input {...ids} inputMode="decimal" readOnly={!manage} value={shown} onChange={(event) => setTyped(event.target.value)} />}
              </Field>
            </div>
            {manage && (
              <Button type="submit" className="mb-5" disabled={typed === null}>
                {t("conn.save")}
              </Button>
            )}
            <p className="mb-6 text-fg-2">{t("budget.today", { cost: f.money(told.spent), n: told.calls })}</p>
          </form>
        )}
      </Loaded>
    </Section>
  );
}
