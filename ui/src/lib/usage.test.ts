import { expect, it } from "vitest";
import { inOrder, tokensPerSecond } from "./usage";

it("orders known buckets first", () => {
  expect(inOrder(["zeta", "output", "input_cache_read", "input", "alpha"])).toEqual([
    "input", "input_cache_read", "output", "alpha", "zeta",
  ]);
});

it("measures speed after the first token", () => {
  const span = { start_time: 1, end_time: 4e6 + 1, first_token_time: 2e6 + 1, output_tokens: 100 };
  expect(tokensPerSecond(span)).toBe(50);
  expect(tokensPerSecond({ ...span, first_token_time: 0 })).toBe(25);
  expect(tokensPerSecond({ ...span, end_time: 0 })).toBeNull();
});
