/** Items by their sender: what became of them, and what is known to go wrong with it. */
import { Lightbulb } from "lucide-react";
import { type ReactNode, useState } from "react";
import { OUTCOMES, type Outcome, type Tally } from "@/lib/ingest";
import { type Trap, sdk, trapOf } from "@/lib/sdks";
import { useSpeech } from "@/messages";
import { Count } from "@/parts/figures";
import { Badge } from "@/ui/badge";
import { CodeBlock } from "@/ui/copy";
import { Popover } from "@/ui/popover";
import { TRAP_REMEDIES } from "./reasons";

const SHOWN = 12;

interface BreakdownProps {
  title: string;
  /** Heads of the columns before the counts. */
  head: readonly string[];
  rows: readonly Tally[];
  /** The cells before the counts. */
  cells: (name: string) => readonly ReactNode[];
}

export function Breakdown({ title, head, rows, cells }: BreakdownProps) {
  const { t, f } = useSpeech();
  const [all, setAll] = useState(false);
  return (
    <section aria-label={title} className="card min-w-0 overflow-hidden pb-1.5">
      <h2 className="px-3.5 pt-3 pb-1 text-xs font-medium text-fg-2">{title}</h2>
      <div className="overflow-x-auto" tabIndex={-1}>
        <table className="w-full">
          <thead>
            <tr className="border-b text-xs text-fg-3">
              {head.map((one) => (
                <th key={one} scope="col" className="h-8 px-3.5 text-left font-medium">{one}</th>
              ))}
              {OUTCOMES.map((one) => (
                <th key={one} scope="col" title={t(`health.${one}_hint`)} className="px-3 text-right font-medium whitespace-nowrap">{t(`health.${one}`)}</th>
              ))}
              <th scope="col" className="px-3.5 text-right font-medium">{t("health.size")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, all ? rows.length : SHOWN).map((row) => (
              <tr key={row.name} className="border-b last:border-0">
                {cells(row.name).map((cell, index) => (
                  <td key={index} className="h-8 max-w-80 truncate px-3.5">{cell}</td>
                ))}
                {OUTCOMES.map((one) => (
                  <td key={one} className={`px-3 text-right ${row[one] ? TONES[one] : ""}`}>
                    <Count value={row[one]} />
                  </td>
                ))}
                <td className="px-3.5 text-right whitespace-nowrap text-fg-2">{f.bytes(row.bytes)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > SHOWN && !all && (
        <button type="button" onClick={() => setAll(true)} className="mx-3.5 mt-1 h-7 rounded text-xs text-accent hover:underline">
          {t("health.show_all", { n: rows.length })}
        </button>
      )}
    </section>
  );
}

const TONES: Record<Outcome, string> = { accepted: "", rejected: "text-danger", dropped: "text-warn", late: "text-fg-2" };

export function sdkCells(told: string, unknown: string): readonly ReactNode[] {
  const { name, version } = sdk(told);
  const trap = trapOf(told);
  return [
    <span key="name" className="inline-flex max-w-full items-center gap-1.5">
      <span className={`truncate ${name ? "font-medium" : "text-fg-3"}`} title={told}>{name || unknown}</span>
      {trap && <TrapHint trap={trap} />}
    </span>,
    <span key="version" className="font-mono text-xs">{version}</span>,
  ];
}

function TrapHint({ trap }: { trap: Trap }) {
  const { t } = useSpeech();
  return (
    <Popover
      label={t("health.trap")}
      className="w-96 max-w-[90vw] p-3"
      trigger={
        <button type="button" className="inline-flex rounded">
          <Badge tone="warn">
            <Lightbulb size={11} aria-hidden />
            {t("health.trap")}
          </Badge>
        </button>
      }
    >
      <p className="mb-2">{t(`trap.${trap}`)}</p>
      <CodeBlock code={TRAP_REMEDIES[trap]} />
    </Popover>
  );
}
