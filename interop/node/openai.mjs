// Tests openai for Node against our server, at the base path of such clients (/v1).

import { readFileSync } from "node:fs";
import OpenAI, { APIError, BadRequestError, InternalServerError, NotFoundError } from "openai";
import { zodResponsesFunction, zodTextFormat } from "openai/helpers/zod";
import { z } from "zod";
import {
  assert, busyServer, checkContiguous, checkPerson, checkWeatherArguments, failure, hugePrompt,
  longPrompt, model, personPrompt, run, server, settled, weatherDescription, weatherPrompt,
  weatherReport, whileBusy,
} from "./harness.mjs";

const { version } = JSON.parse(readFileSync(new URL("node_modules/openai/package.json", import.meta.url)));
const client = new OpenAI({ apiKey: "any-key", baseURL: `${server}/v1`, maxRetries: 0 });

const Person = z.object({ name: z.string(), age: z.int(), city: z.string() });
const tool = zodResponsesFunction({
  name: "get_weather",
  description: weatherDescription,
  parameters: z.object({ city: z.string(), unit: z.enum(["celsius", "fahrenheit"]) }),
});
const forced = { tools: [tool], tool_choice: { type: "function", name: "get_weather" } };

function checkWhole(response) {
  assert.equal(response.object, "response");
  assert.equal(response.model, model);
  assert.ok(["completed", "incomplete"].includes(response.status), `status ${response.status}`);
  assert.ok(response.output_text.length > 0, "the model said something");
  assert.equal(response.usage.total_tokens, response.usage.input_tokens + response.usage.output_tokens);
}

function functionCall(response) {
  const calls = response.output.filter((item) => item.type === "function_call");
  assert.equal(calls.length, 1, "one function call");
  return calls[0];
}

async function typedError(kind, status, request, asked = client) {
  const error = await failure(() => asked.responses.create(request));
  assert.ok(error instanceof kind, `${error?.name}: ${error?.message}`);
  assert.equal(error.status, status);
  assert.equal(error.code, status);
  assert.ok(error.error.message.length > 0);
  return error.constructor.name;
}

await run("openai-node", version, {
  async whole() {
    checkWhole(await client.responses.create({ model, input: "Say hello.", max_output_tokens: 32 }));
  },
  async stream() {
    const stream = await client.responses.create({ model, input: "Tell me a joke.", max_output_tokens: 48, stream: true });
    const events = [];
    for await (const event of stream) events.push(event);
    checkContiguous(events.map((event) => event.sequence_number));
    const text = events.filter((event) => event.type === "response.output_text.delta").map((event) => event.delta).join("");
    assert.equal(text, events.find((event) => event.type === "response.output_text.done").text);
    const last = events.at(-1);
    assert.ok(["response.completed", "response.incomplete"].includes(last.type), `ends with ${last.type}`);
    assert.equal(text, last.response.output[0].content[0].text);
  },
  async helper_stream() {
    let text = "";
    const stream = client.responses.stream({ model, input: "Tell me a joke.", max_output_tokens: 48 });
    stream.on("response.output_text.delta", (event) => { text += event.delta; });
    const response = await stream.finalResponse();
    checkWhole(response);
    assert.equal(text, response.output_text);
  },
  async conversation() {
    const question = { role: "user", content: "What is the capital of France?" };
    const first = await client.responses.create({ model, instructions: "Answer in one sentence.", input: [question], max_output_tokens: 48 });
    checkWhole(first);
    checkWhole(await client.responses.create({
      model, input: [question, ...first.output, { role: "user", content: "And of Italy?" }], max_output_tokens: 48,
    }));
  },
  async schema() {
    const response = await client.responses.parse({
      model, input: personPrompt, text: { format: zodTextFormat(Person, "person") }, max_output_tokens: 128,
    });
    assert.equal(response.status, "completed");
    checkPerson(response.output_parsed);
  },
  async schema_stream() {
    const stream = client.responses.stream({
      model, input: personPrompt, text: { format: zodTextFormat(Person, "person") }, max_output_tokens: 128,
    });
    checkPerson((await stream.finalResponse()).output_parsed);
  },
  async tool() {
    const response = await client.responses.parse({ model, input: weatherPrompt, ...forced, max_output_tokens: 128 });
    assert.equal(response.status, "completed");
    const made = functionCall(response);
    assert.equal(made.name, "get_weather");
    checkWeatherArguments(made.arguments);
    assert.deepEqual(made.parsed_arguments, JSON.parse(made.arguments));
  },
  async tool_stream() {
    let pieces = "";
    const stream = client.responses.stream({ model, input: weatherPrompt, ...forced, max_output_tokens: 128 });
    stream.on("response.function_call_arguments.delta", (event) => { pieces += event.delta; });
    const made = functionCall(await stream.finalResponse());
    assert.equal(pieces, made.arguments);
    checkWeatherArguments(made.arguments);
  },
  async tool_output() {
    const question = { role: "user", content: weatherPrompt };
    const first = await client.responses.create({ model, input: [question], ...forced, max_output_tokens: 128 });
    const output = { type: "function_call_output", call_id: functionCall(first).call_id, output: weatherReport };
    checkWhole(await client.responses.create({
      model, input: [question, ...first.output, output], tools: [tool], tool_choice: "none", max_output_tokens: 64,
    }));
  },
  error_no_input: () => typedError(BadRequestError, 400, { model }),
  error_too_long: () => typedError(BadRequestError, 400, { model, input: longPrompt }),
  error_no_model: () => typedError(NotFoundError, 404, { model: "nobody/no-such-model", input: "hi" }),
  error_too_large: () => typedError(APIError, 413, { model, input: hugePrompt }),
  error_busy: () => whileBusy(() =>
    typedError(InternalServerError, 503, { model, input: "hi" }, client.withOptions({ baseURL: `${busyServer}/v1` }))),
  async hang_up() {
    const stream = await client.responses.create({ model, input: "Count from one to one thousand.", max_output_tokens: 2000, stream: true });
    let seen = 0;
    for await (const event of stream) {
      if (event.type === "response.output_text.delta" && ++seen === 3) break;
    }
    await settled();
  },
  async models() {
    const ids = [];
    for await (const entry of client.models.list()) ids.push(entry.id);
    assert.ok(ids.includes(model), ids.join(", "));
  },
});
