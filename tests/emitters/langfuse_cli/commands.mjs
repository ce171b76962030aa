// langfuse-cli writes and reads as a person at a terminal does; prints one JSON object of what it answered.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const { PILOTHOUSE_URL, PILOTHOUSE_PUBLIC_KEY, PILOTHOUSE_SECRET_KEY } = process.env;
const program = fileURLToPath(new URL("node_modules/langfuse-cli/bin/langfuse.mjs", import.meta.url));
const env = {
  ...process.env,
  LANGFUSE_BASE_URL: PILOTHOUSE_URL,
  LANGFUSE_PUBLIC_KEY: PILOTHOUSE_PUBLIC_KEY,
  LANGFUSE_SECRET_KEY: PILOTHOUSE_SECRET_KEY,
};

function run(...words) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [program, "api", ...words], {
    env,
    encoding: "utf8",
  });
  return { stdout, stderr, status };
}

/** The body of a call that went well. */
function call(...words) {
  const { stdout, stderr, status } = run(...words, "--json");
  if (status !== 0) throw new Error(`${words.join(" ")} ended with ${status}: ${stdout}${stderr}`);
  return JSON.parse(stdout).body;
}

const body = (value) => ["--body-json", JSON.stringify(value)];
const told = {};
told.detected = run("versions", "detect").stdout.trim();

for (const prompt of ["Hello", "Hi"]) {
  call("prompts", "create", ...body({ name: "team/greet", type: "text", prompt, labels: ["production"] }));
}
call("prompts", "update-version", "team/greet", "1", ...body({ newLabels: ["production"] }));
told.prompt = call("prompts", "get", "team/greet");
told.prompts = call("prompts", "list").data;

call("datasets", "create", ...body({ name: "team/questions", description: "about cities" }));
for (const city of ["Paris", "北京", "Lima"]) {
  call("dataset-items", "create", ...body({ datasetName: "team/questions", input: { city } }));
}
told.items = call("dataset-items", "list", "--dataset-name", "team/questions", "--limit", "2", "--all");

const config = call("score-configs", "create", "--name", "tone", "--data-type", "NUMERIC", "--max-value", "5");
const now = new Date().toISOString();
call(
  ...["ingestion", "batch", "--api-version", "3.225.3"],
  ...body({
    batch: [
      {
        id: "event",
        timestamp: now,
        type: "generation-create",
        body: { id: "call", traceId: "trace", name: "answer", startTime: now, input: "?", output: "!" },
      },
    ],
  }),
);
call("scores", "create", ...body({ traceId: "trace", name: "tone", value: 4, configId: config.id }));
told.refused = run("scores", "create", "--json", ...body({ traceId: "trace", name: "tone", value: 9, configId: config.id }));
told.scores = call("scores", "list", "--trace-id", "trace", "--fields", "subject").data;
told.observations = call("observations", "list", "--trace-id", "trace", "--fields", "core,basic,io").data;
told.trace = call("traces", "get", "trace", "--api-version", "3.225.3");
const project = call("projects", "list").data[0];
told.project = project.name;
call(
  ...["comments", "create", "--project-id", project.id, "--content", "well said"],
  ...["--object-type", "TRACE", "--object-id", "trace"],
);
told.comments = call("comments", "list", "--object-type", "TRACE", "--object-id", "trace").data;

call("traces", "delete", "trace");
told.left = call("observations", "list", "--trace-id", "trace").data;
told.absent = run("prompts", "get", "none", "--json");

/** What every list of the newest API answers that needs no more than a project's key. */
told.lists = {};
const schema = JSON.parse(run("schema", "--json").stdout);
for (const { name, actions } of schema.resources) {
  for (const action of actions) {
    const isPlain = action.pathParameterOrder.length === 0 && action.parameters.every((each) => !each.required);
    if (action.name !== "list" || action.deprecated || !isPlain) continue;
    const { stdout } = run(name, "list", "--json");
    told.lists[action.path] = JSON.parse(stdout).status;
  }
}
console.log(JSON.stringify(told));
