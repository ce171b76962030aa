/** Every key of the product, once: pages can bind no other, and the help shows them all. */
import type { Key } from "@/messages";

interface Binding {
  /** As the help writes it. */
  show: string;
  /** Names of the keys, as the browser has them; none where the part itself answers the key. */
  on: readonly string[];
  label: Key;
}

export const KEYMAP = {
  everywhere: [
    { show: "mod+k", on: [], label: "keys.palette" },
    { show: "mod+z", on: [], label: "keys.undo" },
    { show: "/", on: ["/"], label: "keys.filter" },
    { show: "d", on: ["d"], label: "keys.theme" },
    { show: "?", on: ["?"], label: "keys.help" },
    { show: "g", on: ["g"], label: "keys.go_key" },
  ],
  lists: [
    { show: "j", on: ["j", "ArrowDown"], label: "keys.next" },
    { show: "k", on: ["k", "ArrowUp"], label: "keys.previous" },
    { show: "enter", on: ["Enter"], label: "keys.open" },
    { show: "space", on: [" "], label: "keys.fold" },
    { show: "x", on: ["x"], label: "keys.choose" },
    { show: "s", on: ["s"], label: "keys.score" },
    { show: "b", on: ["b"], label: "keys.bookmark" },
    { show: "c", on: ["c"], label: "keys.comment" },
    { show: "n p", on: ["n", "p"], label: "keys.next_match" },
    { show: "alt+up down", on: [], label: "keys.column_move" },
    { show: "esc", on: ["Escape"], label: "keys.close" },
  ],
  annotation: [
    { show: "1 2 …", on: ["1", "2", "3", "4", "5", "6", "7", "8", "9"], label: "keys.work_value" },
    { show: "up down", on: ["ArrowUp", "ArrowDown"], label: "keys.work_move" },
    { show: "enter", on: ["Enter"], label: "keys.work_save" },
    { show: "mod+enter", on: [], label: "keys.work_force" },
    { show: "s", on: ["s"], label: "keys.work_skip" },
    { show: "o", on: ["o"], label: "keys.work_correct" },
    { show: "c", on: ["c"], label: "keys.work_comment" },
    { show: "left", on: ["ArrowLeft"], label: "keys.work_back" },
  ],
  charts: [
    { show: "left right", on: [], label: "keys.chart_move" },
    { show: "shift+right", on: [], label: "keys.chart_grow" },
    { show: "enter", on: [], label: "keys.chart_zoom" },
    { show: "f", on: ["f"], label: "keys.chart_full" },
  ],
  graph: [
    { show: "left right", on: ["ArrowLeft", "ArrowRight"], label: "keys.graph_move" },
    { show: "plus minus", on: ["+", "=", "-"], label: "keys.graph_zoom" },
    { show: "0", on: ["0"], label: "keys.graph_fit" },
  ],
} as const satisfies Record<string, readonly Binding[]>;

export type KeyGroup = keyof typeof KEYMAP;
export type BoundKey = (typeof KEYMAP)[KeyGroup][number]["on"][number];
