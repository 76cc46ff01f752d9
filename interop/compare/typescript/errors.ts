import { OpenRouter } from "@openrouter/sdk";
import * as errors from "@openrouter/sdk/models/errors";

const client = new OpenRouter({ apiKey: process.env.OPENROUTER_API_KEY });
const responsesRequest = { model: "openai/gpt-4o", input: "Tell me a joke" };
try {
  await client.responses.send({ responsesRequest });
} catch (error) {
  if (error instanceof errors.TooManyRequestsResponseError) {
    console.error(`wait ${error.headers.get("retry-after")} s`);
  } else if (error instanceof errors.PaymentRequiredResponseError) {
    console.error("no credits left");
  } else if (error instanceof errors.OpenRouterError) {
    console.error(`status ${error.statusCode}: ${error.message}`);
  } else {
    throw error;
  }
}
