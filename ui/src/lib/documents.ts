/** What a retriever gave back, whatever library wrote it down. */
import { type Json, parseBody } from "./json";

export interface Document {
  id: string;
  text: string;
  score: number | null;
  metadata: Record<string, Json>;
}

type Values = Record<string, Json>;

const LISTS = ["documents", "docs", "results", "nodes", "source_nodes", "chunks", "matches", "hits", "output", "data", "points"];
const TEXTS = ["page_content", "pageContent", "content", "text", "document", "chunk", "passage", "snippet", "body"];
const SCORES = ["score", "relevance_score", "relevance", "similarity", "_score", "rerank_score"];
const IDS = ["id", "document_id", "doc_id", "id_", "node_id", "_id", "url", "source"];
/** Where the document itself lies one level deeper. */
const INNER = ["node", "document", "payload", "_source"];

/** The documents of an output, or null when it holds none. */
export function documents(output: string): Document[] | null {
  const value = parseBody(output);
  const list = value === undefined ? null : listOf(value);
  const found = list?.map(document) ?? [];
  return found.length && found.every((one) => one !== null) ? found : null;
}

function listOf(value: Json): Json[] | null {
  if (Array.isArray(value)) return value;
  if (!isObject(value)) return null;
  for (const key of LISTS) {
    const inner = value[key];
    if (Array.isArray(inner)) return inner;
  }
  return null;
}

function document(value: Json): Document | null {
  // A document with its score, as vector stores of LangChain give them.
  if (Array.isArray(value) && value.length === 2 && typeof value[1] === "number") {
    const inner = document(value[0]!);
    return inner && { ...inner, score: value[1] };
  }
  if (typeof value === "string") return { id: "", text: value, score: null, metadata: {} };
  if (!isObject(value)) return null;
  const inner = INNER.map((key) => value[key]).find((one): one is Values => isObject(one)) ?? {};
  const all: Values = { ...inner, ...value };
  const kwargs = all.kwargs;
  if (isObject(kwargs)) Object.assign(all, kwargs);
  const text = TEXTS.map((key) => all[key]).find((one) => typeof one === "string");
  if (text === undefined) return null;
  const metadata = isObject(all.metadata) ? all.metadata : {};
  return { id: idOf(all) || idOf(metadata), text: text as string, score: scoreOf(all) ?? scoreOf(metadata), metadata };
}

const isObject = (value: Json | undefined): value is Values => value !== null && typeof value === "object" && !Array.isArray(value);

function idOf(value: Values): string {
  const found = IDS.map((key) => value[key]).find((one) => (typeof one === "string" && one !== "") || typeof one === "number");
  return found === undefined ? "" : String(found);
}

function scoreOf(value: Values): number | null {
  const found = SCORES.map((key) => value[key]).find((one) => typeof one === "number");
  return found === undefined ? null : (found as number);
}
