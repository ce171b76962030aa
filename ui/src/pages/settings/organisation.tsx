/** What belongs to the organisation, for its owners: keys by which programs run it. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import { ApiError } from "@/api/client";
import { createOrganisationKey, revokeOrganisationKey } from "@/api/mutations";
import * as ask from "@/api/queries";
import type { OrganisationKey } from "@/api/types";
import { useMe } from "@/app/me";
import { DAY } from "@/lib/time";
import { useSpeech } from "@/messages";
import { Ago } from "@/parts/figures";
import { Lives, Made } from "@/parts/new-key";
import { Button } from "@/ui/button";
import { CopyButton } from "@/ui/copy";
import { Dialog } from "@/ui/dialog";
import { Field, Input } from "@/ui/field";
import { useRemoval, useRemoved } from "@/ui/removal";
import { Empty, useErrorText } from "@/ui/states";
import { Expiry } from "./keys";
import { Loaded, Section, Sheet } from "./section";

const route = getRouteApi("/inside/project/$projectId/settings/organisation");

export function OrganisationPage() {
  const { t } = useSpeech();
  const { projectId } = route.useParams();
  const organisation = useMe().organisations.find((one) => one.projects.some((project) => project.id === projectId));
  const id = organisation?.id ?? "";
  const query = useQuery(ask.organisationKeys(id));
  const navigate = route.useNavigate();
  const making = route.useSearch().new === "1";
  const setMaking = (on: boolean) => void navigate({ search: on ? { new: "1" } : {}, replace: true });
  const removed = useRemoved();
  const revoke = useRevoke(id);
  if (query.error instanceof ApiError && (query.error.status === 403 || query.error.status === 404)) {
    return (
      <Section title={t("set.organisation_keys")}>
        <div className="card">
          <Empty icon={KeyRound} title={t("set.organisation_owners")} />
        </div>
      </Section>
    );
  }
  const make = (
    <Button look="primary" icon={Plus} onClick={() => setMaking(true)}>
      {t("apikey.new")}
    </Button>
  );
  return (
    <Section title={t("set.organisation_keys")} lead={t("set.organisation_lead", { name: organisation?.name ?? "" })} tools={query.data && make}>
      <Loaded query={query}>
        {(all) => {
          const items = all.items.filter((one) => !removed.has(one.id));
          return items.length === 0 ? (
            <div className="card">
              <Empty icon={KeyRound} title={t("set.organisation_none")}>
                {make}
              </Empty>
            </div>
          ) : (
            <Sheet
              heads={[
                { key: "public", label: t("apikey.public") },
                { key: "secret", label: t("apikey.secret") },
                { key: "note", label: t("apikey.note") },
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
                  <td className="whitespace-nowrap text-fg-2">{key.last_used_at ? <Ago at={key.last_used_at} /> : t("apikey.unused")}</td>
                  <td className="whitespace-nowrap text-fg-2">
                    <Expiry at={key.expires_at} />
                  </td>
                  <td className="text-right">
                    <Button small look="danger" onClick={() => revoke(key)}>
                      {t("apikey.revoke")}
                    </Button>
                  </td>
                </tr>
              ))}
            </Sheet>
          );
        }}
      </Loaded>
      {making && query.data && <NewOrganisationKey id={id} projectId={projectId} onClose={() => setMaking(false)} />}
    </Section>
  );
}

function useRevoke(id: string): (key: OrganisationKey) => void {
  const { t, f } = useSpeech();
  const client = useQueryClient();
  const leave = useRemoval();
  return (key) => {
    const name = key.note || key.public_key;
    leave({
      ids: [key.id],
      text: key.last_used_at ? t("apikey.revoked_used", { key: name, ago: f.ago(key.last_used_at) }) : t("apikey.revoked", { key: name }),
      run: () => revokeOrganisationKey(id, key.id).then(() => client.invalidateQueries(ask.organisationKeys(id))),
    });
  };
}

function NewOrganisationKey({ id, projectId, onClose }: { id: string; projectId: string; onClose: () => void }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const errorText = useErrorText();
  const [note, setNote] = useState("");
  const [days, setDays] = useState(0);
  const make = useMutation({
    mutationFn: () => createOrganisationKey(id, { note: note.trim(), expires_at: days ? Date.now() * 1000 + days * DAY : 0 }),
    onSuccess: () => client.invalidateQueries(ask.organisationKeys(id)),
  });
  if (make.data) return <Made projectId={projectId} made={make.data} onClose={onClose} />;
  return (
    <Dialog open onClose={onClose} title={t("apikey.new")}>
      <form
        className="flex flex-col gap-3.5"
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate();
        }}
      >
        <Field label={t("apikey.note")} hint={t("set.organisation_note_hint")}>
          {(ids) => <Input {...ids} value={note} maxLength={200} onChange={(event) => setNote(event.target.value)} />}
        </Field>
        <Lives days={days} onChange={setDays} />
        {make.error && (
          <p role="alert" className="text-danger">
            {errorText(make.error)}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("act.cancel")}</Button>
          <Button type="submit" look="primary" disabled={make.isPending}>
            {t("act.create")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
