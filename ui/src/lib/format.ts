/** Numbers, money, durations and dates as text. Pure: the locale comes in as an argument. */

const cache = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `n${locale}${JSON.stringify(options)}`;
  let found = cache.get(key) as Intl.NumberFormat | undefined;
  if (!found) cache.set(key, (found = new Intl.NumberFormat(locale, options)));
  return found;
}

function dateFormat(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `d${locale}${JSON.stringify(options)}`;
  let found = cache.get(key) as Intl.DateTimeFormat | undefined;
  if (!found) cache.set(key, (found = new Intl.DateTimeFormat(locale, options)));
  return found;
}

export const MISSING = "–";

export function integer(locale: string, value: number): string {
  return numberFormat(locale, { maximumFractionDigits: 0 }).format(value);
}

export function decimal(locale: string, value: number, digits = 2): string {
  return numberFormat(locale, { maximumFractionDigits: digits }).format(value);
}

/** Short for axes and tight cells: 1,234 stays, 12,345 becomes 12.3K (1.2万 in Chinese). */
export function compact(locale: string, value: number): string {
  if (Math.abs(value) < 10_000) return decimal(locale, value, Math.abs(value) < 10 ? 2 : 1);
  return numberFormat(locale, { notation: "compact", maximumFractionDigits: 1 }).format(value);
}

export function percent(locale: string, share: number, digits = 1): string {
  return numberFormat(locale, { style: "percent", maximumFractionDigits: digits }).format(share);
}

/** Change against an earlier value, with its sign; null when there is nothing to compare with. */
export function change(locale: string, now: number, before: number): string | null {
  if (!Number.isFinite(now) || !Number.isFinite(before) || before === 0) return null;
  const share = (now - before) / before;
  const digits = Math.abs(share) < 0.1 ? 1 : 0;
  const options = { style: "percent", signDisplay: "exceptZero", maximumFractionDigits: digits } as const;
  return numberFormat(locale, options).format(share);
}

/** US dollars. Small amounts keep three significant digits, so that a call is never "$0.00". */
export function money(locale: string, value: number): string {
  const base = { style: "currency", currency: "USD", currencyDisplay: "narrowSymbol" } as const;
  const size = Math.abs(value);
  if (size === 0) return numberFormat(locale, { ...base, maximumFractionDigits: 0 }).format(0);
  if (size >= 100_000) {
    return numberFormat(locale, { ...base, notation: "compact", maximumFractionDigits: 1 }).format(value);
  }
  if (size >= 1) return numberFormat(locale, base).format(value);
  if (size < 1e-8) return `<${numberFormat(locale, { ...base, maximumFractionDigits: 8 }).format(1e-8)}`;
  return numberFormat(locale, {
    ...base,
    maximumSignificantDigits: 3,
    minimumSignificantDigits: size >= 0.01 ? 2 : 1,
  }).format(value);
}

/** Words side by side, as in a title. */
export const listed = (locale: string, words: readonly string[]): string => words.join(locale.startsWith("zh") ? "、" : ", ");

/** Days, hours, minutes, seconds, and what stands between two of them. */
const LONG = { en: ["d", "h", "m", "s", " "], zh: ["天", "小时", "分", "秒", ""] } as const;

/** A span of microseconds. Units below a minute are symbols and read the same in every language. */
export function duration(locale: string, micros: number): string {
  if (!Number.isFinite(micros) || micros < 0) return MISSING;
  if (micros < 1000) return `${Math.round(micros)} µs`;
  if (micros < 999_500) return `${decimal(locale, micros / 1000, micros < 10_000 ? 1 : 0)} ms`;
  const seconds = micros / 1e6;
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const [day, hour, minute, second, between] = locale.startsWith("zh") ? LONG.zh : LONG.en;
  if (whole < 3600) return `${Math.floor(whole / 60)}${minute}${between}${String(whole % 60).padStart(2, "0")}${second}`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)}${hour}${between}${Math.floor((whole % 3600) / 60)}${minute}`;
  return `${Math.floor(whole / 86_400)}${day}${between}${Math.floor((whole % 86_400) / 3600)}${hour}`;
}

export function bytes(locale: string, value: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let size = value;
  let step = 0;
  while (size >= 1000 && step < units.length - 1) {
    size /= 1000;
    step += 1;
  }
  return `${decimal(locale, size, step === 0 || size >= 100 ? 0 : 1)} ${units[step]}`;
}

/** Day and clock, for list rows: `11/22 12:19:02` in the local time zone. */
export function clock(locale: string, micros: number, zone?: string): string {
  return dateFormat(locale, {
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    timeZone: zone,
  }).format(micros / 1000);
}

/** Day and time without seconds, for the ends of a range and the steps of bars. */
export function moment(locale: string, micros: number, zone?: string): string {
  return dateFormat(locale, {
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: zone,
  }).format(micros / 1000);
}

/** Everything, with the zone, for titles and details. */
export function fullTime(locale: string, micros: number, zone?: string): string {
  return dateFormat(locale, {
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
    hourCycle: "h23",
    timeZoneName: "short",
    timeZone: zone,
  }).format(micros / 1000);
}

export function day(locale: string, micros: number, zone?: string): string {
  return dateFormat(locale, { year: "numeric", month: "short", day: "numeric", timeZone: zone }).format(
    micros / 1000,
  );
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

/** "3 minutes ago", rounded down to the largest unit that fits. */
export function ago(locale: string, micros: number, nowMicros: number): string {
  const seconds = (micros - nowMicros) / 1e6;
  const words = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return words.format(Math.trunc(seconds / size), unit);
  }
  return words.format(0, "second");
}
