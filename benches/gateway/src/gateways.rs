//! The gateways: how each is started in front of the mock, and how a client addresses it.

use std::env;
use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::Process;
use crate::samples::Protocol;

/// A running gateway, or the mock itself.
pub struct Gateway {
    pub name: String,
    pub address: SocketAddr,
    /// `None`: the mock itself.
    pub process: Option<Process>,
    /// The path of requests in the protocol that clients speak.
    prefix: &'static str,
    /// The model for each protocol of the upstream; `None`: not supported.
    models: [Option<&'static str>; 4],
    headers: Vec<(String, String)>,
}

impl Gateway {
    /// The mock itself, for the figures without a gateway.
    pub fn direct(mock: u16) -> Self {
        Self {
            name: "direct".to_owned(),
            address: loopback(mock),
            process: None,
            prefix: "/v1",
            models: [Some("bench"); 4],
            headers: Vec::new(),
        }
    }

    pub fn model(&self, upstream: Protocol) -> Option<&'static str> {
        self.models[upstream.index()]
    }

    pub fn path(&self, client: Protocol, stream: bool) -> String {
        format!("{}{}", self.prefix, client.path(stream))
    }

    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }
}

fn loopback(port: u16) -> SocketAddr {
    ([127, 0, 0, 1], port).into()
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

/// Starts a gateway by name.
///
/// # Errors
/// The reason why it is skipped.
pub fn start(name: &str, mock: u16, folder: &Path) -> Result<Gateway, String> {
    let store = name.strip_prefix("orouter-");
    let program = if store.is_some() { "orouter" } else { name };
    let variable = program.to_ascii_uppercase();
    let path = env::var(&variable)
        .map(PathBuf::from)
        .map_err(|_| format!("{variable} is not set to its program"))?;
    if !path.exists() {
        return Err(format!("{variable}: {} does not exist", path.display()));
    }
    let path = fs::canonicalize(path).map_err(|error| error.to_string())?;
    let folder = folder.join(name);
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let port = free_port();
    let [responses, chat] = [Some("bench/responses"), Some("bench/chat")];
    let all = [
        responses,
        chat,
        Some("bench/anthropic"),
        Some("bench/gemini"),
    ];
    let (mut command, prefix, models, headers) = match name {
        "orouter" => (
            orouter(&path, &folder, port, mock, ""),
            "/api/v1",
            all,
            vec![],
        ),
        "orouter-sqlite" | "orouter-postgres" => {
            let url = match store {
                Some("postgres") => env::var("BENCH_POSTGRES")
                    .map_err(|_| "BENCH_POSTGRES is not set to the URL of a database".to_owned())?,
                _ => {
                    // Commands for keys do not create a file.
                    let new = folder.join("new");
                    run(&path, &["init", &new.display().to_string()])?;
                    "sqlite:new/orouter.db".to_owned()
                }
            };
            let section = format!("[store]\nurl = \"{url}\"\n");
            let command = orouter(&path, &folder, port, mock, &section);
            let key = key(&path, &folder)?;
            let header = ("authorization".to_owned(), format!("Bearer {key}"));
            (command, "/api/v1", all, vec![header])
        }
        "busbar" => (
            busbar(&path, &folder, port, mock),
            "/v1",
            [
                Some("bench-responses"),
                Some("bench-chat"),
                Some("bench-anthropic"),
                Some("bench-gemini"),
            ],
            vec![],
        ),
        "litellm" => (
            litellm(&path, &folder, port, mock),
            "/v1",
            [responses, chat, None, None],
            vec![],
        ),
        "ferrogw" => (
            ferrogw(&path, &folder, port, mock),
            "/v1",
            [None, Some("bench"), None, None],
            vec![("authorization".to_owned(), "Bearer bench".to_owned())],
        ),
        "portkey" => {
            let headers = [
                ("x-portkey-provider", "openai".to_owned()),
                (
                    "x-portkey-custom-host",
                    format!("http://127.0.0.1:{mock}/v1"),
                ),
                ("authorization", "Bearer bench".to_owned()),
            ];
            let headers = headers.map(|(name, value)| (name.to_owned(), value));
            (
                portkey(&path, port),
                "/v1",
                [Some("bench"), None, None, None],
                headers.to_vec(),
            )
        }
        _ => return Err("unknown gateway".to_owned()),
    };
    let process = Process::start(&mut command).map_err(|error| error.to_string())?;
    Ok(Gateway {
        name: name.to_owned(),
        address: loopback(port),
        process: Some(process),
        prefix,
        models,
        headers,
    })
}

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, text).expect("a file");
    path
}

/// Creates a key with every limit, and credits. Returns the key.
fn key(path: &Path, folder: &Path) -> Result<String, String> {
    let config = folder.join("orouter.toml").display().to_string();
    let config = ["--config", &config];
    run(
        path,
        &[["credits", "add", "900000"].as_slice(), &config].concat(),
    )?;
    let limits = [
        ["--limit", "900000"],
        ["--requests-per-minute", "1000000000"],
        ["--tokens-per-minute", "4000000000"],
    ];
    let name = format!("bench {}", std::process::id());
    let create = ["keys", "create", &name];
    run(path, &[&create, limits.as_flattened(), &config].concat())
}

