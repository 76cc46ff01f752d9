import { OpenRouter } from "@openrouter/sdk";
import { RequestAbortedError } from "@openrouter/sdk/models/errors";

const client = new OpenRouter({ apiKey: process.env.OPENROUTER_API_KEY });
const responsesRequest = { model: "openai/gpt-4o", input: "Tell me a joke" };
const controller = new AbortController();
setTimeout(() => controller.abort(), 1_000);
try {
  const result = await client.responses.send(
    { responsesRequest },
    { signal: controller.signal },
  );
  console.log(result);
} catch (error) {
  if (!(error instanceof RequestAbortedError)) throw error;
  console.error("aborted");
}
