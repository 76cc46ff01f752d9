import { OpenRouter } from "@openrouter/agent";

const client = new OpenRouter({
  apiKey: process.env.OPENROUTER_API_KEY,
  retryConfig: {
    strategy: "backoff",
    backoff: {
      initialInterval: 1_000,
      maxInterval: 20_000,
      exponent: 2,
      maxElapsedTime: 60_000,
    },
    retryConnectionErrors: true,
  },
});
const result = client.callModel({
  model: "openai/gpt-4o",
  input: "Tell me a joke",
});
console.log(await result.getText());
