/** Rows as CSV (RFC 4180). Text that a spreadsheet would run as a formula is kept from it. */
const cell = (value: unknown): string => {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
};

export function toCsv(columns: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const lines = rows.map((row) =>
    row.map((value, index) => cell(columns[index] === "time" ? new Date(Number(value) / 1000).toISOString() : value)).join(","),
  );
  return `${[columns.map(cell).join(","), ...lines].join("\r\n")}\r\n`;
}
