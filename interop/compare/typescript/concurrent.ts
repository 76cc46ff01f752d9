import { OpenRouter } from "@openrouter/agent";

const client = new OpenRouter({ apiKey: process.env.OPENROUTER_API_KEY });
const texts = await Promise.all(
  Array.from({ length: 20 }, (_, n) =>
    client
      .callModel({ model: "openai/gpt-4o", input: `Tell me fact ${n}` })
      .getText(),
  ),
);
for (const text of texts) console.log(text);
