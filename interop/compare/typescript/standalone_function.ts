import { OpenRouterCore } from "@openrouter/sdk/core";
import { responsesSend } from "@openrouter/sdk/funcs/responsesSend";

const client = new OpenRouterCore({ apiKey: process.env.OPENROUTER_API_KEY });
const result = await responsesSend(client, {
  responsesRequest: { model: "openai/gpt-4o", input: "Tell me a joke" },
});
if (result.ok) {
  console.log(result.value);
} else {
  console.error(`responsesSend failed: ${result.error.message}`);
}
