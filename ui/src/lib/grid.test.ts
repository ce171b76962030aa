import { describe, expect, it } from "vitest";
import { type Place, bottom, movedBy, resizedBy, settle } from "./grid";

const at = (id: string, x: number, y: number, w = 6, h = 4): Place => ({ id, x, y, w, h });
const spots = (all: Place[]) => Object.fromEntries(all.map((one) => [one.id, [one.x, one.y]]));

describe("settle", () => {
  it("makes room below what was moved", () => {
    const all = [at("a", 0, 0), at("b", 6, 0), at("c", 0, 4, 12)];
    expect(spots(settle(all, at("b", 0, 0)))).toEqual({ b: [0, 0], a: [0, 4], c: [0, 8] });
  });

  it("lets everything rise into room that became free", () => {
    expect(spots(settle([at("a", 0, 3), at("b", 0, 20)]))).toEqual({ a: [0, 0], b: [0, 4] });
  });

  it("leaves no two on one cell, whatever moves where", () => {
    let all = ["a", "b", "c", "d", "e"].map((id, index) => at(id, (index % 2) * 6, index, 6, 3));
    for (let step = 0; step < 200; step += 1) {
      const one = all[step % all.length]!;
      const wish = step % 3 ? movedBy(one, (step % 7) - 3, (step % 5) - 2) : resizedBy(one, (step % 4) - 1, (step % 3) - 1);
      all = settle(all, wish);
      const cells = all.flatMap((p) => Array.from({ length: p.w * p.h }, (_, i) => `${p.x + (i % p.w)},${p.y + Math.floor(i / p.w)}`));
      expect(new Set(cells).size).toBe(cells.length);
      expect(all.every((p) => p.x >= 0 && p.x + p.w <= 12)).toBe(true);
    }
  });
});

it("keeps places inside the grid", () => {
  expect(movedBy(at("a", 5, 0), 9, -3)).toMatchObject({ x: 6, y: 0 });
  expect(resizedBy(at("a", 8, 0, 4), 9, -9)).toMatchObject({ w: 4, h: 2 });
  expect(bottom([at("a", 0, 2), at("b", 0, 0, 1, 1)])).toBe(6);
});
