import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Pencil, Plus, Search, Trash2 } from "lucide-react";
import { useEffect, useState } from "react";
import { deletePrice } from "@/api/mutations";
import * as ask from "@/api/queries";
import type { Price, SeenModel } from "@/api/types";
import { useRights } from "@/app/me";
import type { PricesSearch } from "@/lib/search";
import { inOrder, isBucket } from "@/lib/usage";
import { type Key, useSpeech } from "@/messages";
import { Cost } from "@/parts/figures";
import { useRange } from "@/parts/range";
import { RangePicker } from "@/parts/range-picker";
import { Badge } from "@/ui/badge";
import { Button, IconButton } from "@/ui/button";
import { Input } from "@/ui/field";
import { useRemoval, useRemoved } from "@/ui/removal";
import { ShortTable } from "@/ui/short-table";
import { Empty } from "@/ui/states";
import { type Draft, PriceForm, draftOf } from "./price-form";
import { Reprice } from "./reprice";
import { Loaded, Section } from "./section";

const route = getRouteApi("/inside/project/$projectId/settings/models");
const TONES = { reported: "accent", override: "accent", catalogue: "neutral", estimated: "warn", unpriced: "warn", "": "neutral" } as const;

export function ModelsPage() {
  const { t } = useSpeech();
  const { projectId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { manage } = useRights(projectId);
  const range = useRange(projectId, search);
  const [draft, setDraft] = useState<Draft | null>(null);
  const client = useQueryClient();
  const leave = useRemoval();
  const [repricing, setRepricing] = useState(false);
  const set = (change: Partial<PricesSearch>) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
  const remove = ({ id, pattern }: Price) =>
    leave({
      ids: [id],
      text: t("price.deleted", { pattern }),
      run: () => deletePrice(projectId, id).then(() => client.invalidateQueries({ queryKey: [projectId, "prices"] })),
    });
  const seen = useQuery(ask.models(projectId, { start: range.start, end: range.end }));
  return (
    <>
      <Section
        title={t("price.seen")}
        tools={
          <div className="flex flex-wrap items-center gap-2">
            {manage && <Button onClick={() => setRepricing(true)}>{t("price.reprice")}</Button>}
            <RangePicker range={range} onChange={(next) => set({ range: undefined, start: undefined, end: undefined, ...next })} />
          </div>
        }
      >
        <Loaded query={seen}>
          {({ items }) =>
            items.length === 0 ? (
              <div className="card">
                <Empty title={t("price.seen_none")} className="py-8!" />
              </div>
            ) : (
              <SeenModels items={items} onPrice={manage ? (model) => setDraft(draftOf(model)) : undefined} />
            )
          }
        </Loaded>
      </Section>
      {/* Below what is not there yet, it would be pushed away. */}
      <div className={seen.isPending ? "invisible" : undefined}>
        <PriceList
          projectId={projectId}
          search={search}
          set={set}
          onNew={manage ? () => setDraft(draftOf(null)) : undefined}
          onEdit={manage ? (price) => setDraft(draftOf(price)) : undefined}
          onDelete={manage ? remove : undefined}
        />
      </div>
      {draft && <PriceForm projectId={projectId} draft={draft} onClose={() => setDraft(null)} />}
      {repricing && <Reprice projectId={projectId} range={range} models={seen.data?.items ?? []} onClose={() => setRepricing(false)} />}
    </>
  );
}

function SeenModels({ items, onPrice }: { items: SeenModel[]; onPrice?: (model: SeenModel) => void }) {
  const { t, f } = useSpeech();
  return (
    <ShortTable
      heads={[
        { key: "model", label: t("col.model") },
        { key: "provider", label: t("price.provider") },
        { key: "calls", label: t("price.calls"), right: true },
        { key: "cost", label: t("col.cost"), right: true },
        { key: "source", label: t("price.source") },
        { key: t("cost.set_price"), label: "" },
      ]}
    >
      {items.map((one) => (
        <tr key={`${one.provider}/${one.model}/${one.cost_source}/${one.price_id}`}>
          <td className="font-medium whitespace-nowrap">{one.model || t("state.none")}</td>
          <td className="whitespace-nowrap text-fg-2">{one.provider}</td>
          <td className="text-right">{f.integer(one.calls)}</td>
          <td className="text-right">
            <Cost value={one.total_cost} />
          </td>
          <td className="whitespace-nowrap">
            <Badge tone={TONES[one.cost_source]}>{t(`cost.${one.cost_source || "none"}`)}</Badge>
            {one.price_id && <span className="ml-2 font-mono text-2xs text-fg-3">{one.price_id}</span>}
          </td>
          <td className="text-right">
            {onPrice && one.cost_source === "unpriced" && (
              <Button small onClick={() => onPrice(one)}>
                {t("cost.set_price")}
              </Button>
            )}
          </td>
        </tr>
      ))}
    </ShortTable>
  );
}

interface PriceListProps {
  projectId: string;
  search: PricesSearch;
  set: (change: Partial<PricesSearch>) => void;
  onNew?: () => void;
  onEdit?: (price: Price) => void;
  onDelete?: (price: Price) => void;
}

function PriceList({ projectId, search, set, onNew, onEdit, onDelete }: PriceListProps) {
  const { t } = useSpeech();
  const [text, setText] = useState(search.search ?? "");
  useEffect(() => {
    const timer = setTimeout(() => {
      if (text.trim() !== (search.search ?? "")) set({ search: text.trim() || undefined });
    }, 200);
    return () => clearTimeout(timer);
  });
  const query = useQuery(ask.prices(projectId, search.search ?? "", search.source ?? ""));
  const removed = useRemoved();
  const stays = (price: Price) => price.source !== "override" || !removed.has(price.id);
  return (
    <Section
      title={t("price.catalogue")}
      lead={t("price.per_million")}
      tools={
        <div className="flex flex-wrap items-center gap-3">
          <label className="flex cursor-pointer items-center gap-1.5">
            <input
              type="checkbox"
              checked={search.source === "override"}
              onChange={(event) => set({ source: event.target.checked ? "override" : undefined })}
              className="accent-(--accent)"
            />
            {t("price.mine_only")}
          </label>
          <div className="relative w-52">
            <Search size={14} aria-hidden className="absolute top-2.25 left-2.5 text-fg-3" />
            <Input data-filter type="search" aria-label={t("price.search")} placeholder={t("price.search")} value={text} onChange={(event) => setText(event.target.value)} className="pl-8" />
          </div>
          {onNew && (
            <Button look="primary" icon={Plus} onClick={onNew}>
              {t("price.new")}
            </Button>
          )}
        </div>
      }
    >
      <Loaded query={query}>
        {({ items, total }) =>
          items.length === 0 ? (
            <div className="card">
              <Empty title={t("price.none")} className="py-8!" />
            </div>
          ) : (
            <>
              <ShortTable
                heads={[
                  { key: "pattern", label: t("price.pattern") },
                  { key: "provider", label: t("price.provider") },
                  { key: "prices", label: t("price.per_million") },
                  { key: "source", label: t("price.source") },
                  { key: t("act.edit"), label: "" },
                ]}
              >
                {items.filter(stays).map((price) => (
                  <PriceRow key={`${price.source}/${price.id}/${price.valid_from}`} price={price} onEdit={onEdit} onDelete={onDelete} />
                ))}
              </ShortTable>
              <p className="mt-2 text-xs text-fg-3">{t("price.count", { n: total })}</p>
            </>
          )
        }
      </Loaded>
    </Section>
  );
}

interface PriceRowProps {
  price: Price;
  onEdit?: (price: Price) => void;
  onDelete?: (price: Price) => void;
}

function PriceRow({ price, onEdit, onDelete }: PriceRowProps) {
  const { t, f } = useSpeech();
  const bucketName = (bucket: string) => (isBucket(bucket) && bucket !== "total" ? t(`usage.${bucket}` as Key) : bucket);
  const own = price.source === "override";
  const money = (value: number) => (price.currency === "USD" ? f.money(value) : `${f.decimal(value, 4)} ${price.currency}`);
  return (
    <tr>
      <td className="max-w-64 min-w-36 font-mono text-xs wrap-anywhere">{price.pattern}</td>
      <td className="whitespace-nowrap text-fg-2">{price.provider}</td>
      <td className="py-1.5">
        <span className="flex flex-wrap gap-x-4 gap-y-0.5">
          {inOrder(Object.keys(price.prices)).map((bucket) => (
            <span key={bucket} className="whitespace-nowrap">
              <span className="text-xs text-fg-3">{bucketName(bucket)}</span> {money(price.prices[bucket]!)}
            </span>
          ))}
          {price.tiers.length > 0 && <Badge>{t("price.tiers")}</Badge>}
        </span>
        {price.note && (
          <span className="block max-w-md truncate text-xs text-fg-3" title={price.note}>
            {price.note}
          </span>
        )}
      </td>
      <td className="whitespace-nowrap">
        <Badge tone={own ? "accent" : "neutral"}>{t(own ? "cost.override" : "cost.catalogue")}</Badge>
        {price.valid_from > 0 && <span className="ml-2 text-xs text-fg-3">{f.day(price.valid_from)}</span>}
      </td>
      <td className="text-right whitespace-nowrap">
        {own && onEdit && <IconButton small icon={Pencil} label={t("act.edit")} onClick={() => onEdit(price)} />}
        {own && onDelete && <IconButton small icon={Trash2} label={t("act.delete")} onClick={() => onDelete(price)} />}
      </td>
    </tr>
  );
}
