//! `client.models()`: which models there are, and what they cost.

mod types;

use std::{fmt, future::IntoFuture};

use bytes::Bytes;
use http::Method;
use orouter_wire::{Extra, Raw, Wire};

pub use self::types::{
    AliasTarget, Architecture, ArtificialAnalysis, Benchmarks, DefaultParameters, DesignArena,
    Model, ModelLinks, ModelList, ModelReasoning, PageLinks, PerRequestLimits, Pricing,
    PricingOverride, TopProvider,
};
use orouter_http::redact;

use crate::{
    answer::Answer,
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
    /// A success that is not a list of models is an error: [`ErrorKind::InBand`] if it reports a
    /// failure, [`ErrorKind::Decode`] otherwise. Every model needs an `id` and nothing else.
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
    /// Sets options of this call. Those that were set before stay where these set nothing.
    pub fn options(mut self, options: RequestOptions) -> Self {
        let earlier = std::mem::take(&mut self.options);
        self.options = options.over(earlier);
        self
    }

    /// Maximum number of attempts of this call; see [`RequestOptions::max_attempts`].
    pub fn max_attempts(self, attempts: u32) -> Self {
        self.options(RequestOptions::new().max_attempts(attempts))
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
    let models = read(&answer, &body)?;
    Ok((models, answer.meta))
}

/// The members that tell a list of models from other JSON. [`ModelList`] cannot tell an absent list
/// from an empty one.
#[derive(Clone, Default, PartialEq, Wire)]
struct Marks {
    data: Option<Raw>,
    error: Option<Raw>,
    extra: Extra,
}

fn read(answer: &Answer, body: &Bytes) -> Result<ModelList, Error> {
    let refused = |what: String| {
        // A failure may be reported beside anything, and in any shape.
        let reported = answer.in_band("the server reported an error", body.clone());
        if reported.has_error_member() {
            return reported;
        }
        answer
            .error(ErrorKind::Decode, what)
            .with_body(body.clone())
    };
    let marks: Marks = answer.decode(body)?;
    match &marks.data {
        Some(data) if data.get().starts_with('[') => {}
        Some(_) => return Err(refused("the answer's `data` is not a list".to_owned())),
        None => {
            let what = "the answer is not a list of models: it has no `data`";
            return Err(refused(what.to_owned()));
        }
    }
    let models: ModelList = answer.decode(body)?;
    if models.extra.get("data").is_some() {
        let what = "the answer's `data` holds something other than models";
        return Err(refused(what.to_owned()));
    }
    if let Some((index, why)) = odd_one(&models) {
        return Err(refused(format!(
            "the answer is not a list of models: data[{index}] {why}"
        )));
    }
    let is_error = |error: &Raw| !matches!(error.get(), "null" | "false" | "{}" | "\"\"");
    if models.data.is_empty() && marks.error.as_ref().is_some_and(is_error) {
        return Err(answer.in_band("the server reported an error", body.clone()));
    }
    Ok(models)
}

/// The first element that is not a model. Every server gives a model an `id`; those that name an
/// element's kind call it a model (OpenAI's first API: an engine).
fn odd_one(models: &ModelList) -> Option<(usize, String)> {
    models.data.iter().enumerate().find_map(|(index, model)| {
        if model.id.trim().is_empty() {
            return Some((index, "has no `id`".to_owned()));
        }
        let kind = model.extra.get("object").and_then(Raw::as_string)?;
        let lower = kind.to_ascii_lowercase();
        if kind.is_empty() || lower.contains("model") || lower.contains("engine") {
            return None;
        }
        Some((index, format!("is a {}", redact::line(&kind, 60))))
    })
}
