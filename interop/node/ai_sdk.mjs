// Tests the Vercel AI SDK against our server: `ai` with `@ai-sdk/openai`, which uses the Responses API by
// default, or with `@openrouter/ai-sdk-provider`, which uses Chat Completions.
//
//   node ai_sdk.mjs [openrouter]

import { readFileSync } from "node:fs";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenRouter } from "@openrouter/ai-sdk-provider";
import { APICallError, Output, generateText, isStepCount, stepCountIs, streamText, tool } from "ai";
import { z } from "zod";
import {
  assert, checkPerson, checkWeatherArguments, failure, longPrompt, model as name, personPrompt,
  run, server, settled, weatherDescription, weatherPrompt,
} from "./harness.mjs";

const chat = process.argv[2] === "openrouter";
const [client, named] = chat ? ["ai-sdk-openrouter", "@openrouter/ai-sdk-provider"] : ["ai-sdk", "ai"];
const { version } = JSON.parse(readFileSync(new URL(`node_modules/${named}/package.json`, import.meta.url)));
const settings = { apiKey: "any-key", baseURL: `${server}/v1` };
const provider = chat ? createOpenRouter(settings) : createOpenAI(settings);
// By default (`store`) the client refers to earlier items by id, but the server stores no items.
const providerOptions = { openai: { store: false } };
const options = { model: provider(name), maxRetries: 0, temperature: 0, maxOutputTokens: 64, providerOptions };

const inputSchema = z.object({ city: z.string(), unit: z.enum(["celsius", "fahrenheit"]) });
const person = z.object({ name: z.string(), age: z.int(), city: z.string() });
const stopAfter = stepCountIs ?? isStepCount;

async function typedError(status, request) {
  const error = await failure(() => generateText({ ...options, ...request }));
  assert.ok(APICallError.isInstance(error), String(error));
  assert.equal(error.statusCode, status);
  assert.equal(error.isRetryable, false);
  assert.ok(error.data?.error?.message, `the error's body was read: ${JSON.stringify(error.data)}`);
  return "APICallError";
}

await run(client, version, {
  async whole() {
    const { text, usage, finishReason } = await generateText({ ...options, prompt: "Say hello." });
    assert.ok(text.length > 0, "the output has text");
    assert.ok(["stop", "length"].includes(finishReason), finishReason);
    assert.equal(usage.totalTokens, usage.inputTokens + usage.outputTokens);
  },
  async stream() {
    const result = streamText({ ...options, prompt: "Say hello.", onError() {} });
    let text = "";
    for await (const delta of result.textStream) text += delta;
    assert.ok(text.length > 0, "the stream has text");
    assert.equal(text, await result.text);
  },
  async conversation() {
    const question = { role: "user", content: "What is the capital of France?" };
    const first = await generateText({ ...options, messages: [question] });
    const messages = [question, ...first.response.messages, { role: "user", content: "And of Italy?" }];
    const second = await generateText({ ...options, messages });
    assert.ok(second.text.length > 0, "the second turn has text");
  },
  async schema() {
    const result = await generateText({
      ...options, maxOutputTokens: 128, prompt: personPrompt, output: Output.object({ schema: person }),
    });
    checkPerson(result.output);
  },
  async schema_stream() {
    const result = streamText({
      ...options, maxOutputTokens: 128, prompt: personPrompt, output: Output.object({ schema: person }), onError() {},
    });
    for await (const _ of result.textStream);
    checkPerson(await result.output);
  },
  async tool() {
    const { toolCalls } = await generateText({
      ...options, prompt: weatherPrompt, toolChoice: { type: "tool", toolName: "get_weather" },
      tools: { get_weather: tool({ description: weatherDescription, inputSchema }) },
    });
    assert.equal(toolCalls.length, 1, "one function call");
    checkWeatherArguments(JSON.stringify(toolCalls[0].input));
  },
  async loop() {
    const seen = [];
    const weather = tool({
      description: weatherDescription, inputSchema,
      execute: async (input) => { seen.push(input); return { temperature: 21, sky: "clear" }; },
    });
    const result = await generateText({
      ...options, prompt: weatherPrompt, tools: { get_weather: weather }, stopWhen: stopAfter(2),
      prepareStep: ({ stepNumber }) => ({
        toolChoice: stepNumber === 0 ? { type: "tool", toolName: "get_weather" } : "none",
      }),
    });
    assert.equal(seen.length, 1, "the tool was called once");
    checkWeatherArguments(JSON.stringify(seen[0]));
    assert.ok(result.text.length > 0, "the run ends with text");
  },
  error_too_long: () => typedError(400, { prompt: longPrompt }),
  error_no_model: () => typedError(404, { model: provider("nobody/no-such-model"), prompt: "Say hello." }),
  async hang_up() {
    const abort = new AbortController();
    const result = streamText({
      ...options, maxOutputTokens: 2000, prompt: "Count from one to one thousand.", abortSignal: abort.signal, onError() {},
    });
    let seen = 0;
    for await (const _ of result.textStream) if (++seen === 3) { abort.abort(); break; }
    await settled();
  },
});
