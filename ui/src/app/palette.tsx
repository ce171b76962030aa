/** Everything that can be reached by typing: pages, actions, and what the project holds. */
import { Search } from "lucide-react";
import { Dialog } from "radix-ui";
import { type KeyboardEvent, useEffect, useMemo, useState } from "react";
import { matching } from "@/lib/palette";
import { useSpeech } from "@/messages";
import { cx } from "@/ui/cx";
import { Keys } from "@/ui/keys";
import { useLater } from "@/ui/later";
import { type Command, useCommands } from "./palette-commands";
import { useSearch } from "./palette-search";

interface PaletteProps {
  projectId: string;
  onClose: () => void;
  onHelp: () => void;
}

export function Palette({ projectId, onClose, onHelp }: PaletteProps) {
  const { t } = useSpeech();
  const [text, setText] = useState("");
  const [pasted, setPasted] = useState("");
  /** By the arrow keys or the pointer; until then the first is it. */
  const [chosen, setChosen] = useState<string | null>(null);
  const typed = text.trim();
  const commands = useCommands(projectId, onHelp);
  const search = useSearch(projectId, typed);
  const groups = useMemo(() => [...search.first, ...matching([...commands, ...search.groups], typed), ...search.last], [commands, search, typed]);
  const all = groups.flatMap((group) => group.entries);
  const current = all.find((one) => one.key === chosen) ?? all[0];
  const late = useLater(search.waiting);

  const hit = search.first[0]?.entries[0];
  const straight = hit && pasted !== "" && pasted === typed;
  useEffect(() => {
    if (!straight) return;
    onClose();
    hit.run();
  }, [straight, hit, onClose]);

  const run = (one: Command) => () => {
    onClose();
    one.run();
  };
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    // Nothing else here takes the focus.
    if (event.key === "Tab") event.preventDefault();
    if (!current) return;
    const at = all.indexOf(current);
    const to = { ArrowDown: (at + 1) % all.length, ArrowUp: at - 1, PageDown: Math.min(all.length - 1, at + PAGE), PageUp: Math.max(0, at - PAGE) }[event.key];
    if (event.key === "Enter") run(current)();
    else if (to !== undefined) setChosen(all.at(to)!.key);
    else return;
    event.preventDefault();
  };
  useEffect(() => {
    if (current) document.getElementById(idOf(current))?.scrollIntoView({ block: "nearest" });
  }, [current]);
  return (
    // Its own veil and its own Tab make it modal: the library's way writes into the style of the whole page,
    // which then is worked out anew before the first letter can be typed.
    <Dialog.Root open modal={false} onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <div className="fixed inset-0 z-40 bg-scrim" />
        <Dialog.Content
          aria-modal
          aria-describedby={undefined}
          className="pop fixed top-[12dvh] left-1/2 w-[calc(100vw-1.5rem)] max-w-xl -translate-x-1/2 overflow-hidden"
        >
          <Dialog.Title className="sr-only">{t("keys.palette")}</Dialog.Title>
          <div className="flex items-center gap-2 border-b px-3">
            <Search size={15} aria-hidden className="shrink-0 text-fg-3" />
            <input
              role="combobox"
              aria-label={t("keys.palette")}
              aria-expanded
              aria-controls={LIST}
              aria-autocomplete="list"
              aria-activedescendant={current && idOf(current)}
              autoComplete="off"
              spellCheck={false}
              value={text}
              onChange={(event) => {
                setText(event.target.value);
                setChosen(null);
              }}
              onPaste={(event) => setPasted(event.clipboardData.getData("text").trim())}
              onKeyDown={press}
              placeholder={t("palette.placeholder")}
              className="h-11 min-w-0 flex-1 bg-transparent text-base outline-none"
            />
            {late && <span className="text-xs text-fg-3">{t("palette.searching")}</span>}
          </div>
          <div id={LIST} role="listbox" aria-label={t("keys.palette")} className="max-h-[min(26rem,60dvh)] overflow-y-auto p-1">
            {groups.map((group) => (
              <div key={group.title} role="group" aria-label={group.title}>
                <div aria-hidden className="px-2 pt-2 pb-1 text-2xs text-fg-3">
                  {group.title}
                </div>
                {group.entries.map((one) => (
                  <Item key={one.key} one={one} current={one === current} onPoint={() => setChosen(one.key)} onSelect={run(one)} />
                ))}
              </div>
            ))}
          </div>
          {all.length === 0 && !search.waiting && <p className="px-3 py-6 text-center text-fg-3">{t("palette.none")}</p>}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

const LIST = "palette-list";
const PAGE = 8;
const idOf = (one: Command) => `palette ${one.key}`.replace(/\s/g, "-");

interface ItemProps {
  one: Command;
  current: boolean;
  onPoint: () => void;
  onSelect: () => void;
}

function Item({ one, current, onPoint, onSelect }: ItemProps) {
  const Icon = one.icon;
  return (
    // The field above has the focus and the keys.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={idOf(one)}
      role="option"
      tabIndex={-1}
      aria-selected={current}
      onMouseMove={onPoint}
      onClick={onSelect}
      className={cx("flex min-h-8 cursor-pointer items-center gap-2.5 rounded px-2 py-1", current && "bg-selected")}
    >
      <Icon size={15} aria-hidden className="shrink-0 text-fg-3" />
      <span title={one.label} className="min-w-0 flex-1 truncate">{one.label}</span>
      {one.hint && <span className="max-w-48 shrink-0 truncate text-xs text-fg-3">{one.hint}</span>}
      {one.keys && <Keys keys={one.keys} />}
    </div>
  );
}
