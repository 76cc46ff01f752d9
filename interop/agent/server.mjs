// A server that sends the replies of a scenario in order, and records the body of each request.

import { createServer } from "node:http";

/** Members in the order of their names, so that the record does not depend on the order of the client. */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((name) => [name, sorted(value[name])]));
}

function send(reply, streaming, response) {
  if (reply === undefined) {
    response.writeHead(410, { "content-type": "application/json" });
    return response.end('{"error":{"code":410,"message":"the scenario has no further reply"}}');
  }
  if (reply.events === undefined) {
    response.writeHead(reply.status, { "content-type": "application/json" });
    return response.end(JSON.stringify(reply.body));
  }
  if (!streaming) {
    response.writeHead(reply.status, { "content-type": "application/json" });
    return response.end(JSON.stringify(reply.events.at(-1).response));
  }
  const limit = reply.cut_after ?? reply.end_after ?? reply.hang_after;
  const frames = reply.events.slice(0, limit).map((event) => `data: ${JSON.stringify(event)}\n\n`);
  response.writeHead(reply.status, { "content-type": "text/event-stream" });
  response.write(frames.join(""), () => {
    if (limit === undefined) response.end("data: [DONE]\n\n");
    else if (reply.end_after !== undefined) response.end();
    // The client reads the events before it notices that the connection broke.
    else if (reply.cut_after !== undefined) setTimeout(() => response.destroy(), 50);
  });
}

/** Starts a server on a free port of the loopback interface. */
export async function serve(replies) {
  const bodies = [];
  const marks = [];
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const body = JSON.parse(Buffer.concat(chunks).toString());
      marks.push(request.headers["x-openrouter-callmodel"] ?? null);
      send(replies[bodies.push(sorted(body)) - 1], body.stream === true, response);
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/api/v1`,
    bodies,
    marks,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
