import assert from "node:assert";
import { mock, test } from "node:test";
import { OpenRouter } from "@openrouter/agent";

async function joke(client: OpenRouter) {
  const model = "openai/gpt-4o";
  return client.callModel({ model, input: "Tell me a joke" }).getText();
}

test("joke returns the text of the response", async () => {
  const client = new OpenRouter({ apiKey: "test" });
  const result = { getText: async () => "A horse walks into a bar." };
  mock.method(client, "callModel", () => result);
  assert.equal(await joke(client), "A horse walks into a bar.");
});
