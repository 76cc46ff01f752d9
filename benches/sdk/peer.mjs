// @openrouter/sdk, as `interop/node` installs it, for the benchmark beside it. Each line of standard
// input names a thing to do; a line of standard output answers with two numbers.
//
//   burst | paced        one stream: wall time and CPU time of the process, in nanoseconds
//   small COUNT          so many small calls: the same
//   hold COUNT           so many idle streams: resident bytes before and after; they stay open

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const require = createRequire(new URL("../../interop/node/package.json", import.meta.url));
const { OpenRouter } = await import(pathToFileURL(require.resolve("@openrouter/sdk")));
const { version } = require("@openrouter/sdk/package.json");

const url = process.argv[2];
const client = (path) =>
  new OpenRouter({ apiKey: "k", serverURL: `${url}/${path}`, retryConfig: { strategy: "none" } });
const clients = Object.fromEntries(["burst", "paced", "small", "idle"].map((path) => [path, client(path)]));
const send = (path, stream) =>
  clients[path].responses.send({ responsesRequest: { model: "m", input: "hi", stream } });

async function stream(path) {
  let length = 0;
  for await (const event of await send(path, true)) {
    if (event.type === "response.output_text.delta") length += event.delta.length;
  }
  if (length !== 100_000) throw new Error(`${length} characters`);
}

async function timed(work) {
  const [wall, cpu] = [process.hrtime.bigint(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return `${process.hrtime.bigint() - wall} ${(user + system) * 1000}`;
}

const resident = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]) * 1024;
const open = [];

async function opened() {
  const events = (await send("idle", true))[Symbol.asyncIterator]();
  for (let count = 0; count < 2; count += 1) await events.next();
  open.push(events);
}

const work = {
  burst: () => timed(() => stream("burst")),
  paced: () => timed(() => stream("paced")),
  small: (count) =>
    timed(async () => {
      for (let made = 0; made < count; made += 1) {
        const response = await send("small", false);
        if (response.output.length !== 1) throw new Error("not the response");
      }
    }),
  async hold(count) {
    for (let made = 0; made < 100; made += 1) await opened();
    globalThis.gc();
    const before = resident();
    for (let made = 100; made < count; made += 1) await opened();
    globalThis.gc();
    return `${before} ${resident()}`;
  },
};

console.log(`@openrouter/sdk ${version}, Node ${process.version.slice(1)}`);
for await (const line of createInterface({ input: process.stdin })) {
  const [name, count] = line.split(" ");
  console.log(await work[name](Number(count)));
}
process.exit(0);
