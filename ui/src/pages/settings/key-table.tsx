/** Keys in a table, made and revoked: a project's and an organisation's alike. */
import { KeyRound, Plus } from "lucide-react";
import { type ReactNode, useState } from "react";
import { DAY } from "@/lib/time";
import { useSpeech } from "@/messages";
import { Ago } from "@/parts/figures";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { CopyButton } from "@/ui/copy";
import { useRemoval, useRemoved } from "@/ui/removal";
import { ShortTable } from "@/ui/short-table";
import { Empty } from "@/ui/states";
import { Loaded, Section } from "./section";

interface Listed {
  id: string;
  public_key: string;
  secret_hint: string;
  note: string;
  last_used_at: number;
  expires_at: number;
}

interface KeySectionProps<K extends Listed> {
  title: string;
  lead: string;
  /** What is said where there is none. */
  none: string;
  query: { data: { items: readonly K[] } | undefined; error: unknown; isPending: boolean; refetch: () => unknown };
  /** Where keys differ in what they may. */
  scopeOf?: (key: K) => string;
  editable: boolean;
  onNew: () => void;
  revoke: (id: string) => Promise<unknown>;
  children: ReactNode;
}

export function KeySection<K extends Listed>({ title, lead, none, query, scopeOf, editable, onNew, revoke, children }: KeySectionProps<K>) {
  const { t } = useSpeech();
  const removed = useRemoved();
  const make = editable && (
    <Button look="primary" icon={Plus} onClick={onNew}>
      {t("apikey.new")}
    </Button>
  );
  return (
    <Section title={title} lead={lead} tools={make}>
      <Loaded query={query}>
        {(all) => {
          const items = all.items.filter((one) => !removed.has(one.id));
          return items.length === 0 ? (
            <div className="card">
              <Empty icon={KeyRound} title={none}>
                {make}
              </Empty>
            </div>
          ) : (
            <KeyTable keys={items} scopeOf={scopeOf} revoke={editable ? revoke : undefined} />
          );
        }}
      </Loaded>
      {children}
    </Section>
  );
}

interface KeyTableProps<K extends Listed> {
  keys: readonly K[];
  scopeOf?: (key: K) => string;
  revoke?: (id: string) => Promise<unknown>;
}

function KeyTable<K extends Listed>({ keys, scopeOf, revoke }: KeyTableProps<K>) {
  const { t } = useSpeech();
  return (
    <ShortTable
      heads={[
        { key: "public", label: t("apikey.public") },
        { key: "secret", label: t("apikey.secret"), className: "max-sm:hidden" },
        { key: "note", label: t("apikey.note") },
        ...(scopeOf ? [{ key: "scope", label: t("apikey.scope"), className: "max-sm:hidden" }] : []),
        { key: "used", label: t("apikey.last_used"), className: "max-sm:hidden" },
        { key: "expires", label: t("apikey.expires"), className: "max-md:hidden" },
        { key: t("apikey.revoke"), label: "" },
      ]}
    >
      {keys.map((key) => (
        <tr key={key.id}>
          <td>
            <span className="flex items-center gap-1 font-mono text-xs whitespace-nowrap">
              <span title={key.public_key} className="truncate max-sm:max-w-24">{key.public_key}</span>
              <CopyButton text={key.public_key} />
            </span>
          </td>
          <td className="font-mono text-xs whitespace-nowrap text-fg-2 max-sm:hidden">…{key.secret_hint}</td>
          <td className="max-w-60 truncate text-fg-2 max-sm:max-w-24" title={key.note}>{key.note}</td>
          {scopeOf && <td className="whitespace-nowrap max-sm:hidden">{scopeOf(key)}</td>}
          <td className="whitespace-nowrap text-fg-2 max-sm:hidden">{key.last_used_at ? <Ago at={key.last_used_at} /> : t("apikey.unused")}</td>
          <td className="whitespace-nowrap text-fg-2 max-md:hidden">
            <Expiry at={key.expires_at} />
          </td>
          <td className="text-right">{revoke && <Revoke of={key} revoke={revoke} />}</td>
        </tr>
      ))}
    </ShortTable>
  );
}

/** With a way back for some seconds: an application that still needs the pair may be remembered only now. */
function Revoke({ of, revoke }: { of: Listed; revoke: (id: string) => Promise<unknown> }) {
  const { t, f } = useSpeech();
  const leave = useRemoval();
  const name = of.note || of.public_key;
  const text = of.last_used_at ? t("apikey.revoked_used", { key: name, ago: f.ago(of.last_used_at) }) : t("apikey.revoked", { key: name });
  return (
    <Button small look="danger" onClick={() => leave({ ids: [of.id], text, run: () => revoke(of.id) })}>
      {t("apikey.revoke")}
    </Button>
  );
}

function Expiry({ at }: { at: number }) {
  const { t, f } = useSpeech();
  const [now] = useState(() => Date.now() * 1000);
  if (!at) return t("apikey.never");
  const left = at - now;
  if (left < 0) return <Badge tone="danger">{t("apikey.expired")}</Badge>;
  return <span title={f.fullTime(at)}>{t("apikey.in_days", { n: Math.ceil(left / DAY) })}</span>;
}
