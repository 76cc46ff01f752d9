// Tests Codex (`codex exec`) with its default tools against our server.
//
// Its prompt alone exceeds the embedded model's context, so the request must pass admission and end
// with the context error that Codex recognises; any other refusal is a failure.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert, model, run, server } from "./harness.mjs";

const { version } = JSON.parse(readFileSync(new URL("node_modules/@openai/codex/package.json", import.meta.url)));
const command = new URL("node_modules/.bin/codex", import.meta.url).pathname;

/** Runs `codex exec` with an empty home directory, and returns the events that it prints. */
function exec(prompt) {
  const home = mkdtempSync(join(tmpdir(), "codex-"));
  writeFileSync(join(home, "config.toml"), [
    `model = "${model}"`,
    'model_provider = "orouter"',
    "[model_providers.orouter]",
    'name = "orouter"',
    `base_url = "${server}/v1"`,
    'wire_api = "responses"',
    "request_max_retries = 0",
    "stream_max_retries = 0",
    "",
  ].join("\n"));
  const child = spawn(command, ["exec", "--json", "--skip-git-repo-check", "--sandbox", "read-only", prompt], {
    cwd: home, env: { ...process.env, CODEX_HOME: home, HOME: home }, stdio: ["ignore", "pipe", "pipe"],
  });
  return new Promise((resolve, reject) => {
    let out = "";
    const timer = setTimeout(() => child.kill("SIGKILL"), 90_000);
    child.stdout.on("data", (data) => { out += data; });
    child.stderr.on("data", (data) => { out += data; });
    child.on("error", reject);
    child.on("close", () => {
      clearTimeout(timer);
      rmSync(home, { recursive: true, force: true });
      resolve(out);
    });
  });
}

await run("codex", version, {
  async context() {
    const out = await exec("Say hello.");
    assert.match(out, /context window|maximum context length/i, out.slice(-2000));
    return "context error";
  },
});
