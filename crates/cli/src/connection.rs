//! A client for whoever answers, and the server inside this process where that is who answers.

use orouter::OpenRouter;
use orouter::transport::ReqwestTransport;
use orouter_local::EngineOptions;

use crate::answer::failure;
use crate::args::ServerArgs;
use crate::exit::Failure;
use crate::target::Target;
use crate::{embedded, terminal};

/// A client, and what requests through it should name where the user named nothing.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) client: OpenRouter,
    pub(crate) default_model: Option<&'static str>,
}

impl Connection {
    /// Connects to whoever arguments and environment name. Says once when nothing was named and
    /// the embedded model answers.
    pub(crate) async fn open(args: &ServerArgs) -> Result<Self, Failure> {
        match Target::choose(args)? {
            Target::Embedded { model_path } => {
                if !args.local && args.model_path.is_none() {
                    terminal::notice(&format!(
                        "orouter: no OPENROUTER_API_KEY and no --base-url, so the embedded model \
                         answers ({})",
                        embedded::MODEL
                    ));
                }
                let engine = embedded::engine(model_path, EngineOptions::default()).await?;
                let base_url = embedded::start(&embedded::server(engine)).await?;
                Ok(Self {
                    client: inside(&base_url)?,
                    default_model: Some(embedded::MODEL),
                })
            }
            Target::Remote { base_url, key } => Ok(Self {
                client: remote(base_url, key)?,
                default_model: None,
            }),
        }
    }

    /// The same for a list of models, for which the embedded one need not be here.
    pub(crate) async fn open_catalogue(args: &ServerArgs) -> Result<Self, Failure> {
        match Target::choose(args)? {
            Target::Embedded { .. } => {
                let base_url = embedded::start(&embedded::catalogue()).await?;
                Ok(Self {
                    client: inside(&base_url)?,
                    default_model: Some(embedded::MODEL),
                })
            }
            Target::Remote { base_url, key } => Ok(Self {
                client: remote(base_url, key)?,
                default_model: None,
            }),
        }
    }
}

/// A client for the server in this process: no key leaves, and no proxy is in between.
fn inside(base_url: &str) -> Result<OpenRouter, Failure> {
    let transport = ReqwestTransport::builder()
        .no_proxy()
        .build()
        .map_err(|e| failure(&e))?;
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
