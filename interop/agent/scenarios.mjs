// The scenarios of `scenarios.json`, in short form. `node scenarios.mjs` writes the file; `--check` compares it.
//
// A scenario has `request` (members of the wire), `tools` (names in `tools`), `options`, `runs` (the first run and
// what resumes it) and `replies`, which the server sends in order. A reply has the events of a stream, whose last one
// contains the whole response, or an error `body`. After as many events as `cut_after`, `end_after` or `hang_after`
// says, the connection breaks, the body ends, or nothing more is sent.

import { readFileSync, writeFileSync } from "node:fs";

const model = "openai/gpt-4o-mini";
const usage = (cost) => ({
  input_tokens: 10, input_tokens_details: { cached_tokens: 0 }, output_tokens: 5,
  output_tokens_details: { reasoning_tokens: 0 }, total_tokens: 15, cost,
});

const message = (text, id = "msg_1") => ({
  type: "message", id, role: "assistant", status: "completed",
  content: [{ type: "output_text", text, annotations: [] }],
});
const call = (name, args, id = "call_1") => ({
  type: "function_call", id: `fc_${id}`, call_id: id, name, arguments: args, status: "completed",
});
const weather = (id, city = "Paris") => call("get_weather", JSON.stringify({ city }), id);
const reasoning = {
  type: "reasoning", id: "rs_1", summary: [{ type: "summary_text", text: "The weather is needed." }],
  encrypted_content: "gAAAAABencrypted", signature: "sig_1", format: "openai-responses-v1",
};

/** The events that stream one output item, in the order of the hosted service. */
function itemEvents(item, output_index) {
  const at = { item_id: item.id, output_index };
  const events = [];
  if (item.type === "message") {
    events.push({ type: "response.output_item.added", output_index, item: { ...item, status: "in_progress", content: [] } });
    item.content.forEach((part, content_index) => {
      const place = { ...at, content_index };
      events.push({ type: "response.content_part.added", ...place, part: { ...part, text: "" } });
      for (const delta of part.text.match(/.{1,8}/gs) ?? []) {
        events.push({ type: "response.output_text.delta", ...place, delta, logprobs: [] });
      }
      events.push({ type: "response.output_text.done", ...place, text: part.text, logprobs: [] });
      events.push({ type: "response.content_part.done", ...place, part });
    });
  } else if (item.type === "function_call") {
    events.push({ type: "response.output_item.added", output_index, item: { ...item, status: "in_progress", arguments: "" } });
    if (item.arguments) events.push({ type: "response.function_call_arguments.delta", ...at, delta: item.arguments });
    events.push({ type: "response.function_call_arguments.done", ...at, name: item.name, arguments: item.arguments });
  } else {
    events.push({ type: "response.output_item.added", output_index, item });
  }
  events.push({ type: "response.output_item.done", output_index, item });
  return events;
}

/** A response with this output: its body and its events. */
function reply(output, { status = "completed", cost = 0.01, error = null, reason, ...transport } = {}) {
  return { output, status, cost, error, reason, transport };
}

function expand({ output, status, cost, error, reason, transport }, index) {
  const body = {
    id: `resp_${index + 1}`, object: "response", created_at: 1700000000, completed_at: 1700000001, model, status, output,
    error, incomplete_details: reason ? { reason } : null, instructions: null, metadata: null, tools: [],
    tool_choice: "auto", parallel_tool_calls: true, temperature: null, top_p: null, presence_penalty: null,
    frequency_penalty: null, usage: usage(cost),
  };
  const begun = { ...body, status: "in_progress", output: [], usage: null, completed_at: null, error: null, incomplete_details: null };
  const events = [
    { type: "response.created", response: begun },
    ...output.flatMap(itemEvents),
    { type: `response.${status}`, response: body },
  ].map((event, sequence_number) => ({ ...event, sequence_number }));
  return { status: 200, events, ...transport };
}

const failure = (status, message) => ({ status, body: { error: { code: status, message } } });

const text = (words) => reply([message(words)]);
const sunny = text("It is sunny.");
const calls = (count) => Array.from({ length: count }, (_, n) => reply([weather(`call_${n + 1}`)]));

// All tools take `{"city": string}`, except those with `arguments: "none"`. `returns` is the value that the tool
// returns; a tool without it returns nothing.
const tools = {
  get_weather: { description: "Get the weather of a city", returns: { celsius: 21 } },
  get_time: { description: "Get the current time", arguments: "none", returns: "12:00" },
  get_count: { description: "Count the people of a city", returns: 42 },
  get_list: { description: "List the sights of a city", returns: ["tower", "museum"] },
  get_null: { description: "Find the mayor of a city", returns: null },
  get_nothing: { description: "Visit a city" },
  fail: { description: "Book a hotel", throws: "no \"free\" rooms" },
  search: {
    description: "Search for a city", returns: { hits: 2 }, progress: [{ percent: 50 }, { percent: 100 }],
  },
  ask_user: { description: "Ask the user about a city", manual: true },
  delete_city: { description: "Delete a city", approval: true, returns: "deleted" },
  get_abort: { description: "Abort the run while this tool runs", returns: "done", aborts: true },
};

