/** Filter, columns, order and range under a name: opened, kept, changed, shared, opened first. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Bookmark, Link2, Pencil, Star, Trash2, Users } from "lucide-react";
import { useState } from "react";
import * as change from "@/api/mutations";
import * as ask from "@/api/queries";
import type { SavedView } from "@/api/types";
import { differs, toSearch, type ViewQuery } from "@/lib/saved-view";
import type { TracesSearch, View } from "@/lib/search";
import { useSpeech } from "@/messages";
import { Button, IconButton } from "@/ui/button";
import { copyText } from "@/ui/copy";
import { cx } from "@/ui/cx";
import { Dialog } from "@/ui/dialog";
import { Field, Input } from "@/ui/field";
import { Popover } from "@/ui/popover";
import { useRemoval, useRemoved } from "@/ui/removal";
import { useErrorText } from "@/ui/states";
import { toast } from "@/ui/toast";

interface SavedViewsProps {
  projectId: string;
  list: View;
  /** Id of the view that was opened. */
  saved: string | undefined;
  now: ViewQuery;
  /** May the person share with the project? */
  mayShare: boolean;
  onOpen: (search: TracesSearch) => void;
}

export function SavedViews({ projectId, list, saved, now, mayShare, onOpen }: SavedViewsProps) {
  const { t } = useSpeech();
  const { data } = useQuery(ask.views(projectId));
  const [open, setOpen] = useState(false);
  const [form, setForm] = useState<SavedView | "new" | null>(null);
  const actions = useActions(projectId);
  const current = data?.items.find((one) => one.id === saved);
  const changed = current !== undefined && differs(current, now);
  const choose = (view: SavedView) => {
    setOpen(false);
    onOpen(toSearch(view));
  };
  const rows = (mine: boolean) => data?.items.filter((one) => one.own === mine && !actions.hidden.has(one.id)) ?? [];
  const group = (title: string, views: SavedView[]) =>
    views.length > 0 && (
      <>
        <h3 className="px-2 pt-1.5 pb-1 text-2xs font-medium text-fg-3">{title}</h3>
        <ul>
          {views.map((one) => (
            <Row key={one.id} view={one} current={one.id === saved} onOpen={() => choose(one)} onEdit={() => setForm(one)} actions={actions} />
          ))}
        </ul>
      </>
    );
  return (
    <>
      <Popover
        label={t("views.title")}
        open={open}
        onOpenChange={setOpen}
        className="w-80 max-w-[calc(100vw-1rem)] p-1.5!"
        trigger={
          <Button icon={Bookmark} aria-label={current ? `${t("views.title")}: ${current.name}` : undefined}>
            <span className={cx("max-w-40 truncate", !current && "max-lg:sr-only")}>{current?.name ?? t("views.title")}</span>
            {changed && <span className="text-2xs text-fg-3">{t("views.changed")}</span>}
          </Button>
        }
      >
        {data?.items.length === 0 && <p className="px-2 py-1.5 text-fg-2">{t("views.none")}</p>}
        {group(t("views.own"), rows(true))}
        {group(t("views.shared"), rows(false))}
        <div className="mt-1 flex flex-col border-t pt-1">
          {saved && (
            <Button look="ghost" className="justify-start!" onClick={() => (setOpen(false), onOpen({ view: list === "spans" ? "spans" : undefined }))}>
              {t("views.plain")}
            </Button>
          )}
          {changed && current.changeable && (
            <Button look="ghost" className="justify-start!" onClick={() => actions.update(current, { query: now })}>
              <span className="truncate">{t("views.update", { name: current.name })}</span>
            </Button>
          )}
          <Button look="ghost" className="justify-start!" onClick={() => (setOpen(false), setForm("new"))}>
            {t("views.save_as")}
          </Button>
        </div>
      </Popover>
      {form && (
        <ViewForm
          view={form === "new" ? null : form}
          mayShare={mayShare}
          onClose={() => setForm(null)}
          onSave={async (name, shared) => {
            if (form !== "new") return void (await actions.change({ id: form.id, body: { name, shared } }));
            const made = await actions.add({ list, name, shared, query: now });
            onOpen(toSearch(made));
          }}
        />
      )}
    </>
  );
}

