// Shared by the Node clients: runs the cases in order and reports each as one JSON line.
//
// A case is an async function. It throws if the case fails, and may return a short outcome, such as the
// class of an expected error; the default outcome is "passed".

import assert from "node:assert/strict";

export { assert };

export const server = required("OROUTER_INTEROP_SERVER"); // http://127.0.0.1:PORT
/** A server that runs one generation at a time and has no queue. */
export const busyServer = required("OROUTER_INTEROP_BUSY_SERVER");
export const model = required("OROUTER_INTEROP_MODEL");

/** The schema of structured output in all clients: small, without additional members. */
export const personSchema = {
  type: "object",
  properties: { name: { type: "string" }, age: { type: "integer" }, city: { type: "string" } },
  required: ["name", "age", "city"],
  additionalProperties: false,
};

export const personPrompt = "Extract: Maria Lopez is 34 and lives in Lisbon.";

export const weatherParameters = {
  type: "object",
  properties: { city: { type: "string" }, unit: { type: "string", enum: ["celsius", "fahrenheit"] } },
  required: ["city", "unit"],
  additionalProperties: false,
};

export const weatherDescription = "The weather in a city, right now.";
export const weatherPrompt = "What is the weather in Paris, in celsius?";
export const weatherReport = '{"temperature": 21, "sky": "clear"}';

/** A prompt longer than the embedded model's context of 4096 tokens. */
export const longPrompt = "one two three four five six seven eight nine ten ".repeat(600);

/** A prompt larger than the 32 MiB that the server accepts as a body. */
export const hugePrompt = "x".repeat(34_000_000);

export function checkPerson(person) {
  assert.deepEqual(Object.keys(person).sort(), ["age", "city", "name"]);
  assert.equal(typeof person.name, "string");
  assert.ok(Number.isInteger(person.age), "age is an integer");
  assert.equal(typeof person.city, "string");
}

export function checkWeatherArguments(text) {
  const args = JSON.parse(text);
  assert.deepEqual(Object.keys(args).sort(), ["city", "unit"]);
  assert.equal(typeof args.city, "string");
  assert.ok(["celsius", "fahrenheit"].includes(args.unit), `unit is one of the enum: ${args.unit}`);
}

/** Checks that the numbers count from 0 without gaps. */
export function checkContiguous(numbers) {
  assert.ok(numbers.length > 0, "there are events");
  numbers.forEach((number, at) => assert.equal(number, at, "sequence numbers are contiguous"));
}

/** Returns the number of generations that run, as the server reports it. */
async function activeGenerations() {
  const health = await (await fetch(`${server}/health`)).json();
  assert.equal(typeof health.active_generations, "number", `/health counts active generations: ${JSON.stringify(health)}`);
  return health.active_generations;
}

/** Waits until no generation runs; fails after 5 seconds. */
export async function settled() {
  const deadline = Date.now() + 5_000;
  while ((await activeGenerations()) > 0) {
    assert.ok(Date.now() < deadline, "no generation is left running");
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Runs the call while another generation takes the busy server's only slot. */
export async function whileBusy(call) {
  const hold = new AbortController();
  const request = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model, input: "Count from one to one thousand.", stream: true }),
    signal: hold.signal,
  };
  const deadline = Date.now() + 5_000;
  let answer = await fetch(`${busyServer}/v1/responses`, request);
  // The server may not have noticed yet that the previous client disconnected.
  while (answer.status === 503) {
    assert.ok(Date.now() < deadline, "the turn is given back");
    await answer.text();
    answer = await fetch(`${busyServer}/v1/responses`, request);
  }
  try {
    return await call();
  } finally {
    hold.abort();
  }
}

/** Runs the call, which must fail, and returns the error. */
export async function failure(call) {
  let value;
  try {
    value = await call();
  } catch (error) {
    return error;
  }
  assert.fail(`expected an error, got ${JSON.stringify(value)?.slice(0, 300)}`);
}

/** Runs one case and prints its line. Returns whether it passed. */
export async function report(about, body) {
  let outcome = "passed";
  let detail = "";
  try {
    outcome = (await body()) ?? "passed";
  } catch (error) {
    outcome = "FAILED";
    detail = String(error?.stack ?? error);
  }
  console.log(JSON.stringify({ ...about, outcome, detail }));
  return outcome !== "FAILED";
}

/** Runs the cases in `OROUTER_INTEROP_CASES`, separated by commas; without it, all. */
export async function run(client, version, cases) {
  const only = process.env.OROUTER_INTEROP_CASES?.split(",");
  let failed = 0;
  for (const [name, body] of Object.entries(cases)) {
    if (only && !only.includes(name)) continue;
    if (!(await report({ client, version, case: name }, body))) failed += 1;
  }
  process.exitCode = failed === 0 ? 0 : 1;
}

function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; interop/run sets it`);
  return value;
}