const ask = { model, input: "What is the weather in Paris?" };
const use = (scenario) => ({ request: ask, tools: ["get_weather"], options: {}, runs: [{}], ...scenario });
const one = (tool, args = '{"city":"Paris"}') =>
  use({ tools: [tool], replies: [reply([call(tool, args)]), sunny] });

const scenarios = {
  text: use({ tools: [], replies: [sunny] }),
  input_items: use({
    request: {
      model,
      input: [
        { role: "developer", content: "Be brief." },
        { role: "user", content: [{ type: "input_text", text: "What is the weather in Paris?" }] },
      ],
    },
    replies: [reply([weather("call_1")]), sunny],
  }),
  instructions: use({
    request: { ...ask, instructions: "Be brief.", temperature: 0, max_output_tokens: 64 },
    replies: [reply([weather("call_1")]), sunny],
  }),
  two_messages: use({ tools: [], replies: [reply([message("First."), message("Second.", "msg_2")])] }),
  one_tool: one("get_weather"),
  text_beside_call: use({ replies: [reply([message("Let me look."), weather("call_1")]), sunny] }),
  parallel_calls: use({
    tools: ["get_weather", "get_time"],
    replies: [reply([weather("call_1"), call("get_time", "{}", "call_2"), weather("call_3", "Rome")]), sunny],
  }),
  two_rounds: use({
    tools: ["get_weather", "get_time"],
    replies: [reply([weather("call_1")]), reply([call("get_time", "{}", "call_2")]), sunny],
  }),
  returns_string: one("get_time", "{}"),
  returns_number: one("get_count"),
  returns_list: one("get_list"),
  returns_null: one("get_null"),
  returns_nothing: one("get_nothing"),
  failing_tool: one("fail"),
  progress: one("search"),
  empty_arguments: one("get_time", ""),
  invalid_json: one("get_weather", '{"city":'),
  mismatched_arguments: one("get_weather", '{"city":7}'),
  unknown_tool: use({ replies: [reply([call("get_news", "{}")]), sunny] }),
  unknown_and_known_tool: use({ replies: [reply([call("get_news", "{}"), weather("call_2")]), sunny] }),
  reasoning: use({
    request: { ...ask, include: ["reasoning.encrypted_content"], reasoning: { effort: "low" } },
    replies: [reply([reasoning, weather("call_1")]), sunny],
  }),

  manual_tool: use({
    tools: ["ask_user"],
    runs: [{}, { outputs: { call_1: "yes" } }],
    replies: [reply([call("ask_user", '{"city":"Paris"}')]), sunny],
  }),
  manual_and_automatic: use({
    tools: ["ask_user", "get_weather"],
    runs: [{}, { outputs: { call_1: "yes" } }],
    replies: [reply([call("ask_user", '{"city":"Paris"}'), weather("call_2")]), sunny],
  }),

  approve: use({
    tools: ["delete_city"],
    runs: [{}, { approve: ["call_1"] }],
    replies: [reply([call("delete_city", '{"city":"Paris"}')]), text("Done.")],
  }),
  reject: use({
    tools: ["delete_city"],
    runs: [{}, { reject: ["call_1"] }],
    replies: [reply([call("delete_city", '{"city":"Paris"}')]), text("Not done.")],
  }),
  approve_and_reject: use({
    tools: ["delete_city", "get_weather"],
    runs: [{}, { approve: ["call_3"], reject: ["call_1"] }],
    replies: [
      reply([call("delete_city", '{"city":"Paris"}'), weather("call_2"), call("delete_city", '{"city":"Rome"}', "call_3")]),
      text("Half done."),
    ],
  }),
  approve_in_two_steps: use({
    tools: ["delete_city"],
    runs: [{}, { approve: ["call_1"] }, { approve: ["call_2"] }],
    replies: [
      reply([call("delete_city", '{"city":"Paris"}'), call("delete_city", '{"city":"Rome"}', "call_2")]),
      text("Done."),
    ],
  }),
  approve_in_second_round: use({
    tools: ["delete_city", "get_weather"],
    runs: [{}, { approve: ["call_2"] }],
    replies: [reply([weather("call_1")]), reply([call("delete_city", '{"city":"Paris"}', "call_2")]), text("Done.")],
  }),

  stop_after_one_step: use({ options: { stop_when: [{ step_count_is: 1 }] }, replies: [...calls(2), sunny] }),
  text_at_the_limit: use({ options: { stop_when: [{ step_count_is: 1 }] }, replies: [...calls(1), sunny] }),
  stop_after_two_steps: use({ options: { stop_when: [{ step_count_is: 2 }] }, replies: [...calls(3), sunny] }),
  stop_after_tool: use({
    tools: ["get_weather", "get_time"],
    options: { stop_when: [{ has_tool_call: "get_time" }] },
    replies: [reply([weather("call_1")]), reply([call("get_time", "{}", "call_2")]), reply([weather("call_3")]), sunny],
  }),
  stop_after_tokens: use({ options: { stop_when: [{ max_tokens_used: 25 }] }, replies: [...calls(3), sunny] }),
  stop_after_cost: use({ options: { stop_when: [{ max_cost: 0.015 }] }, replies: [...calls(3), sunny] }),
  stop_at_finish_reason: use({
    options: { stop_when: [{ finish_reason_is: "completed" }] },
    replies: [...calls(2), sunny],
  }),
  stop_at_either: use({
    options: { stop_when: [{ max_cost: 5 }, { step_count_is: 1 }] },
    replies: [...calls(2), sunny],
  }),
  no_limit: use({ replies: [...calls(7), sunny] }),
  stop_without_final_turn: use({
    options: { stop_when: [{ step_count_is: 1 }], final_response: false },
    replies: [...calls(2), sunny],
  }),
  stop_with_own_directive: use({
    options: { stop_when: [{ step_count_is: 1 }], final_response: "Answer now." },
    replies: [...calls(2), sunny],
  }),
  stop_without_directive: use({
    options: { stop_when: [{ step_count_is: 1 }], final_response: "" },
    replies: [...calls(2), sunny],
  }),
  stop_before_approval: use({
    tools: ["get_weather", "delete_city"],
    options: { stop_when: [{ step_count_is: 1 }] },
    runs: [{}, { reject: ["call_2"] }],
    replies: [reply([weather("call_1")]), reply([call("delete_city", '{"city":"Paris"}', "call_2")]), sunny],
  }),
  calls_in_final_turn: use({ options: { stop_when: [{ step_count_is: 1 }] }, replies: calls(3) }),

  forced_any: use({
    request: { ...ask, tool_choice: "required" },
    replies: [reply([weather("call_1")]), sunny],
  }),
  forced_function: use({
    request: { ...ask, tool_choice: { type: "function", name: "get_weather" } },
    replies: [reply([weather("call_1")]), sunny],
  }),

  temperature_per_turn: use({
    options: { temperature_per_turn: [0, 0.25, 0.5] },
    replies: [...calls(2), sunny],
  }),

  incomplete_text: use({
    tools: [],
    replies: [reply([message("It is")], { status: "incomplete", reason: "max_output_tokens" })],
  }),
  incomplete_call: use({
    replies: [
      reply([{ ...call("get_weather", '{"city":"Pa'), status: "incomplete" }], {
        status: "incomplete", reason: "max_output_tokens",
      }),
      sunny,
    ],
  }),
  empty_output: use({ replies: [reply([])] }),
  empty_output_after_tool: use({ replies: [reply([weather("call_1")]), reply([]), sunny] }),

  error_at_first: use({ replies: [failure(429, "Rate limit exceeded")] }),
  error_mid_run: use({ replies: [reply([weather("call_1")]), failure(503, "No provider is available"), sunny] }),
  bad_request_mid_run: use({ replies: [reply([weather("call_1")]), failure(400, "No tool output found"), sunny] }),
  stream_cut_at_first: use({ replies: [reply([message("It is sunny.")], { cut_after: 3 })] }),
  stream_cut_mid_run: use({
    replies: [reply([weather("call_1")]), reply([message("It is sunny.")], { cut_after: 3 }), sunny],
  }),
  stream_ends_mid_run: use({
    replies: [reply([weather("call_1")]), reply([message("It is sunny.")], { end_after: 3 }), sunny],
  }),
  failed_mid_run: use({
    replies: [
      reply([weather("call_1")]),
      reply([], { status: "failed", error: { code: "server_error", message: "The model failed" } }),
      sunny,
    ],
  }),
  abort_in_tool: { ...one("get_abort"), options: { abort: "in_tool" } },
  abort_in_stream: use({
    options: { abort: "in_stream" },
    replies: [reply([weather("call_1")]), reply([message("It is sunny.")], { hang_after: 4 }), sunny],
  }),
};

const lines = Object.entries(scenarios).map(([name, { replies, ...rest }]) =>
  JSON.stringify({ name, ...rest, replies: replies.map((r, n) => (r.transport ? expand(r, n) : r)) }));
const json = `{"tools": ${JSON.stringify(tools)},\n"scenarios": [\n${lines.join(",\n")}\n]}\n`;

const file = new URL("scenarios.json", import.meta.url);
if (process.argv.includes("--check")) {
  if (readFileSync(file, "utf8") !== json) {
    console.error("scenarios.json is out of date: run `node scenarios.mjs`");
    process.exitCode = 1;
  }
} else {
  writeFileSync(file, json);
}
