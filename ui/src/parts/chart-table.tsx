import { useSpeech } from "@/messages";
import { cx } from "@/ui/cx";
import { See, SliceFreed } from "./chart-slices";

export interface ChartColumn {
  title: string;
  /** Of a measure; without it the column holds a time or a dimension. */
  format?: (value: number) => string;
  time?: boolean;
}

interface ChartTableProps {
  label: string;
  columns: readonly ChartColumn[];
  rows: readonly (readonly unknown[])[];
  onSee?: (row: readonly unknown[]) => void;
  /** What labels of people make of a judge's mean. */
  freed?: (row: readonly unknown[], place: number) => number | undefined;
}

/** The answer as it is, row by row. */
export function ChartTable({ label, columns, rows, onSee, freed }: ChartTableProps) {
  const { t, f } = useSpeech();
  const text = (column: ChartColumn, value: unknown): string => {
    if (column.format) return typeof value === "number" ? column.format(value) : "–";
    if (column.time) return f.clock(Number(value));
    return String(value ?? "") || t("state.none");
  };
  return (
    <div className="h-full overflow-auto">
      <table aria-label={label} className="w-full text-xs">
        <thead className="sticky top-0 bg-bg">
          <tr>
            {columns.map((column) => (
              <th key={column.title} scope="col" className={cx("h-7 border-b px-2 font-medium whitespace-nowrap text-fg-3", column.format ? "text-right" : "text-left")}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index} className="hover:bg-hover">
              {columns.map((column, place) => (
                <td key={column.title} className={cx("h-7 border-b border-line px-2", column.format ? "text-right whitespace-nowrap" : "max-w-60 truncate")}>
                  {place === 0 ? <See onSee={onSee && (() => onSee(row))} className="max-w-full truncate">{text(column, row[place])}</See> : text(column, row[place])}
                  {column.format && <SliceFreed slice={{ key: column.title, value: null, freed: freed?.(row, place) }} format={column.format} />}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
