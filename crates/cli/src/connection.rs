//! Makes the client for the target, and starts the embedded server if that is the target.

use orouter::OpenRouter;
use orouter::transport::ReqwestTransport;
use orouter_local::EngineOptions;
use orouter_server::Server;

use crate::answer::failure;
use crate::args::ServerArgs;
use crate::exit::Failure;
use crate::target::Target;
use crate::{embedded, terminal};

/// A client, and the model for requests in which the user named none.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) client: OpenRouter,
    pub(crate) default_model: Option<&'static str>,
}

impl Connection {
    /// Connects to the target. Fetches, loads and serves the embedded model if that is the target.
    pub(crate) async fn open(target: Target) -> Result<Self, Failure> {
        match target {
            Target::Embedded { model_path, chosen } => {
                if !chosen {
                    terminal::notice(&format!(
                        "orouter: no OPENROUTER_API_KEY and no --base-url; using the embedded model {}",
                        embedded::MODEL
                    ));
                }
                let engine = embedded::engine(model_path, EngineOptions::default()).await?;
                Self::embedded(&embedded::server(engine)).await
            }
            Target::Remote { base_url, key } => Self::remote(base_url, key),
        }
    }

    /// Connects for a list of models, which does not need the embedded model's file.
    pub(crate) async fn open_catalogue(args: &ServerArgs) -> Result<Self, Failure> {
        match Target::choose(args, None)? {
            Target::Embedded { .. } => Self::embedded(&embedded::catalogue()).await,
            Target::Remote { base_url, key } => Self::remote(base_url, key),
        }
    }

    async fn embedded(server: &Server) -> Result<Self, Failure> {
        let base_url = embedded::start(server).await?;
        Ok(Self {
            client: inside(&base_url)?,
            default_model: Some(embedded::MODEL),
        })
    }

    fn remote(base_url: Option<String>, key: bool) -> Result<Self, Failure> {
        Ok(Self {
            client: remote(base_url, key)?,
            default_model: None,
        })
    }
}

/// A client for the server in this process: no key leaves, and no proxy is in between.
fn inside(base_url: &str) -> Result<OpenRouter, Failure> {
    let transport = ReqwestTransport::builder()
        .no_proxy()
        .build()
        .map_err(|e| failure(&e.into()))?;
    OpenRouter::builder()
        .without_api_key()
        .server_url(base_url)
        .transport(transport)
        .env(|_| None)
        .build()
        .map_err(|e| failure(&e))
}

/// A client for a server elsewhere; key and attribution come from the environment.
fn remote(base_url: Option<String>, key: bool) -> Result<OpenRouter, Failure> {
    let mut builder = OpenRouter::builder();
    if let Some(url) = base_url {
        builder = builder.server_url(url);
    }
    if !key {
        builder = builder.without_api_key();
    }
    builder.build().map_err(|error| {
        // The SDK names its method; the command has an option and a variable for the URL.
        match error.to_string().strip_prefix("server_url ") {
            Some(why) => Failure::usage(format!("the base URL {why}")),
            None => failure(&error),
        }
    })
}
