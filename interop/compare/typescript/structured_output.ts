import { OpenRouter } from "@openrouter/agent";
import { z } from "zod";

const Person = z.object({ name: z.string(), age: z.int() });
const client = new OpenRouter({ apiKey: process.env.OPENROUTER_API_KEY });
const result = client.callModel({
  model: "openai/gpt-4o",
  input: "Maria Lopez is 34 years old.",
  text: {
    format: {
      type: "json_schema",
      name: "person",
      strict: true,
      schema: z.toJSONSchema(Person),
    },
  },
});
const person = Person.parse(JSON.parse(await result.getText()));
console.log(`${person.name} is ${person.age}`);
