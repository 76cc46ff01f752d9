// Tests @openrouter/agent (`callModel`) against our server: its tool loop, text and streams.

import { readFileSync } from "node:fs";
import { OpenRouter } from "@openrouter/sdk";
import { callModel, stepCountIs, tool } from "@openrouter/agent";
import { z } from "zod";
import {
  assert, checkPerson, checkWeatherArguments, failure, longPrompt, model, personPrompt, personSchema,
  run, server, settled,
  weatherDescription, weatherPrompt,
} from "./harness.mjs";

const { version } = JSON.parse(readFileSync(new URL("node_modules/@openrouter/agent/package.json", import.meta.url)));
const client = new OpenRouter({ apiKey: "any-key", serverURL: `${server}/api/v1`, retryConfig: { strategy: "none" } });
const ask = (request) => callModel(client, { model, temperature: 0, maxOutputTokens: 64, ...request });

const inputSchema = z.object({ city: z.string(), unit: z.enum(["celsius", "fahrenheit"]) });
const forced = { type: "function", name: "get_weather" };

async function typedError(name, status, request) {
  const error = await failure(() => ask(request).getText());
  assert.equal(error.constructor.name, name, String(error));
  assert.equal(error.statusCode, status);
  return name;
}

await run("agent", version, {
  async whole() {
    const response = await ask({ input: "Say hello." }).getResponse();
    assert.ok(response.outputText?.length > 0 || response.output.length > 0, "the output has text");
    assert.equal(response.usage.totalTokens, response.usage.inputTokens + response.usage.outputTokens);
  },
  async stream() {
    const result = ask({ input: "Say hello." });
    let text = "";
    for await (const delta of result.getTextStream()) text += delta;
    assert.ok(text.length > 0, "the stream has text");
    assert.equal(text, await result.getText());
  },
  async conversation() {
    const question = { role: "user", content: "What is the capital of France?" };
    const first = await ask({ input: [question] }).getResponse();
    const text = await ask({ input: [question, ...first.output, { role: "user", content: "And of Italy?" }] }).getText();
    assert.ok(text.length > 0, "the second turn has text");
  },
  async schema() {
    const format = { type: "json_schema", name: "person", schema: personSchema, strict: true };
    const text = await ask({ input: personPrompt, text: { format }, maxOutputTokens: 128 }).getText();
    checkPerson(JSON.parse(text));
  },
  async tool() {
    // A tool without `execute` is returned to the caller.
    const manual = tool({ name: "get_weather", description: weatherDescription, inputSchema, execute: false });
    const calls = await ask({ input: weatherPrompt, tools: [manual], toolChoice: forced }).getToolCalls();
    assert.equal(calls.length, 1, "one function call");
    assert.equal(calls[0].name, "get_weather");
    checkWeatherArguments(JSON.stringify(calls[0].arguments));
  },
  async loop() {
    const seen = [];
    const weather = tool({
      name: "get_weather", description: weatherDescription, inputSchema,
      execute: async (input) => { seen.push(input); return { temperature: 21, sky: "clear" }; },
    });
    const result = ask({ input: weatherPrompt, tools: [weather], toolChoice: forced, stopWhen: stepCountIs(1) });
    const text = await result.getText();
    assert.ok(seen.length >= 1, "the tool was called");
    checkWeatherArguments(JSON.stringify(seen[0]));
    assert.ok(text.length > 0, "the run ends with text");
  },
  error_too_long: () => typedError("BadRequestResponseError", 400, { input: longPrompt }),
  error_no_model: () => typedError("NotFoundResponseError", 404, { model: "nobody/no-such-model", input: "hi" }),
  async hang_up() {
    const result = ask({ input: "Count from one to one thousand.", maxOutputTokens: 2000 });
    let seen = 0;
    for await (const _ of result.getTextStream()) if (++seen === 3) break;
    await result.cancel?.();
    await settled();
  },
});
