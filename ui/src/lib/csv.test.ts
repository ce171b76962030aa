import { expect, it } from "vitest";
import { toCsv } from "./csv";

it("quotes what needs it, tells times in full and disarms formulas", () => {
  const rows = [[0, 'say "hi", all', -1.5], [1e6, "=1+1", null]];
  expect(toCsv(["time", "name", "avg_score"], rows)).toBe(
    'time,name,avg_score\r\n1970-01-01T00:00:00.000Z,"say ""hi"", all",-1.5\r\n1970-01-01T00:00:01.000Z,\'=1+1,\r\n',
  );
});
