// Tests @openrouter/sdk against our server: `node openrouter.mjs 0.5.1|newest`.
//
// The two versions differ in the form of a request: flat in 0.5.1, inside `responsesRequest` in the newest.
// The cases are the same for both. A value that the SDK's schemas do not know (they replace it by an UNKNOWN
// value) fails the case.

import { readFileSync } from "node:fs";
import {
  assert, busyServer, checkContiguous, checkPerson, checkWeatherArguments, failure, hugePrompt,
  longPrompt, model, personPrompt, personSchema, run, server, settled, weatherDescription,
  weatherParameters, weatherPrompt, weatherReport, whileBusy,
} from "./harness.mjs";

const flat = process.argv[2] === "0.5.1";
const name = flat ? "@openrouter/sdk-0-5" : "@openrouter/sdk";
const { OpenRouter } = await import(name);
const errors = await import(`${name}/models/errors`);
const { version } = JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url)));

const client = new OpenRouter({
  apiKey: "any-key",
  serverURL: `${server}/api/v1`,
  retryConfig: { strategy: "none" },
});

const call = (request) => (flat ? request : { responsesRequest: request });
const betaSend = (request, options) => client.beta.responses.send(call({ model, ...request }), options);
// 0.5.1 has only the beta name.
const send = flat
  ? betaSend
  : (request, options) => client.responses.send(call({ model, ...request }), options);

const format = { type: "json_schema", name: "person", schema: personSchema, strict: true };
const tool = {
  type: "function", name: "get_weather", description: weatherDescription,
  parameters: weatherParameters, strict: true,
};
const forced = { tools: [tool], toolChoice: { type: "function", name: "get_weather" } };

/** Fails on a value at any depth that the SDK's schemas did not recognize. */
function checkKnown(value, path = "$") {
  if (value === null || typeof value !== "object") return;
  if (value.isUnknown === true || value.type === "UNKNOWN") {
    assert.fail(`${path} is unknown to the SDK: ${JSON.stringify(value.raw ?? value)}`);
  }
  for (const [key, member] of Object.entries(value)) checkKnown(member, `${path}.${key}`);
}

function messageText(response) {
  return response.output
    .filter((item) => item.type === "message")
    .flatMap((item) => item.content)
    .filter((part) => part.type === "output_text")
    .map((part) => part.text)
    .join("");
}

function functionCall(response) {
  const calls = response.output.filter((item) => item.type === "function_call");
  assert.equal(calls.length, 1, "one function call");
  return calls[0];
}

function checkWhole(response) {
  checkKnown(response);
  assert.equal(response.object, "response");
  assert.equal(response.model, model);
  assert.ok(["completed", "incomplete"].includes(response.status), `status ${response.status}`);
  assert.ok(messageText(response).length > 0, "the model said something");
  assert.equal(response.usage.totalTokens, response.usage.inputTokens + response.usage.outputTokens);
}

async function collect(stream) {
  const events = [];
  for await (const event of stream) {
    checkKnown(event);
    events.push(event);
  }
  return events;
}

/** Checks a whole stream: order, sequence numbers, and deltas against the complete texts. */
function checkStream(events) {
  checkContiguous(events.map((event) => event.sequenceNumber));
  assert.equal(events[0].type, "response.created");
  assert.equal(events[1].type, "response.in_progress");
  const last = events.at(-1);
  assert.ok(["response.completed", "response.incomplete"].includes(last.type), `ends with ${last.type}`);
  const deltas = events.filter((event) => event.type === "response.output_text.delta");
  assert.ok(deltas.length > 1, "text came in pieces");
  const text = deltas.map((event) => event.delta).join("");
  const done = events.find((event) => event.type === "response.output_text.done");
  assert.equal(text, done.text);
  assert.equal(text, messageText(last.response));
  checkWhole(last.response);
}

