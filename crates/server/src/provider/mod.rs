//! The trait [`Provider`], which connects the server to models, and the types of its methods.
//! A second upstream protocol is a second implementation of this trait.

mod event_stream;
mod load;
mod model;
mod policy;
mod price;
mod request;
mod upstream_model;

use std::future::Future;
use std::pin::Pin;

use crate::failure::Failure;

pub use event_stream::EventStream;
pub use load::{Load, Readiness};
pub use model::Model;
pub use policy::Policy;
pub use price::Price;
pub use request::ProviderRequest;
pub(crate) use upstream_model::UpstreamModel;

/// A boxed future that owns its data.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Serves models: in this process, or through an upstream server.
///
/// Each pair of a provider and one of its models is an endpoint. Routing chooses among endpoints.
///
/// A provider translates a request and streams events. The relay does for all providers what they
/// have in common: it numbers the events, repeats the request in the response and writes HTTP.
///
/// ```
/// use orouter_server::provider::BoxFuture;
/// use orouter_server::{EventStream, Failure, Load, Model, Provider, ProviderRequest, Server};
/// use orouter_wire::assemble::events_of;
/// use orouter_wire::{Message, Response, ResponseStatus, Usage};
///
/// struct Greeter {
///     models: [Model; 1],
/// }
///
/// impl Provider for Greeter {
///     fn name(&self) -> &str {
///         "example"
///     }
///
///     fn models(&self) -> &[Model] {
///         &self.models
///     }
///
///     fn load(&self) -> Load {
///         Load::default()
///     }
///
///     fn generate(&self, request: ProviderRequest) -> BoxFuture<Result<EventStream, Failure>> {
///         Box::pin(async move {
///             let mut response = Response::new("", request.model);
///             response.status = ResponseStatus::Completed;
///             response.output = vec![Message::assistant("Hello!").id("msg_1").into()];
///             response.usage = Some(Usage::new(1, 1));
///             Ok(EventStream::ready(events_of(&response).collect::<Vec<_>>()))
///         })
///     }
/// }
///
/// let models = [Model::new("example/greeter")];
/// let server = Server::builder().provider(Greeter { models }).build();
/// ```
pub trait Provider: Send + Sync + 'static {
    /// Returns the provider's name as clients see it in errors and metadata: `local`.
    fn name(&self) -> &str;

    /// Returns the models that the provider serves.
    fn models(&self) -> &[Model];

    /// Returns the provider's readiness and its current numbers of generations.
    fn load(&self) -> Load;

    /// Returns the facts that a request's `provider` preferences can demand. Default: the provider
    /// promises nothing.
    fn policy(&self) -> Policy {
        Policy::default()
    }

    /// Starts a generation.
    ///
    /// Dropping the future or its stream must stop the generation: the server drops them when the
    /// client disconnects.
    ///
    /// # Errors
    /// Refusals that are known before the first event: a full queue, a prompt longer than the
    /// context, a schema that cannot be enforced. The server then tries the next endpoint.
    fn generate(&self, request: ProviderRequest) -> BoxFuture<Result<EventStream, Failure>>;
}
