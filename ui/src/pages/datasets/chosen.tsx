/** What can be done with chosen items: split, tags, archive, delete. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Archive, ArchiveRestore, Split, Tags, Trash2, X } from "lucide-react";
import { type FormEvent, type ReactNode, useState } from "react";
import { type DatasetDetail, type ItemsEdited, editItems } from "@/api/datasets";
import { type ItemsWhere, tagsOf, whereOf } from "@/lib/datasets";
import { useSpeech } from "@/messages";
import { Button, IconButton } from "@/ui/button";
import { Field, Input } from "@/ui/field";
import { Popover } from "@/ui/popover";
import { useRemoval } from "@/ui/removal";
import { useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";
import { itemKey } from "./removal";
import { SplitInput } from "./split-input";

const AT_ONCE = 2_000;

interface ChosenProps {
  projectId: string;
  dataset: DatasetDetail;
  /** Ids, or all that fit. */
  which: string[] | ItemsWhere;
  count: number;
  total: number;
  /** Are all rows that are loaded chosen? */
  loaded: boolean;
  all: boolean;
  onAll: () => void;
  onClear: () => void;
}

export function Chosen({ projectId, dataset, which, count, total, loaded, all, onAll, onClear }: ChosenProps) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const text = useErrorText();
  const remove = useRemoval();
  const changed = () => client.invalidateQueries({ queryKey: [projectId, "dataset", dataset.id] });
  const edit = async (told: Partial<ItemsEdited>): Promise<number> => {
    if (!Array.isArray(which)) return (await editItems(projectId, dataset.id, { where: whereOf(which), ...told })).changed;
    let many = 0;
    for (let at = 0; at < which.length; at += AT_ONCE) many += (await editItems(projectId, dataset.id, { ids: which.slice(at, at + AT_ONCE), ...told })).changed;
    return many;
  };
  const put = useMutation({
    mutationFn: edit,
    onSuccess: async (many) => {
      toast(t("data.edited", { n: many }));
      onClear();
      await changed();
    },
    onError: (error) => toast(text(error), "danger"),
  });
  const removeThem = () => {
    remove({
      ids: Array.isArray(which) ? which.map((id) => itemKey(projectId, id)) : [],
      text: t("data.items_deleted", { n: count }),
      run: () => edit({ delete: true }).then(changed),
    });
    onClear();
  };
  const archived = !Array.isArray(which) && which.status === "archived";
  return (
    <>
      <span className="flex items-center gap-1 text-xs font-medium whitespace-nowrap" role="status">
        {t(all ? "data.all_chosen" : "data.chosen", { n: count })}
        <IconButton small icon={X} label={t("list.select_clear")} onClick={onClear} />
      </span>
      {!all && loaded && total > count && (
        <Button small look="ghost" onClick={onAll}>
          {t("data.choose_matching", { n: total })}
        </Button>
      )}
      <span className="flex-1" />
      <Asked icon={Split} label={t("data.set_split")} busy={put.isPending} mayBeEmpty onTold={(split) => put.mutate({ split })}>
        {(ids, value, set) => <SplitInput {...ids} dataset={dataset} value={value} onChange={set} />}
      </Asked>
      <Asked icon={Tags} label={t("data.add_tags")} hint={t("data.tags_hint")} busy={put.isPending} onTold={(tags) => put.mutate({ add_tags: tagsOf(tags) })} />
      <Asked icon={X} label={t("data.remove_tags")} hint={Object.keys(dataset.tags).slice(0, 20).join(", ")} busy={put.isPending} onTold={(tags) => put.mutate({ remove_tags: tagsOf(tags) })} />
      {!archived && (
        <Button icon={Archive} aria-label={t("data.archive")} disabled={put.isPending} onClick={() => put.mutate({ status: "archived" })}>
          <span className="max-xl:sr-only">{t("data.archive")}</span>
        </Button>
      )}
      <IconButton icon={ArchiveRestore} label={t("data.restore")} disabled={put.isPending} onClick={() => put.mutate({ status: "active" })} />
      <Button look="danger" icon={Trash2} aria-label={t("act.delete")} disabled={put.isPending} onClick={removeThem}>
        <span className="max-xl:sr-only">{t("act.delete")}</span>
      </Button>
    </>
  );
}

type Ids = { id: string; "aria-describedby": string | undefined; "aria-invalid": boolean };

interface AskedProps {
  icon: typeof Split;
  label: string;
  hint?: string;
  busy: boolean;
  /** Does an empty answer mean something? */
  mayBeEmpty?: boolean;
  onTold: (value: string) => void;
  children?: (ids: Ids, value: string, set: (value: string) => void) => ReactNode;
}

function Asked({ icon, label, hint, busy, mayBeEmpty, onTold, children }: AskedProps) {
  const { t } = useSpeech();
  const [open, setOpen] = useState(false);
  const [value, setValue] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setOpen(false);
    onTold(value);
  };
  return (
    <Popover
      label={label}
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button icon={icon} aria-label={label} disabled={busy}>
          <span className="max-xl:sr-only">{label}</span>
        </Button>
      }
    >
      <form onSubmit={submit} className="flex w-60 flex-col gap-2">
        <Field label={label} hint={hint}>
          {(ids) => (children ? children(ids, value, setValue) : <Input {...ids} value={value} onChange={(event) => setValue(event.target.value)} />)}
        </Field>
        <Button type="submit" look="primary" disabled={!mayBeEmpty && tagsOf(value).length === 0}>
          {t("act.apply")}
        </Button>
      </form>
    </Popover>
  );
}
