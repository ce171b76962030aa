/** The facets of a list: a panel beside it where there is room, a sheet where there is not. */
import { PanelLeft } from "lucide-react";
import { type ReactNode, useState } from "react";
import { remember, remembered } from "@/lib/memory";
import { useSpeech } from "@/messages";
import { IconButton } from "@/ui/button";
import { Sheet } from "@/ui/dialog";
import { useNarrow } from "@/ui/media";
import { Facets, type FacetsProps } from "./facets";

/** The button that shows and hides the facets, and the facets. */
export function useFacetPanel(facets: FacetsProps): { toggle: ReactNode; panel: ReactNode } {
  const { t } = useSpeech();
  const narrow = useNarrow();
  const [beside, setBeside] = useState(remembered("facets") !== "closed");
  const [sheet, setSheet] = useState(false);
  const press = () => {
    if (narrow) return setSheet(true);
    remember("facets", beside ? "closed" : null);
    return setBeside(!beside);
  };
  const shown = <Facets {...facets} />;
  return {
    toggle: (
      <IconButton
        icon={PanelLeft}
        label={t(beside ? "list.hide_facets" : "list.show_facets")}
        pressed={!narrow && beside}
        onClick={press}
        className="-ml-1.5"
      />
    ),
    panel: narrow ? (
      <Sheet open={sheet} onClose={() => setSheet(false)} title={t("list.facets")} side="left" className="w-72 overflow-y-auto">
        {shown}
      </Sheet>
    ) : (
      beside && (
        <aside aria-label={t("list.facets")} className="w-52 shrink-0 overflow-y-auto border-r">
          {shown}
        </aside>
      )
    ),
  };
}
