/** Definitions of tools in one form, whichever provider's form they came in. */

export interface Tool {
  name: string;
  description: string;
  parameters: Parameter[];
}

export interface Parameter {
  name: string;
  type: string;
  description: string;
  required: boolean;
}

type Values = Record<string, unknown>;

const isObject = (value: unknown): value is Values => value !== null && typeof value === "object" && !Array.isArray(value);
const text = (value: unknown): string => (typeof value === "string" ? value : "");

export function tool(definition: Values): Tool {
  const inner = isObject(definition.function) ? definition.function : definition;
  const schema = [inner.parameters, inner.input_schema, inner.inputSchema, inner.parametersJsonSchema].find(isObject) ?? {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  const properties = isObject(schema.properties) ? schema.properties : {};
  return {
    name: text(inner.name) || text(inner.type),
    description: text(inner.description),
    parameters: Object.entries(properties).map(([name, value]) => ({
      name,
      type: isObject(value) ? typeOf(value) : "",
      description: isObject(value) ? text(value.description) : "",
      required: required.includes(name),
    })),
  };
}

function typeOf(schema: Values): string {
  if (Array.isArray(schema.enum)) return schema.enum.map((one) => JSON.stringify(one)).join(" | ");
  const choice = [schema.anyOf, schema.oneOf].find(Array.isArray);
  if (choice) return choice.filter(isObject).map(typeOf).join(" | ");
  if (Array.isArray(schema.type)) return schema.type.join(" | ");
  if (schema.type === "array" && isObject(schema.items)) return `${typeOf(schema.items)}[]`;
  return text(schema.type).toLowerCase() || text(schema.$ref).split("/").pop()!;
}
