import { expect, it } from "vitest";
import { tool } from "./tools";

const schema = {
  type: "object",
  required: ["order"],
  properties: {
    order: { type: "string", description: "Its number" },
    parts: { type: "array", items: { enum: ["a", "b"] } },
    limit: { anyOf: [{ type: "integer" }, { type: "null" }] },
  },
};

it.each([
  ["OpenAI", { type: "function", function: { name: "look", description: "Looks", parameters: schema } }],
  ["OpenAI's responses", { type: "function", name: "look", description: "Looks", parameters: schema }],
  ["Anthropic", { name: "look", description: "Looks", input_schema: schema }],
  ["MCP", { name: "look", description: "Looks", inputSchema: schema }],
])("reads a tool of %s", (_, definition) => {
  expect(tool(definition)).toEqual({
    name: "look",
    description: "Looks",
    parameters: [
      { name: "order", type: "string", description: "Its number", required: true },
      { name: "parts", type: '"a" | "b"[]', description: "", required: false },
      { name: "limit", type: "integer | null", description: "", required: false },
    ],
  });
});

it("reads what has no schema", () => expect(tool({ type: "web_search" })).toEqual({ name: "web_search", description: "", parameters: [] }));
