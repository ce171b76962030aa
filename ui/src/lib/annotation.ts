/** Addresses of annotation queues and calibration, and what people say of an item. Pure. */
import type { SaidScore } from "@/api/annotation";
import { type RangeSearch, cleanRange } from "./time";

type Raw = Record<string, unknown>;

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
const present = <T extends object>(search: T): T => Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as T;

export const QUEUE_TABS = ["items", "agreement", "disagreements"] as const;
export type QueueTab = (typeof QUEUE_TABS)[number];

export interface QueueSearch {
  tab?: QueueTab;
  status?: "pending" | "completed";
  /** Of disagreements: settled ones too. */
  all?: "1";
  edit?: "1";
}

export const queueSearch = (raw: Raw): QueueSearch =>
  present({
    tab: QUEUE_TABS.find((one) => one === raw.tab && one !== "items"),
    status: (["pending", "completed"] as const).find((one) => one === raw.status),
    all: String(raw.all) === "1" ? ("1" as const) : undefined,
    edit: String(raw.edit) === "1" ? ("1" as const) : undefined,
  });

export interface WorkSearch {
  /** A certain item; without it whichever is next. */
  item?: string;
}

export const workSearch = (raw: Raw): WorkSearch => present({ item: text(raw.item) });

export interface CalibrationSearch extends RangeSearch {
  judge?: string;
  people?: string;
  version?: string;
  threshold?: number;
  positive?: string;
  basis?: "random" | "all";
}

export const calibrationSearch = (raw: Raw): CalibrationSearch =>
  present({
    ...cleanRange(raw),
    judge: text(raw.judge),
    people: text(raw.people),
    version: text(raw.version === undefined ? undefined : String(raw.version)),
    threshold: raw.threshold === undefined || raw.threshold === "" || !Number.isFinite(Number(raw.threshold)) ? undefined : Number(raw.threshold),
    positive: text(raw.positive),
    basis: (["random", "all"] as const).find((one) => one === raw.basis),
  });

// -- what is said of an item ----------------------------------------------------------------------

export type Value = SaidScore["value"];

/** What is said so far, by score config. */
export type Draft = Readonly<Record<string, { value: Value | undefined; comment: string }>>;

interface Config {
  id: string;
  data_type: string;
}

interface Given {
  config_id: string;
  data_type: string;
  value: number;
  text: string;
  comment: string;
}

const valueOf = (score: Given): Value => (score.data_type === "numeric" ? score.value : score.data_type === "boolean" ? score.value !== 0 : score.text);

export function draftOf(configs: readonly Config[], given: readonly Given[]): Draft {
  return Object.fromEntries(
    configs.map(({ id }) => {
      const score = given.find((one) => one.config_id === id);
      return [id, { value: score && valueOf(score), comment: score?.comment ?? "" }];
    }),
  );
}

const said = (value: Value | undefined): value is Value => value !== undefined && (typeof value !== "string" || value.trim() !== "");

/** The scores of a draft, those without a value left out. */
export const scoresOf = (draft: Draft): SaidScore[] =>
  Object.entries(draft).flatMap(([config_id, { value, comment }]) => (said(value) ? [{ config_id, value, comment: comment.trim() }] : []));

/** Place of the first config, after one and round again, that still needs a value; texts need none. -1: all have theirs. */
export function nextOpen(configs: readonly Config[], draft: Draft, after: number): number {
  for (let step = 1; step <= configs.length; step += 1) {
    const at = (after + step) % configs.length;
    const one = configs[at]!;
    if (one.data_type !== "text" && !said(draft[one.id]?.value)) return at;
  }
  return -1;
}
