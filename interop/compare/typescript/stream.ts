import { OpenRouter } from "@openrouter/agent";

const client = new OpenRouter({ apiKey: process.env.OPENROUTER_API_KEY });
const result = client.callModel({
  model: "openai/gpt-4o",
  input: "Tell me a joke",
});
for await (const delta of result.getTextStream()) {
  process.stdout.write(delta);
}