/// Runs a command, and returns what it prints.
fn run(path: &Path, arguments: &[&str]) -> Result<String, String> {
    let mut command = Command::new(path);
    let output = command.args(arguments).env("BENCH_KEY", "bench").output();
    let output = output.map_err(|error| error.to_string())?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    match output.status.success() {
        true => Ok(text(&output.stdout)),
        false => Err(text(&output.stderr)),
    }
}

/// `section` are further lines of the configuration.
fn orouter(path: &Path, folder: &Path, port: u16, mock: u16, section: &str) -> Command {
    let mut config = format!("{section}\n[server]\nlisten = \"127.0.0.1:{port}\"\n");
    for protocol in Protocol::ALL {
        let name = protocol.name();
        let base = match protocol {
            Protocol::Gemini => "v1beta",
            _ => "v1",
        };
        config.push_str(&format!(
            r#"
[providers.{name}]
protocol = "{name}"
base_url = "http://127.0.0.1:{mock}/{base}"
api_key = {{ env = "BENCH_KEY" }}

[[models]]
id = "bench/{name}"
[[models.endpoints]]
provider = "{name}"
model = "bench"
price = {{ prompt = 1.0, completion = 4.0 }}
"#
        ));
    }
    let mut command = Command::new(path);
    command.arg("serve").arg("--config");
    command.arg(write(folder, "orouter.toml", &config));
    command.env("BENCH_KEY", "bench");
    command
}

fn busbar(path: &Path, folder: &Path, port: u16, mock: u16) -> Command {
    // Busbar's name of the protocol, and ours.
    let protocols = [
        ("responses", "responses"),
        ("openai", "chat"),
        ("anthropic", "anthropic"),
        ("gemini", "gemini"),
    ];
    let part = |write: fn(&str, &str) -> String| -> String {
        let parts = protocols
            .iter()
            .map(|(protocol, name)| write(protocol, name));
        parts.collect()
    };
    let providers = part(|protocol, name| {
        format!("{name}:\n  protocol: {protocol}\n  base_url: BASE\n  error_map: {{}}\n")
    });
    let base = format!("http://127.0.0.1:{mock}");
    let providers = write(folder, "providers.yaml", &providers.replace("BASE", &base));
    let keys = part(|_, name| format!("  {name}:\n    api_key: {{ env: BENCH_KEY }}\n"));
    let models = part(|_, name| {
        format!(
            "  {name}-model:\n    provider: {name}\n    upstream_model: bench\n    \
             max_concurrent: 256\n"
        )
    });
    let pools =
        part(|_, name| format!("  bench-{name}:\n    members:\n      - model: {name}-model\n"));
    let config = format!(
        "listen: \"127.0.0.1:{port}\"\nadmin_listen: \"127.0.0.1:{admin}\"\nproviders_file: \
         {providers}\nauth:\n  chain: []\nproviders:\n{keys}models:\n{models}pools:\n{pools}",
        admin = free_port(),
        providers = providers.display()
    );
    let mut command = Command::new(path);
    command.env("BUSBAR_CONFIG", write(folder, "config.yaml", &config));
    command.env("BENCH_KEY", "bench");
    command.current_dir(folder);
    command
}

fn litellm(path: &Path, folder: &Path, port: u16, mock: u16) -> Command {
    let config = format!(
        r"model_list:
  - model_name: bench/responses
    litellm_params:
      model: openai/bench
      api_base: http://127.0.0.1:{mock}/v1
      api_key: bench
  - model_name: bench/chat
    litellm_params:
      model: hosted_vllm/bench
      api_base: http://127.0.0.1:{mock}/v1
      api_key: bench
"
    );
    let mut command = Command::new(path);
    command
        .arg("--config")
        .arg(write(folder, "config.yaml", &config));
    command.args(["--host", "127.0.0.1", "--port", &port.to_string()]);
    command.env("LITELLM_LOCAL_MODEL_COST_MAP", "True");
    command
}

fn ferrogw(path: &Path, folder: &Path, port: u16, mock: u16) -> Command {
    let config = "strategy:\n  mode: single\ntargets:\n  - virtual_key: openai\n";
    let mut command = Command::new(path);
    command.arg("serve");
    command.env("GATEWAY_CONFIG", write(folder, "config.yaml", config));
    command.env("PORT", port.to_string());
    command.env("OPENAI_API_KEY", "bench");
    command.env("OPENAI_BASE_URL", format!("http://127.0.0.1:{mock}"));
    command.env("MASTER_KEY", "bench");
    command.current_dir(folder);
    command
}

fn portkey(path: &Path, port: u16) -> Command {
    let mut command = Command::new("node");
    command.arg(path).arg("--headless");
    command.arg(format!("--port={port}"));
    command
}
