/** The two languages: which one is on, and how to say things in it. */
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import * as formats from "@/lib/format";
import { remember, remembered } from "@/lib/memory";
import { en, type Catalogue, type Key } from "./en";
import { type Values, say } from "./say";
import { zh } from "./zh";

export type { Key } from "./en";

export const LANGUAGES = { en: "English", zh: "中文" } as const;
export type Language = keyof typeof LANGUAGES;

const CATALOGUES: Record<Language, Catalogue> = { en, zh };
const LOCALES: Record<Language, string> = { en: "en-US", zh: "zh-CN" };

function firstLanguage(): Language {
  const wish = remembered("language");
  if (wish === "en" || wish === "zh") return wish;
  return navigator.languages.some((one) => one.toLowerCase().startsWith("zh")) && !navigator.language.startsWith("en")
    ? "zh"
    : "en";
}

/** What a message says in every language, for finding it by the words of any. */
export const inEveryLanguage = (key: Key): string[] =>
  (Object.keys(CATALOGUES) as Language[]).map((one) => say(CATALOGUES[one], LOCALES[one], key));

/** The zone of the browser, or UTC. */
export const CLOCKS = ["local", "utc"] as const;
export type Clock = (typeof CLOCKS)[number];

const ZONES: Record<Clock, string> = { local: Intl.DateTimeFormat().resolvedOptions().timeZone, utc: "UTC" };

export type Translate = (key: Key, values?: Values) => string;

export interface Formats {
  locale: string;
  /** In which times are told, and days begin. */
  zone: string;
  integer(value: number): string;
  decimal(value: number, digits?: number): string;
  compact(value: number): string;
  percent(share: number, digits?: number): string;
  change(now: number, before: number): string | null;
  money(value: number): string;
  duration(micros: number): string;
  bytes(value: number): string;
  clock(micros: number): string;
  moment(micros: number): string;
  fullTime(micros: number): string;
  day(micros: number): string;
  ago(micros: number, now?: number): string;
  listed(words: readonly string[]): string;
}

function formatsOf(locale: string, zone: string): Formats {
  return {
    locale,
    zone,
    integer: (value) => formats.integer(locale, value),
    decimal: (value, digits) => formats.decimal(locale, value, digits),
    compact: (value) => formats.compact(locale, value),
    percent: (share, digits) => formats.percent(locale, share, digits),
    change: (now, before) => formats.change(locale, now, before),
    money: (value) => formats.money(locale, value),
    duration: (micros) => formats.duration(locale, micros),
    bytes: (value) => formats.bytes(locale, value),
    moment: (micros) => formats.moment(locale, micros, zone),
    clock: (micros) => formats.clock(locale, micros, zone),
    fullTime: (micros) => formats.fullTime(locale, micros, zone),
    day: (micros) => formats.day(locale, micros, zone),
    ago: (micros, now = Date.now() * 1000) => formats.ago(locale, micros, now),
    listed: (words) => formats.listed(locale, words),
  };
}

interface Speech {
  language: Language;
  setLanguage(language: Language): void;
  clock: Clock;
  setClock(clock: Clock): void;
  t: Translate;
  f: Formats;
}

const SpeechContext = createContext<Speech | null>(null);

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(firstLanguage);
  const [clock, setClock] = useState<Clock>(remembered("clock") === "utc" ? "utc" : "local");
  const speech = useMemo<Speech>(() => {
    const locale = LOCALES[language];
    return {
      language,
      setLanguage(wish) {
        remember("language", wish);
        setLanguage(wish);
      },
      clock,
      setClock(wish) {
        remember("clock", wish === "local" ? null : wish);
        setClock(wish);
      },
      t: (key, values) => say(CATALOGUES[language], locale, key, values),
      f: formatsOf(locale, ZONES[clock]),
    };
  }, [language, clock]);
  useEffect(() => {
    document.documentElement.lang = LOCALES[language];
  }, [language]);
  return <SpeechContext value={speech}>{children}</SpeechContext>;
}

export function useSpeech(): Speech {
  const speech = useContext(SpeechContext);
  if (!speech) throw new Error("outside of LanguageProvider");
  return speech;
}
