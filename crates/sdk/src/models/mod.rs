//! `client.models()`: which models there are, and what they cost.

mod types;

use std::{fmt, future::IntoFuture};

use bytes::Bytes;
use http::Method;

pub use self::types::{
    AliasTarget, Architecture, ArtificialAnalysis, Benchmarks, DefaultParameters, DesignArena,
    Model, ModelLinks, ModelList, ModelReasoning, PageLinks, PerRequestLimits, Pricing,
    PricingOverride, TopProvider,
};
use crate::{
    call::{self, JSON, Operation},
    client::OpenRouterCore,
    error::{Error, ErrorKind},
    meta::Meta,
    options::RequestOptions,
    responses::WithMeta,
    transport::BoxFuture,
};

/// The calls under `/models`. Made by [`OpenRouter::models`](crate::OpenRouter::models).
#[derive(Clone, Copy, Debug)]
pub struct Models<'a> {
    core: &'a OpenRouterCore,
}

impl<'a> Models<'a> {
    pub(crate) fn new(core: &'a OpenRouterCore) -> Self {
        Self { core }
    }

    /// Lists the models that the server offers.
    ///
    /// The list can be narrowed, sorted and paged by query: `category`, `supported_parameters`,
    /// `output_modalities`, `sort`, `offset`, `limit`.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # async fn example(client: orouter::OpenRouter) -> Result<(), orouter::Error> {
    /// use orouter::RequestOptions;
    ///
    /// let options = RequestOptions::new().query("supported_parameters", "tools");
    /// for model in client.models().list().options(options).await? {
    ///     println!("{} ({:?} tokens)", model.id, model.context_length);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use = "a call does nothing until it is awaited"]
    pub fn list(&self) -> ListModelsCall {
        ListModelsCall {
            core: self.core.clone(),
            options: RequestOptions::default(),
        }
    }
}

/// A call that lists models. Made by [`Models::list`].
#[derive(Clone)]
#[must_use = "a call does nothing until it is awaited"]
pub struct ListModelsCall {
    core: OpenRouterCore,
    options: RequestOptions,
}

impl ListModelsCall {
    /// Sets the options of this call, in place of earlier ones.
    pub fn options(mut self, options: RequestOptions) -> Self {
        self.options = options;
        self
    }

    /// Gives status, headers, attempts and time beside the outcome.
    pub fn with_meta(self) -> WithMeta<ModelList> {
        WithMeta::new(Box::pin(list(self)))
    }
}

impl IntoFuture for ListModelsCall {
    type Output = Result<ModelList, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let listing = list(self);
        Box::pin(async { listing.await.map(|(models, _)| models) })
    }
}

impl fmt::Debug for ListModelsCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListModelsCall")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

async fn list(call: ListModelsCall) -> Result<(ModelList, Meta), Error> {
    let operation = Operation {
        method: Method::GET,
        path: "/models",
        accept: JSON,
        body: Bytes::new(),
    };
    let mut answer = call::execute(&call.core, operation, &call.options).await?;
    let body = answer.json().await?;
    let models: ModelList = answer.decode(&body)?;
    if models.data.is_empty() && models.extra.get("error").is_some() {
        return Err(answer.in_band("the server reported an error", body));
    }
    if models.extra.get("data").is_some() {
        return Err(answer.error(ErrorKind::Decode, "the answer is no list of models"));
    }
    Ok((models, answer.meta))
}
