import { OpenRouter } from "@openrouter/sdk";
import { RequestTimeoutError } from "@openrouter/sdk/models/errors";

const client = new OpenRouter({ apiKey: process.env.OPENROUTER_API_KEY });
const responsesRequest = { model: "openai/gpt-4o", input: "Tell me a joke" };
try {
  const result = await client.responses.send(
    { responsesRequest },
    // By default, a timeout is retried for an hour.
    { timeoutMs: 10_000, retries: { strategy: "none" } },
  );
  console.log(result);
} catch (error) {
  if (!(error instanceof RequestTimeoutError)) throw error;
  console.error("no response within 10 s");
}
