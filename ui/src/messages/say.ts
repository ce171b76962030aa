/** Fills a message of a catalogue: `{name}` is replaced, plural forms follow the language's own rules. */

export type Plural = { one?: string; other: string };
export type Entry = string | Plural;
/** The messages of a catalogue in another language. */
export type Same<English> = Record<keyof English, Entry>;
export type Values = Record<string, string | number>;

const rules = new Map<string, Intl.PluralRules>();

function rulesOf(locale: string): Intl.PluralRules {
  let found = rules.get(locale);
  if (!found) rules.set(locale, (found = new Intl.PluralRules(locale)));
  return found;
}

/** `{n}` chooses the plural form and is written with the language's digits. */
export function say<K extends string>(
  catalogue: Record<K, Entry>,
  locale: string,
  key: K,
  values: Values = {},
): string {
  const entry = catalogue[key];
  let text: string;
  if (typeof entry === "string") text = entry;
  else {
    const form = rulesOf(locale).select(Number(values.n ?? 0));
    text = (form === "one" ? entry.one : undefined) ?? entry.other;
  }
  if (!text.includes("{")) return text;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? new Intl.NumberFormat(locale).format(value) : value;
  });
}
