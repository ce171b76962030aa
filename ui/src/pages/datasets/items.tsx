/** Items of a data set: found by split, tag, state and words, and changed many at once. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { FileUp, ListChecks, SearchX, Shuffle } from "lucide-react";
import { type ReactNode, useState } from "react";
import { type DatasetDetail, type DatasetItem, datasetItems } from "@/api/datasets";
import { useRights } from "@/app/me";
import { type DatasetSearch, type ItemsWhere, NO_SPLIT, STATUSES, lineOf } from "@/lib/datasets";
import { choose } from "@/lib/selection";
import { type Key, useSpeech } from "@/messages";
import { Ago } from "@/parts/figures";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Input, Select } from "@/ui/field";
import { useLater } from "@/ui/later";
import { More } from "@/ui/more";
import { useRemoved } from "@/ui/removal";
import { ShortTable } from "@/ui/short-table";
import { Empty, Failure, Rows } from "@/ui/states";
import { Chosen } from "./chosen";
import { ExportMenu } from "./export";
import { itemKey } from "./removal";

interface ItemsProps {
  projectId: string;
  dataset: DatasetDetail;
  search: DatasetSearch;
  onSearch: (change: Partial<DatasetSearch>) => void;
  onOpen: (id: string) => void;
}

const NOTHING: ReadonlySet<string> = new Set();

export function Items({ projectId, dataset, search, onSearch, onOpen }: ItemsProps) {
  const { t, f } = useSpeech();
  const { status, split, tag, words, at } = search;
  // What was is not changed any more.
  const edit = useRights(projectId).edit && at === undefined;
  const where: ItemsWhere = { status, split, tag, words };
  const query = useInfiniteQuery(datasetItems(projectId, dataset.id, where, at));
  const late = useLater(query.isPending);
  const removed = useRemoved();
  const name = JSON.stringify(where);
  const [chosen, setChosen] = useState<{ name: string; keys: ReadonlySet<string>; all: boolean }>({ name, keys: NOTHING, all: false });
  const { keys, all } = chosen.name === name ? chosen : { keys: NOTHING, all: false };
  const items = query.data?.pages.flatMap((page) => page.items).filter((one) => !removed.has(itemKey(projectId, one.id)));
  const total = query.data?.pages.at(-1)?.total ?? 0;
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (!items) return late && <Rows />;
  const bare = at === undefined && !status && split === undefined && !tag && !words;
  const clear = () => setChosen({ name, keys: NOTHING, all: false });
  return (
    <>
      {at !== undefined && (
        <p role="status" className="mb-2 flex flex-wrap items-center gap-2 rounded-md bg-warn-soft px-3 py-1.5 text-xs text-warn">
          <span className="min-w-0 flex-1">{t("data.as_of", { time: f.fullTime(at) })}</span>
          <Button small onClick={() => onSearch({ at: undefined })}>{t("data.as_now")}</Button>
        </p>
      )}
      <div className="mb-2 flex flex-wrap items-center gap-2">
        {keys.size > 0 ? (
          <Chosen
            projectId={projectId}
            dataset={dataset}
            which={all ? where : [...keys]}
            count={all ? total : keys.size}
            total={total}
            loaded={keys.size === items.length}
            all={all}
            onAll={() => setChosen({ name, keys, all: true })}
            onClear={clear}
          />
        ) : (
          <Tools dataset={dataset} where={where} onSearch={onSearch}>
            {total > 0 && (
              <span className="ml-auto flex gap-2">
                {edit && (
                  <Button icon={Shuffle} aria-label={t("data.deal")} onClick={() => onSearch({ open: "split" })}>
                    <span className="max-lg:sr-only">{t("data.deal")}</span>
                  </Button>
                )}
                <ExportMenu projectId={projectId} dataset={dataset} where={where} at={at} count={total} />
              </span>
            )}
          </Tools>
        )}
      </div>
      {items.length === 0 ? (
        bare ? (
          <Empty icon={ListChecks} title={t("data.no_items")} hint={t("data.no_items_hint")}>
            {edit && <Button icon={FileUp} onClick={() => onSearch({ open: "import" })}>{t("data.from_file")}</Button>}
          </Empty>
        ) : (
          <Empty icon={SearchX} title={t("data.nothing_fits")}>
            <Button onClick={() => onSearch({ at: undefined, status: undefined, split: undefined, tag: undefined, words: undefined })}>{t("data.show_all")}</Button>
          </Empty>
        )
      ) : (
        <ItemTable items={items} selecting={edit} chosen={keys} onChosen={(next) => setChosen({ name, keys: next, all: false })} onOpen={onOpen} />
      )}
      <More query={query} />
    </>
  );
}

interface ToolsProps {
  dataset: DatasetDetail;
  where: ItemsWhere;
  onSearch: (change: ItemsWhere) => void;
  children: ReactNode;
}

function Tools({ dataset, where, onSearch, children }: ToolsProps) {
  const { t } = useSpeech();
  const [words, setWords] = useState(where.words ?? "");
  const splits = Object.keys(dataset.splits).filter(Boolean);
  const tags = Object.keys(dataset.tags);
  return (
    <>
      <Input
        aria-label={t("data.search_items")}
        type="search"
        placeholder={t("data.search_items")}
        value={words}
        onChange={(event) => {
          setWords(event.target.value);
          onSearch({ words: event.target.value || undefined });
        }}
        className="w-56! max-sm:w-full!"
      />
      {(splits.length > 0 || where.split !== undefined) && (
        <Select aria-label={t("data.any_split")} value={where.split ?? ""} onChange={(event) => onSearch({ split: event.target.value || undefined })} className="w-auto! max-w-48">
          <option value="">{t("data.any_split")}</option>
          {amongst(splits, where.split === NO_SPLIT ? undefined : where.split).map((one) => (
            <option key={one} value={one}>{one}</option>
          ))}
          <option value={NO_SPLIT}>{t("data.no_split")}</option>
        </Select>
      )}
      {(tags.length > 0 || where.tag !== undefined) && (
        <Select aria-label={t("data.any_tag")} value={where.tag ?? ""} onChange={(event) => onSearch({ tag: event.target.value || undefined })} className="w-auto! max-w-48">
          <option value="">{t("data.any_tag")}</option>
          {amongst(tags, where.tag).map((one) => (
            <option key={one} value={one}>{one}</option>
          ))}
        </Select>
      )}
      <Select
        aria-label={t("data.status")}
        value={where.status ?? "active"}
        onChange={(event) => onSearch({ status: event.target.value === "active" ? undefined : (event.target.value as ItemsWhere["status"]) })}
        className="w-auto!"
      >
        {STATUSES.map((one) => (
          <option key={one} value={one}>{t(one === "all" ? "act.all" : (`data.${one}` as Key))}</option>
        ))}
      </Select>
      {children}
    </>
  );
}

/** What is chosen is among the choices, also where nothing has it any more. */
const amongst = (all: readonly string[], one: string | undefined) => (one === undefined || all.includes(one) ? all : [...all, one]);

