//! Builds the client for a target, and starts the server with the embedded model if it is the target.

use orouter::OpenRouter;
use orouter::transport::ReqwestTransport;
use orouter_server::Server;
use orouter_server::engine::EngineOptions;

use crate::args::ServerArgs;
use crate::exit::CommandError;
use crate::target::Target;
use crate::{embedded, terminal};

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
            Target::Remote { base_url, key } => Self::remote(base_url, key),
        }
    }

    /// Builds the client for a list of models, which does not need the file of the embedded model.
    pub(crate) async fn open_catalog(args: &ServerArgs) -> Result<Self, CommandError> {
        match Target::choose(args, None)? {
            Target::Embedded { .. } => Self::embedded(&embedded::catalog()).await,
            Target::Remote { base_url, key } => Self::remote(base_url, key),
        }
    }

    async fn embedded(server: &Server) -> Result<Self, CommandError> {
        let base_url = embedded::start(server).await?;
        Ok(Self {
            client: loopback(&base_url)?,
            default_model: Some(embedded::MODEL),
        })
    }

    fn remote(base_url: Option<String>, key: bool) -> Result<Self, CommandError> {
        Ok(Self {
            client: remote(base_url, key)?,
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
        .env(|_| None)
        .build()
        .map_err(|e| CommandError::from(&e))
}

/// Builds the client for another server. The API key and the attribution headers come from the
/// environment.
fn remote(base_url: Option<String>, key: bool) -> Result<OpenRouter, CommandError> {
    let mut builder = OpenRouter::builder();
    if let Some(url) = base_url {
        builder = builder.server_url(url);
    }
    if !key {
        builder = builder.without_api_key();
    }
    builder.build().map_err(|error| {
        // The SDK's message names its method; the command has an option and a variable.
        match error.to_string().strip_prefix("server_url ") {
            Some(reason) => CommandError::usage(format!("the base URL {reason}")),
            None => CommandError::from(&error),
        }
    })
}
