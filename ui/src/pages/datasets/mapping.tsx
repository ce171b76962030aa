/** The columns of a file over its first rows: what each becomes, and how it is read. */
import type { FilePreview } from "@/api/datasets";
import { type FileColumns, ROLES, type Role, lineOf, roleOf, withRole } from "@/lib/datasets";
import { type Key, useSpeech } from "@/messages";
import { cx } from "@/ui/cx";
import { Select } from "@/ui/field";

type Column = FilePreview["columns"][number];

interface MappingProps {
  seen: FilePreview;
  columns: FileColumns;
  onChange: (columns: FileColumns) => void;
}

const TYPES = ["text", "number", "boolean", "json", "as it is"] as const;
const typeKey = (type: (typeof TYPES)[number]): Key => (type === "as it is" ? "file.type_as_is" : `file.type_${type}`);

export function Mapping({ seen, columns, onChange }: MappingProps) {
  const { t } = useSpeech();
  const order = seen.columns.map((one) => one.name);
  const types = seen.format === "csv" ? TYPES.filter((one) => one !== "as it is") : TYPES;
  return (
    <div className="max-h-[46dvh] overflow-auto rounded-md border">
      <table aria-label={t("file.first_rows")} className="w-max min-w-full text-xs">
        <thead className="sticky top-0 bg-side">
          <tr>
            {seen.columns.map((one) => {
              const role = roleOf(columns, one.name);
              return (
                <th key={one.name} scope="col" className={cx("min-w-40 border-b px-2 py-1.5 text-left align-top font-normal", role && "bg-accent-soft")}>
                  <bdi className="block max-w-60 truncate pb-1 font-medium">{one.name}</bdi>
                  <Select aria-label={t("file.becomes", { name: one.name })} value={role} onChange={(event) => onChange(withRole(columns, one.name, event.target.value as Role, order))} className="h-7! text-xs">
                    {ROLES.map((each) => (
                      <option key={each} value={each}>{t(each ? `file.role_${each}` : "file.role_none")}</option>
                    ))}
                  </Select>
                  {role && (
                    <Select
                      aria-label={t("file.read_as", { name: one.name })}
                      value={columns.types[one.name] ?? one.type}
                      onChange={(event) => onChange({ ...columns, types: { ...columns.types, [one.name]: event.target.value as (typeof TYPES)[number] } })}
                      className="mt-1 h-7! text-xs"
                    >
                      {types.map((type) => (
                        <option key={type} value={type}>{t(typeKey(type))}</option>
                      ))}
                    </Select>
                  )}
                  <Kinds column={one} />
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {seen.first.map((row, at) => (
            <tr key={at} className="border-b last:border-0">
              {order.map((name) => (
                <td key={name} className={cx("max-w-60 truncate px-2 py-1.5", !roleOf(columns, name) && "text-fg-3")} title={lineOf(row[name])}>
                  {lineOf(row[name])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Told where they are of more than one kind. */
function Kinds({ column }: { column: Column }) {
  const { t, f } = useSpeech();
  const kinds = Object.entries(column.kinds).map(([kind, n]) => [kind, n ?? 0] as const);
  if (kinds.filter(([kind]) => kind !== "empty").length < 2) return null;
  return <span className="mt-1 block max-w-60 text-2xs whitespace-normal text-warn">{t("file.mixed", { kinds: f.listed(kinds.map(([kind, n]) => t(`file.kind_${kind}` as Key, { n }))) })}</span>;
}