interface ItemTableProps {
  items: readonly DatasetItem[];
  selecting: boolean;
  chosen: ReadonlySet<string>;
  onChosen: (chosen: ReadonlySet<string>) => void;
  onOpen: (id: string) => void;
}

function ItemTable({ items, selecting, chosen, onChosen, onOpen }: ItemTableProps) {
  const { t } = useSpeech();
  const [anchor, setAnchor] = useState<string | null>(null);
  const keys = items.map((one) => one.id);
  const every = keys.every((one) => chosen.has(one));
  const all = (
    <input
      type="checkbox"
      aria-label={t("data.choose_all")}
      checked={every}
      ref={(box) => {
        if (box) box.indeterminate = !every && chosen.size > 0;
      }}
      onChange={() => onChosen(every ? NOTHING : new Set(keys))}
    />
  );
  return (
    <ShortTable
      heads={[
        ...(selecting ? [{ key: "choose", label: all, className: "w-9 pr-0!" }] : []),
        { key: "input", label: t("data.input") },
        { key: "expected", label: t("data.expected"), className: "max-sm:hidden" },
        { key: "metadata", label: t("data.metadata"), className: "w-1/6 max-xl:hidden" },
        { key: "tags", label: `${t("data.split")} · ${t("data.tags")}`, className: "w-44 max-md:hidden" },
        { key: "changed", label: t("data.changed"), className: "w-32 max-lg:hidden" },
      ]}
      fixed
    >
      {items.map((one) => (
        <ItemRow
          key={one.id}
          item={one}
          chosen={selecting ? chosen.has(one.id) : null}
          onChoose={(shift) => {
            onChosen(choose(chosen, keys, one.id, shift ? anchor : null));
            setAnchor(one.id);
          }}
          onOpen={() => onOpen(one.id)}
        />
      ))}
    </ShortTable>
  );
}

interface ItemRowProps {
  item: DatasetItem;
  /** Null: there is nothing to choose for. */
  chosen: boolean | null;
  onChoose: (shift: boolean) => void;
  onOpen: () => void;
}

function ItemRow({ item, chosen, onChoose, onOpen }: ItemRowProps) {
  const { t } = useSpeech();
  const line = lineOf(item.input) || item.id;
  return (
    <tr className={chosen ? "bg-selected" : "hover:bg-hover"}>
      {chosen !== null && (
        <td className="pr-0!">
          <input type="checkbox" aria-label={t("data.choose_item", { name: line.slice(0, 80) })} checked={chosen} onChange={(event) => onChoose((event.nativeEvent as MouseEvent).shiftKey)} />
        </td>
      )}
      <td>
        <button type="button" onClick={onOpen} className="flex w-full items-center gap-2 rounded text-left">
          {item.status === "archived" && <Badge>{t("data.archived")}</Badge>}
          <bdi title={line} className="truncate">{line}</bdi>
        </button>
      </td>
      <td title={lineOf(item.expected_output)} className="truncate text-fg-2 max-sm:hidden">{lineOf(item.expected_output)}</td>
      <td title={lineOf(item.metadata)} className="truncate text-fg-3 max-xl:hidden">{lineOf(item.metadata)}</td>
      <td className="max-md:hidden">
        <span className="flex items-center gap-1 overflow-hidden" title={[item.split, ...item.tags].filter(Boolean).join(" · ")}>
          {item.split && <Badge tone="accent" className={chosen ? "border-line-strong!" : undefined}>{item.split}</Badge>}
          {item.tags.map((one) => (
            <Badge key={one}>{one}</Badge>
          ))}
        </span>
      </td>
      <td className="whitespace-nowrap text-fg-2 max-lg:hidden">
        <Ago at={item.valid_from} />
      </td>
    </tr>
  );
}
