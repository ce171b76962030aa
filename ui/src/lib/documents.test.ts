import { expect, it } from "vitest";
import { documents } from "./documents";

const read = (output: unknown) => documents(JSON.stringify(output))?.map((one) => [one.id, one.text, one.score]);

it.each([
  ["a plain list", [{ id: "a", content: "one", score: 0.9 }], [["a", "one", 0.9]]],
  ["LangChain", [{ page_content: "one", metadata: { source: "a.md", score: 0.5 } }], [["a.md", "one", 0.5]]],
  ["LangChain, serialised", [{ lc: 1, type: "constructor", kwargs: { page_content: "one", metadata: {} } }], [["", "one", null]]],
  ["LangChain with scores", [[{ page_content: "one" }, 0.25]], [["", "one", 0.25]]],
  ["LlamaIndex", { source_nodes: [{ node: { id_: "n", text: "one" }, score: 0.7 }] }, [["n", "one", 0.7]]],
  ["Qdrant", { points: [{ id: 7, score: 0.3, payload: { text: "one" } }] }, [["7", "one", 0.3]]],
  ["Elasticsearch's hits", { hits: [{ _id: "x", _score: 2, _source: { body: "one" } }] }, [["x", "one", 2]]],
  ["texts", ["one", "two"], [["", "one", null], ["", "two", null]]],
])("reads documents of %s", (_, output, expected) => expect(read(output)).toEqual(expected));

it("does not take anything else for documents", () => {
  expect(documents("just text")).toBeNull();
  expect(read({ answer: "x" })).toBeUndefined();
  expect(read([{ a: 1 }])).toBeUndefined();
  expect(read([])).toBeUndefined();
});