/** Checks that the call fails with the SDK's error class for this status. */
async function typedError(kind, status, request, options) {
  const error = await failure(() => send(request, options));
  assert.ok(error instanceof errors[kind], `${error?.name}: ${error?.message} (body: ${error?.body})`);
  assert.equal(error.statusCode, status);
  assert.equal(error.error.code, status);
  assert.ok(error.error.message.length > 0);
  return error.name;
}

await run(flat ? "sdk-0.5" : "sdk", version, {
  ...(flat ? {} : {
    async whole() {
      checkWhole(await send({ input: "Say hello.", maxOutputTokens: 32, stream: false }));
    },
    async stream() {
      checkStream(await collect(await send({ input: "Tell me a joke.", maxOutputTokens: 48, stream: true })));
    },
    async models() {
      const ids = [];
      for await (const page of await client.models.list()) {
        checkKnown(page);
        ids.push(...(page.result ?? page).data.map((entry) => entry.id));
      }
      assert.ok(ids.includes(model), ids.join(", "));
    },
  }),
  async beta() {
    checkWhole(await betaSend({ input: "Say hello.", maxOutputTokens: 32 }));
  },
  async beta_stream() {
    checkStream(await collect(await betaSend({ input: "Tell me a joke.", maxOutputTokens: 48, stream: true })));
  },
  async conversation() {
    const question = { role: "user", content: "What is the capital of France?" };
    const first = await send({ instructions: "Answer in one sentence.", input: [question], maxOutputTokens: 48 });
    checkWhole(first);
    const second = await send({
      input: [question, ...first.output, { role: "user", content: "And of Italy?" }],
      maxOutputTokens: 48,
    });
    checkWhole(second);
  },
  async schema() {
    const response = await send({ input: personPrompt, text: { format }, maxOutputTokens: 128 });
    checkKnown(response);
    assert.equal(response.status, "completed");
    checkPerson(JSON.parse(messageText(response)));
  },
  async tool() {
    const response = await send({ input: weatherPrompt, ...forced, maxOutputTokens: 128 });
    checkKnown(response);
    assert.equal(response.status, "completed");
    const made = functionCall(response);
    assert.equal(made.name, "get_weather");
    checkWeatherArguments(made.arguments);
  },
  async tool_stream() {
    const events = await collect(await send({ input: weatherPrompt, ...forced, maxOutputTokens: 128, stream: true }));
    checkContiguous(events.map((event) => event.sequenceNumber));
    const pieces = events.filter((event) => event.type === "response.function_call_arguments.delta");
    const done = events.find((event) => event.type === "response.function_call_arguments.done");
    assert.equal(pieces.map((event) => event.delta).join(""), done.arguments);
    assert.equal(functionCall(events.at(-1).response).arguments, done.arguments);
    checkWeatherArguments(done.arguments);
  },
  async tool_output() {
    const question = { role: "user", content: weatherPrompt };
    const first = await send({ input: [question], ...forced, maxOutputTokens: 128 });
    const made = functionCall(first);
    const output = { type: "function_call_output", callId: made.callId, output: weatherReport };
    if (flat) output.id = "fc_output_1";
    checkWhole(await send({ input: [question, ...first.output, output], tools: [tool], toolChoice: "none", maxOutputTokens: 64 }));
  },
  error_no_input: () => typedError("BadRequestResponseError", 400, {}),
  error_too_long: () => typedError("BadRequestResponseError", 400, { input: longPrompt }),
  error_no_model: () => typedError("NotFoundResponseError", 404, { model: "nobody/no-such-model", input: "hi" }),
  error_too_large: () => typedError("PayloadTooLargeResponseError", 413, { input: hugePrompt }),
  error_busy: () => whileBusy(() =>
    typedError("ServiceUnavailableResponseError", 503, { input: "hi" }, { serverURL: `${busyServer}/api/v1` })),
  async hang_up() {
    const stream = await send({ input: "Count from one to one thousand.", maxOutputTokens: 2000, stream: true });
    let seen = 0;
    for await (const event of stream) {
      checkKnown(event);
      if (event.type === "response.output_text.delta" && ++seen === 3) break;
    }
    await settled();
  },
});