function useActions(projectId: string) {
  const { t } = useSpeech();
  const text = useErrorText();
  const client = useQueryClient();
  const remove = useRemoval();
  const after = { onSettled: () => client.invalidateQueries({ queryKey: ask.views(projectId).queryKey }) };
  const wrong = { onError: (error: unknown) => toast(text(error), "danger") };
  const add = useMutation({ mutationFn: (body: Parameters<typeof change.addView>[1]) => change.addView(projectId, body), ...after });
  const alter = useMutation({
    mutationFn: ({ id, body }: { id: string; body: Parameters<typeof change.changeView>[2] }) => change.changeView(projectId, id, body),
    ...after,
  });
  const first = useMutation({
    mutationFn: (view: SavedView) => change.setDefaultView(projectId, view.list, view.default ? "" : view.id),
    ...after,
    ...wrong,
  });
  return {
    hidden: useRemoved(),
    add: add.mutateAsync,
    change: alter.mutateAsync,
    update: (view: SavedView, body: Parameters<typeof change.changeView>[2]) =>
      alter.mutate({ id: view.id, body }, { ...wrong, onSuccess: () => toast(t("views.saved", { name: view.name })) }),
    setFirst: first.mutate,
    remove: (view: SavedView) =>
      remove({ ids: [view.id], text: t("views.deleted", { name: view.name }), run: () => change.deleteView(projectId, view.id).then(after.onSettled) }),
  };
}

interface RowProps {
  view: SavedView;
  current: boolean;
  onOpen: () => void;
  onEdit: () => void;
  actions: ReturnType<typeof useActions>;
}

function Row({ view, current, onOpen, onEdit, actions }: RowProps) {
  const { t } = useSpeech();
  const copy = () => {
    const url = `${window.location.origin}${window.location.pathname}?${new URLSearchParams({ ...(view.list === "spans" ? { view: "spans" } : {}), saved: view.id })}`;
    void copyText(url).then(() => toast(t("act.copied")));
  };
  return (
    <li className={cx("flex items-center rounded pr-1 hover:bg-hover", current && "bg-selected")}>
      <button type="button" aria-current={current} onClick={onOpen} className="flex h-8 min-w-0 flex-1 items-center gap-1.5 px-2 text-left">
        <span className="min-w-0 truncate">{view.name}</span>
        {view.list === "spans" && <span className="shrink-0 text-2xs text-fg-3">{t("list.spans")}</span>}
        {view.shared && view.own && <Users size={12} aria-label={t("views.shared")} className="shrink-0 text-fg-3" />}
      </button>
      <IconButton
        small
        icon={Star}
        label={t(view.default ? "views.default_unset" : "views.default_set")}
        pressed={view.default}
        onClick={() => actions.setFirst(view)}
      />
      {view.shared && <IconButton small icon={Link2} label={t("views.copy")} onClick={copy} />}
      {view.changeable && <IconButton small icon={Pencil} label={t("views.rename")} onClick={onEdit} />}
      {view.changeable && <IconButton small icon={Trash2} label={t("views.delete")} onClick={() => actions.remove(view)} />}
    </li>
  );
}

interface ViewFormProps {
  view: SavedView | null;
  mayShare: boolean;
  onClose: () => void;
  onSave: (name: string, shared: boolean) => Promise<void>;
}

function ViewForm({ view, mayShare, onClose, onSave }: ViewFormProps) {
  const { t } = useSpeech();
  const text = useErrorText();
  const [name, setName] = useState(view?.name ?? "");
  const [shared, setShared] = useState(view?.shared ?? false);
  const save = useMutation({ mutationFn: () => onSave(name.trim(), shared), onSuccess: onClose });
  return (
    <Dialog open onClose={onClose} title={view ? t("views.edit", { name: view.name }) : t("views.new")}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim()) save.mutate();
        }}
      >
        <Field label={t("views.name")} error={save.error ? text(save.error) : null}>
          {(ids) => <Input {...ids} value={name} maxLength={100} onChange={(event) => setName(event.target.value)} />}
        </Field>
        {mayShare && (
          <label className="flex items-center gap-2">
            <input type="checkbox" checked={shared} onChange={(event) => setShared(event.target.checked)} className="size-3.5 accent-accent" />
            {t("views.share")}
          </label>
        )}
        <Button type="submit" look="primary" disabled={!name.trim() || save.isPending} className="self-end">
          {t("act.save")}
        </Button>
      </form>
    </Dialog>
  );
}
