import { OpenRouter, tool } from "@openrouter/agent";
import { z } from "zod";

const weather = tool({
  name: "get_weather",
  description: "Get the weather of a city",
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => ({ city, celsius: 21 }),
});
const client = new OpenRouter({ apiKey: process.env.OPENROUTER_API_KEY });
const result = client.callModel({
  model: "openai/gpt-4o",
  input: "What is the weather in Paris?",
  tools: [weather],
});
console.log(await result.getText());
