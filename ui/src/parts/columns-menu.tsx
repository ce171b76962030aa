import { Columns3 } from "lucide-react";
import { useMemo } from "react";
import { remember, remembered } from "@/lib/memory";
import { useSpeech } from "@/messages";
import { Button } from "@/ui/button";
import { Menu, MenuCheck, MenuItem, MenuLine } from "@/ui/menu";
import type { Column } from "@/ui/table";

interface Choice<R> {
  shown: Column<R>[];
  toggle: (key: string) => void;
  reset: () => void;
}

/** Which columns are on: as the URL says, else as last time, else the usual ones. */
export function useColumns<R>(
  name: string,
  all: readonly Column<R>[],
  usual: readonly string[],
  inUrl: string | undefined,
  onChange: (columns: string | undefined) => void,
): Choice<R> {
  const text = inUrl ?? remembered(`columns.${name}`) ?? usual.join(",");
  return useMemo(() => {
    const keys = new Set(text.split(","));
    const found = all.filter((one) => keys.has(one.key));
    const shown = found.length ? found : all.filter((one) => usual.includes(one.key));
    const save = (next: string | null) => {
      remember(`columns.${name}`, next);
      onChange(next ?? undefined);
    };
    return {
      shown,
      toggle(key) {
        const next = all.map((one) => one.key).filter((one) => (one === key) !== shown.some((has) => has.key === one));
        if (next.length) save(next.join(","));
      },
      reset: () => save(null),
    };
  }, [all, name, onChange, text, usual]);
}

export function ColumnsMenu<R>({ all, choice }: { all: readonly Column<R>[]; choice: Choice<R> }) {
  const { t } = useSpeech();
  return (
    <Menu
      align="end"
      trigger={
        <Button icon={Columns3}>
          <span className="max-lg:sr-only">{t("list.columns")}</span>
        </Button>
      }
    >
      {all.map((one) => (
        <MenuCheck key={one.key} keepOpen checked={choice.shown.includes(one)} onSelect={() => choice.toggle(one.key)}>
          {one.label}
        </MenuCheck>
      ))}
      <MenuLine />
      <MenuItem onSelect={choice.reset}>{t("list.columns_reset")}</MenuItem>
    </Menu>
  );
}
