/** Whether charts draw the range before as well: one choice for all pages. */
import { History } from "lucide-react";
import { type ReactNode, useState } from "react";
import { remember, remembered } from "@/lib/memory";
import { useSpeech } from "@/messages";
import { IconButton } from "@/ui/button";

export function useComparing(): { compare: boolean; toggle: ReactNode } {
  const { t } = useSpeech();
  const [compare, setCompare] = useState(remembered("compare") !== "off");
  const press = () => {
    remember("compare", compare ? "off" : null);
    setCompare(!compare);
  };
  return { compare, toggle: <IconButton icon={History} label={t("chart.compare")} pressed={compare} onClick={press} /> };
}
