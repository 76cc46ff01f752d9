import { OpenRouter } from "@openrouter/agent";

const client = new OpenRouter({ apiKey: process.env.OPENROUTER_API_KEY });
const result = client.callModel(
  { model: "openai/gpt-4o", input: "Tell me a joke" },
  { headers: { "x-trace": "1" } },
);
console.log(await result.getText());
