import { OpenRouter } from "@openrouter/agent";

const client = new OpenRouter({ apiKey: process.env.OPENROUTER_API_KEY });
const result = client.callModel({
  model: "openai/o4-mini",
  models: ["anthropic/claude-sonnet-4.5"],
  provider: { order: ["openai", "anthropic"], dataCollection: "deny" },
  reasoning: { effort: "high" },
  input: "How many primes are below 100?",
});
const response = await result.getResponse();
console.log(`${response.model}: ${await result.getText()}`);
