//! Builds the client for a target, and starts the server with the embedded model if it is the target.

use orouter::transport::ReqwestTransport;
use orouter::{OpenRouter, RetryBudget};
use orouter_server::Server;
use orouter_server::engine::EngineOptions;

use crate::exit::CommandError;
use crate::target::{Key, Target};
use crate::{embedded, key_command, terminal};

/// A client, and the model of requests without `--model`.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) client: OpenRouter,
    pub(crate) default_model: Option<&'static str>,
}

impl Connection {
    /// Builds the client. If the target is the embedded model, downloads, loads and serves it first.
    pub(crate) async fn open(target: Target) -> Result<Self, CommandError> {
        match target {
            Target::Embedded { model_path, chosen } => {
                if !chosen {
                    terminal::print_notice(&format!(
                        "orouter: OPENROUTER_API_KEY and --base-url are not set; using the embedded model {}",
                        embedded::MODEL
                    ));
                }
                let engine = embedded::engine(model_path, EngineOptions::default()).await?;
                Self::embedded(&embedded::server(engine)).await
            }
            Target::Remote { base_url, key } => Self::remote(base_url, key).await,
        }
    }

    /// Builds the client for the list with the embedded model, which does not need its file.
    pub(crate) async fn open_catalog() -> Result<Self, CommandError> {
        Self::embedded(&embedded::catalog()).await
    }

    async fn embedded(server: &Server) -> Result<Self, CommandError> {
        let base_url = embedded::start(server).await?;
        Ok(Self {
            client: loopback(&base_url)?,
            default_model: Some(embedded::MODEL),
        })
    }

    /// Builds the client for another server. Runs the command that prints the key, if there is one.
    pub(crate) async fn remote(base_url: Option<String>, key: Key) -> Result<Self, CommandError> {
        let key = match key {
            // It can wait for the user.
            Key::Command(command) => {
                let run = tokio::task::spawn_blocking(move || key_command::key(&command));
                Key::Stored(run.await.map_err(CommandError::failed)??)
            }
            key => key,
        };
        Ok(Self {
            client: remote(base_url, &key)?,
            default_model: None,
        })
    }
}

/// Builds the client for the server in this process, without API key and proxy.
fn loopback(base_url: &str) -> Result<OpenRouter, CommandError> {
    let transport = ReqwestTransport::builder()
        .no_proxy()
        .build()
        .map_err(|e| CommandError::from(&orouter::Error::from(e)))?;
    OpenRouter::builder()
        .without_api_key()
        .server_url(base_url)
        .transport(transport)
        .retry_budget(RetryBudget::unlimited())
        .env(|_| None)
        .build()
        .map_err(|e| CommandError::from(&e))
}

/// Builds the client for another server. The attribution headers come from the environment.
fn remote(base_url: Option<String>, key: &Key) -> Result<OpenRouter, CommandError> {
    // The command makes one call at a time, and a budget could refuse a retry that was announced.
    let mut builder = OpenRouter::builder().retry_budget(RetryBudget::unlimited());
    if let Some(url) = base_url {
        builder = builder.server_url(url);
    }
    builder = match key {
        Key::Variable => builder,
        Key::Stored(key) => builder.api_key(key.reveal()),
        Key::None | Key::Command(_) => builder.without_api_key(),
    };
    builder.build().map_err(|error| CommandError::from(&error))
}
