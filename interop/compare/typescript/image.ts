import { readFileSync } from "node:fs";
import { OpenRouter } from "@openrouter/agent";

const client = new OpenRouter({ apiKey: process.env.OPENROUTER_API_KEY });
const image = readFileSync("cat.png", "base64");
const result = client.callModel({
  model: "openai/gpt-4o",
  input: [
    {
      role: "user",
      content: [
        { type: "input_text", text: "What is in this image?" },
        {
          type: "input_image",
          imageUrl: `data:image/png;base64,${image}`,
          detail: "low",
        },
      ],
    },
  ],
});
console.log(await result.getText());
