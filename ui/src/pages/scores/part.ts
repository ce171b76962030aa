import type { ScoresSearch } from "@/lib/scores";
import type { Range } from "@/parts/range";

/** What both tabs are given. */
export interface ScoresPart {
  projectId: string;
  search: ScoresSearch;
  range: Range;
  set: (change: Partial<ScoresSearch>) => void;
}
