// Sends the same requests through our SDK and through two versions of @openrouter/sdk to a recording server.
// Method, path, query, headers and JSON body must be equal, except for the differences in `differences.mjs`.
//
//   node interop/side-by-side/compare.mjs [PATH_OF_THE_BATCH_EXAMPLE]
//
// Without a path it builds `cargo run -p orouter --example batch`. The requests are those in `requests.jsonl`
// and, if the directory with recordings exists, 50 recorded ones. Needs `npm ci` in `interop/node`.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { bodyRules, headerRules, refusal } from "./differences.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const node = createRequire(join(here, "../node/package.json"));

function samples() {
  const lines = readFileSync(join(here, "requests.jsonl"), "utf8").trim().split("\n");
  const own = lines.map((line, index) => [`requests.jsonl:${index + 1}`, JSON.parse(line)]);
  const recorded = join(here, "../../../shared/fixtures/responses-request");
  if (!existsSync(recorded)) {
    console.log("the directory with recordings does not exist: the 50 recorded requests are skipped");
    return own;
  }
  const names = readdirSync(recorded).filter((name) => name.endsWith(".json")).sort();
  const drawn = names.filter((_, index) => index % Math.floor(names.length / 50) === 0).slice(0, 50);
  assert.equal(drawn.length, 50);
  return [...own, ...drawn.map((name) => [name, JSON.parse(readFileSync(join(recorded, name), "utf8"))])];
}

// The server records each request and refuses it, so that no client continues.
const recorded = [];
const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    recorded.push({
      method: request.method,
      url: request.url,
      headers: request.headers,
      body: JSON.parse(Buffer.concat(chunks).toString() || "null"),
    });
    response.writeHead(400, { "content-type": "application/json" });
    response.end('{"error":{"code":400,"message":"recorded"}}');
  });
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const base = `http://127.0.0.1:${server.address().port}/api/v1`;

/** Members whose content has names of the caller, which are not renamed. */
const free = new Set(["metadata", "parameters", "schema", "headers", "variables", "properties"]);

/** Converts a wire request to the names of the TypeScript SDK. */
function camel(value) {
  if (Array.isArray(value)) return value.map(camel);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase()),
      free.has(name) ? member : camel(member),
    ]),
  );
}

/** Returns the recorded form of each request; `null` if the client sends nothing. */
async function throughReference(name, requests) {
  const { OpenRouter } = await import(pathToFileURL(node.resolve(name)).href);
  const flat = name.endsWith("0-5");
  const client = new OpenRouter({ apiKey: "any-key", serverURL: base, retryConfig: { strategy: "none" } });
  const sent = [];
  for (const request of requests) {
    const before = recorded.length;
    const call = flat ? camel(request) : { responsesRequest: camel(request) };
    await client.beta.responses.send(call).catch(() => {});
    assert.ok(recorded.length - before <= 1, "one request a call");
    sent.push(recorded[before] ?? null);
  }
  return sent;
}

async function throughOurs(requests) {
  const before = recorded.length;
  const path = process.argv[2];
  const [command, args] = path
    ? [path, []]
    : ["cargo", ["run", "--quiet", "--package", "orouter", "--example", "batch"]];
  const env = { ...process.env, OPENROUTER_API_KEY: "any-key", OPENROUTER_BASE_URL: base };
  const child = spawn(command, args, { cwd: join(here, "../.."), env, stdio: ["pipe", "pipe", "inherit"] });
  child.stdout.resume();
  child.stdin.end(requests.map((request) => JSON.stringify(request)).join("\n"));
  const status = await new Promise((resolve) => child.on("close", resolve));
  assert.equal(status, 0, "our client runs");
  const sent = recorded.slice(before);
  assert.equal(sent.length, requests.length, "every request is sent, and once");
  return sent;
}

/** Calls `found` for each difference of the two values. */
function compareValues(ours, theirs, path, found) {
  const plain = (value) => value !== null && typeof value === "object";
  if (plain(ours) && plain(theirs) && Array.isArray(ours) === Array.isArray(theirs)) {
    for (const name of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
      compareValues(ours[name], theirs[name], path ? `${path}.${name}` : name, found);
    }
  } else if (ours !== theirs) {
    found(path, ours, theirs);
  }
}

const drawn = samples();
const requests = drawn.map(([, request]) => request);
const ours = await throughOurs(requests);
let failures = 0;

// First check that our SDK sends every member of the request unchanged, except nulls.
for (const [index, [name, request]] of drawn.entries()) {
  compareValues(ours[index].body, request, "", (path, sent, asked) => {
    if (sent === undefined && asked === null) return;
    failures += 1;
    console.log(`${name}: our SDK sends ${path} as ${JSON.stringify(sent)} instead of ${JSON.stringify(asked)}`);
  });
}
if (failures === 0) console.log(`${requests.length} requests through our SDK: every member was sent unchanged`);

for (const reference of ["@openrouter/sdk-0-5", "@openrouter/sdk"]) {
  const file = join(here, "../node/node_modules", reference, "package.json");
  const { version } = JSON.parse(readFileSync(file, "utf8"));
  const theirs = await throughReference(reference, requests);
  const allowed = new Map();
  const allow = (rule) => allowed.set(rule.reason, (allowed.get(rule.reason) ?? 0) + 1);
  for (const [index, [name]] of drawn.entries()) {
    const [our, their] = [ours[index], theirs[index]];
    if (their === null) {
      allow(refusal);
      continue;
    }
    const judge = (rules, what) => (path, a, b) => {
      const rule = rules.find((rule) => rule.allows(path, a, b));
      if (rule) return allow(rule);
      failures += 1;
      console.log(`${name}: ${what} ${path}: ours ${JSON.stringify(a)}, theirs ${JSON.stringify(b)}`);
    };
    for (const part of ["method", "url"]) {
      if (our[part] !== their[part]) judge([], "request's")(part, our[part], their[part]);
    }
    compareValues(our.headers, their.headers, "", judge(headerRules, "header"));
    compareValues(our.body, their.body, "", judge(bodyRules, "body"));
  }
  const sent = theirs.filter((request) => request !== null).length;
  console.log(`\n@openrouter/sdk ${version}: ${sent} of ${requests.length} requests sent by both`);
  for (const [reason, count] of allowed) console.log(`  ${String(count).padStart(5)}  ${reason}`);
}
server.close();
console.log(failures === 0 ? "\nno other difference" : `\n${failures} differences that no rule allows`);
process.exit(failures === 0 ? 0 : 1);
