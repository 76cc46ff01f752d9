// Tests coding agents against our server: Codex and opencode read a file, change it and answer. The
// upstream plays the model's turns (`fronts/agent_script.py`).
//
//   node coding_agents.mjs NAME=MODEL...
//
// Each model is one kind of upstream. The agents run in an empty home directory and change a scratch
// directory; they must end without an error, and the file must have the new content.

import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert, report, server } from "./harness.mjs";

const ANSWER = "I changed the greeting to goodbye.";
const TASK = "Change the greeting in greeting.txt from hello to goodbye.";
const TIME_LIMIT_MS = 300_000;

function versionOf(name) {
  return JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url))).version;
}

function binary(name) {
  return new URL(`node_modules/${name}`, import.meta.url).pathname;
}

/** Runs a command in `folder`, and returns its exit status and everything that it printed. */
function run(command, args, folder, env) {
  const child = spawn(command, args, {
    cwd: folder, env: { PATH: process.env.PATH, ...env }, stdio: ["ignore", "pipe", "pipe"],
  });
  return new Promise((resolve, reject) => {
    let out = "";
    const timer = setTimeout(() => child.kill("SIGKILL"), TIME_LIMIT_MS);
    child.stdout.on("data", (data) => { out += data; });
    child.stderr.on("data", (data) => { out += data; });
    child.on("error", reject);
    child.on("close", (status) => { clearTimeout(timer); resolve({ status, out }); });
  });
}

// The package of the program itself: the launcher's package needs an install script, which is not run.
const opencode = `opencode-${process.platform}-${process.arch}`;

const agents = {
  codex: {
    version: versionOf("@openai/codex"),
    run(model, home, folder) {
      writeFileSync(join(home, "config.toml"), [
        `model = "${model}"`,
        'model_provider = "orouter"',
        'model_reasoning_effort = "low"',
        "model_context_window = 200000",
        "[model_providers.orouter]",
        'name = "orouter"',
        `base_url = "${server}/v1"`,
        'wire_api = "responses"',
        "request_max_retries = 0",
        "stream_max_retries = 0",
        "",
      ].join("\n"));
      const args = ["exec", "--json", "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox", TASK];
      return run(binary(".bin/codex"), args, folder, { CODEX_HOME: home, HOME: home });
    },
  },
  opencode: {
    version: versionOf(opencode),
    run(model, home, folder, npm) {
      const provider = { npm, options: { baseURL: `${server}/v1`, apiKey: "any-key" }, models: { [model]: {} } };
      const config = {
        provider: { orouter: provider }, model: `orouter/${model}`, small_model: `orouter/${model}`,
        autoupdate: false, share: "disabled", permission: { "*": "allow" },
      };
      const env = {
        HOME: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home, XDG_CACHE_HOME: home, XDG_STATE_HOME: home,
        OPENCODE_CONFIG_CONTENT: JSON.stringify(config), OPENCODE_DISABLE_MODELS_FETCH: "1",
        OPENCODE_DISABLE_DEFAULT_PLUGINS: "1", OPENCODE_DISABLE_LSP_DOWNLOAD: "1",
      };
      const command = binary(`${opencode}/bin/opencode`);
      return run(command, ["run", "--format", "json", TASK], folder, env);
    },
  },
};

/** Runs an agent on the task in a scratch directory. */
async function change(agent, model, ...more) {
  const scratch = mkdtempSync(join(tmpdir(), "agent-"));
  const [home, folder] = [join(scratch, "home"), join(scratch, "work")];
  try {
    mkdirSync(home);
    mkdirSync(folder);
    writeFileSync(join(folder, "greeting.txt"), "hello\n");
    const { status, out } = await agent.run(model, home, folder, ...more);
    const end = out.slice(-3000);
    assert.equal(readFileSync(join(folder, "greeting.txt"), "utf8"), "goodbye\n", `the file has the change: ${end}`);
    assert.ok(out.includes(ANSWER), `the agent prints the answer: ${end}`);
    assert.equal(status, 0, `the agent ends without an error: ${end}`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

let failed = false;
for (const argument of process.argv.slice(2)) {
  const [upstream, model] = argument.split("=");
  const cases = [
    ["codex", "Responses", () => change(agents.codex, model)],
    ["opencode", "Responses", () => change(agents.opencode, model, "@ai-sdk/openai")],
    ["opencode", "Chat Completions", () => change(agents.opencode, model, "@ai-sdk/openai-compatible")],
  ];
  const only = process.env.OROUTER_INTEROP_CASES?.split(",");
  for (const [name, api, body] of cases) {
    if (only && !only.includes(name) && !only.includes(`${name} ${api}`)) continue;
    const done = await report({ client: `${name} ${api}`, version: agents[name].version, case: upstream }, body);
    failed ||= !done;
  }
}
process.exitCode = failed ? 1 : 0;
