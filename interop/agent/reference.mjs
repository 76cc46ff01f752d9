// Runs every scenario of `scenarios.json` through `callModel` of @openrouter/agent, against a scripted server, and
// writes the requests and the outcome of each as one line of `reference.jsonl`.
//
//   node reference.mjs            writes the file
//   node reference.mjs --check    fails if it differs
//   node reference.mjs NAME...    prints the lines of these scenarios only

import { readFileSync, writeFileSync } from "node:fs";
import {
  callModel, deserializeConversationState, finishReasonIs, hasToolCall, maxCost, maxTokensUsed, OpenRouter,
  serializeConversationState, stepCountIs, tool,
} from "@openrouter/agent";
import { z } from "zod";
import { serve } from "./server.mjs";

const here = (name) => new URL(name, import.meta.url);
const { tools: definitions, scenarios } = JSON.parse(readFileSync(here("scenarios.json"), "utf8"));

// Errors go to the record; warnings of the reference would only disturb the output.
console.warn = () => {};

// The reference leaves a rejected promise behind when a stream of its events fails, which by default ends the process.
let unhandled = [];
process.on("unhandledRejection", (reason) => unhandled.push(reason));

const conditions = {
  step_count_is: stepCountIs,
  has_tool_call: hasToolCall,
  max_tokens_used: maxTokensUsed,
  max_cost: maxCost,
  finish_reason_is: finishReasonIs,
};

/** The tool of a definition; `trace` gets each execution. */
function build(name, trace, abort) {
  const { description, arguments: kind, returns, throws, progress, manual, approval, aborts } = definitions[name];
  const inputSchema = kind === "none" ? z.object({}) : z.object({ city: z.string() });
  if (manual) return tool({ name, description, inputSchema, execute: false });
  const run = (input) => {
    trace.executions.push({ tool: name, arguments: input });
    if (aborts) abort.abort();
    if (throws !== undefined) throw new Error(throws);
    return returns;
  };
  if (progress) {
    return tool({
      name, description, inputSchema,
      eventSchema: z.object({ percent: z.number() }),
      outputSchema: z.object({ hits: z.number() }),
      execute: async function* (input) {
        yield* progress;
        return run(input);
      },
    });
  }
  return tool({
    name, description, inputSchema, execute: async (input) => run(input),
    ...(approval && { requireApproval: true }),
  });
}

const camel = (name) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());

/** The request and the options of a scenario in the names of the reference. */
function toReference({ request, options }) {
  const result = Object.fromEntries(Object.entries(request).map(([name, value]) => [camel(name), value]));
  if (options.stop_when) {
    result.stopWhen = options.stop_when.map((condition) => {
      const [[name, value]] = Object.entries(condition);
      return conditions[name](value);
    });
  }
  if (options.final_response !== undefined) result.allowFinalResponse = options.final_response;
  if (options.temperature_per_turn) {
    result.temperature = ({ numberOfTurns }) => options.temperature_per_turn[numberOfTurns];
  }
  return result;
}

/** Parts of a state that vary between runs are left out. */
function stable(state) {
  if (!state) return undefined;
  const { version, status, messages, pendingToolCalls, unsentToolResults } = JSON.parse(state);
  return { version, status, messages: messages.length, pendingToolCalls, unsentToolResults };
}

async function consume(result, trace, stop) {
  let events = 0;
  const reading = (async () => {
    for await (const event of result.getFullResponsesStream()) {
      if (event.type === "tool.preliminary_result") trace.progress.push(event.result);
      if (stop && event.type === "response.output_text.delta" && ++events === 1) stop.abort();
    }
  })();
  const [text] = await Promise.all([result.getText(), reading]);
  const response = await result.getResponse();
  return { text, status: response.status, usage: response.usage?.totalTokens };
}

async function play(scenario) {
  const server = await serve(scenario.replies);
  const client = new OpenRouter({ apiKey: "any-key", serverURL: server.url, retryConfig: { strategy: "none" } });
  let stored;
  const state = {
    load: async () => (stored ? deserializeConversationState(stored) : null),
    save: async (value) => { stored = serializeConversationState(value); },
  };
  const outcomes = [];
  for (const { outputs, approve, reject } of scenario.runs) {
    const abort = new AbortController();
    const trace = { turns: [], executions: [], progress: [] };
    const { input, ...request } = toReference(scenario);
    const resumes = outcomes.length > 0;
    const result = callModel(
      client,
      {
        ...request,
        ...(resumes ? {} : { input }),
        ...(outputs && {
          input: Object.entries(outputs).map(([callId, output]) => ({ type: "function_call_output", callId, output })),
        }),
        ...(approve && { approveToolCalls: approve }),
        ...(reject && { rejectToolCalls: reject }),
        ...(scenario.runs.length > 1 && { state }),
        tools: scenario.tools.map((name) => build(name, trace, abort)),
        hooks: { PostModelCall: [{ handler: ({ turnType }) => { trace.turns.push(turnType); } }] },
      },
      { fetchOptions: { signal: abort.signal } },
    );
    let outcome;
    try {
      outcome = await consume(result, trace, scenario.options.abort === "in_stream" ? abort : undefined);
    } catch (error) {
      outcome = { error: { name: error.constructor.name, message: String(error.message).split("\n")[0] } };
    }
    // Node reports a rejection as unhandled after the microtasks.
    await new Promise((resolve) => setImmediate(resolve));
    const rejections = unhandled.length > 0 ? { unhandled_rejections: unhandled.length } : {};
    unhandled = [];
    outcomes.push({ ...outcome, ...rejections, ...trace, state: stable(stored) });
  }
  await server.close();
  return { name: scenario.name, requests: server.bodies, callmodel: server.marks, outcomes };
}

const names = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
let lines = "";
for (const scenario of scenarios.filter(({ name }) => names.length === 0 || names.includes(name))) {
  lines += `${JSON.stringify(await play(scenario))}\n`;
}
if (names.length > 0) {
  process.stdout.write(lines);
} else if (!process.argv.includes("--check")) {
  writeFileSync(here("reference.jsonl"), lines);
} else if (readFileSync(here("reference.jsonl"), "utf8") !== lines) {
  console.error("reference.jsonl differs from this run: run `node reference.mjs` and look at the difference");
  process.exitCode = 1;
}
