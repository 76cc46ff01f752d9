//! `client.models()`: the models of a server and their prices.

mod list;
mod types;

use self::list::ListModels;
pub use self::types::{
    AliasTarget, Architecture, ArtificialAnalysis, Benchmarks, DefaultParameters, DesignArena,
    Model, ModelLinks, ModelList, ModelReasoning, PageLinks, PerRequestLimits, Pricing,
    PricingOverride, TopProvider,
};
use crate::{call::Call, core::OpenRouterCore};

/// The calls under `/models`. Created by [`OpenRouter::models`](crate::OpenRouter::models).
///
/// # Example
///
/// ```no_run
/// # async fn example(client: orouter::OpenRouter) -> Result<(), orouter::Error> {
/// for model in client.models().list().await? {
///     println!("{}: {} per input token", model.id, model.pricing.prompt);
/// }
/// # Ok(())
/// # }
/// ```
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
    /// Query parameters filter, sort and page the list: `category`, `supported_parameters`,
    /// `output_modalities`, `sort`, `offset`, `limit`.
    ///
    /// A 2XX response that is not a list of models is an error:
    /// [`ErrorKind::InBand`](crate::ErrorKind::InBand) if it reports a failure,
    /// [`ErrorKind::Decode`](crate::ErrorKind::Decode) otherwise. The only required member of a model is
    /// `id`.
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
    pub fn list(&self) -> Call<ModelList> {
        Call::new(ListModels::new(self.core))
    }
}
