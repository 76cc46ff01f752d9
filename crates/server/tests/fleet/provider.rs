//! The providers of the fleet, in this process. Their endpoints fail or respond on request, with
//! times on a clock that does not wait.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;
use orouter_server::provider::BoxFuture;
use orouter_server::{EventStream, Failure, FailureKind, Load, Model, Provider, ProviderRequest};
use orouter_wire::assemble::events_of;
use orouter_wire::{Message, Response, ResponseStatus, StreamEvent, Usage};

/// The behaviour of all endpoints.
#[derive(Clone)]
pub(crate) enum Behaviour {
    Fail,
    /// The endpoints with these ids fail, the others respond.
    FailAt(Vec<String>),
    /// Responds after a latency in seconds, with a throughput in tokens per second.
    Timed(f64, f64),
}

/// The endpoints of a fleet. Clones share their behaviour.
#[derive(Clone)]
pub(crate) struct Fleet {
    behaviour: Arc<Mutex<Behaviour>>,
    tokens: u64,
}

impl Fleet {
    pub(crate) fn new(tokens: u64) -> Self {
        Self {
            behaviour: Arc::new(Mutex::new(Behaviour::Fail)),
            tokens,
        }
    }

    pub(crate) fn set(&self, behaviour: Behaviour) {
        *self.behaviour.lock().unwrap() = behaviour;
    }

    pub(crate) fn behaviour(&self) -> Behaviour {
        self.behaviour.lock().unwrap().clone()
    }

    /// Returns a provider with models of these ids.
    pub(crate) fn provider<'a>(&self, name: &str, ids: impl Iterator<Item = &'a str>) -> Named {
        Named {
            name: name.to_owned(),
            models: ids.map(model).collect(),
            fleet: self.clone(),
        }
    }
}

pub(crate) struct Named {
    name: String,
    models: Vec<Model>,
    fleet: Fleet,
}

impl Provider for Named {
    fn name(&self) -> &str {
        &self.name
    }

    fn models(&self) -> &[Model] {
        &self.models
    }

    fn load(&self) -> Load {
        Load::default()
    }

    fn generate(&self, request: ProviderRequest) -> BoxFuture<Result<EventStream, Failure>> {
        let behaviour = self.fleet.behaviour();
        let tokens = self.fleet.tokens;
        Box::pin(async move {
            let fails = match &behaviour {
                Behaviour::Fail => true,
                Behaviour::FailAt(ids) => ids.contains(&request.model),
                Behaviour::Timed(..) => false,
            };
            if fails {
                return Err(Failure::new(FailureKind::ProviderOverloaded, "scripted"));
            }
            let mut time = Duration::ZERO;
            if let Behaviour::Timed(latency, throughput) = behaviour {
                advance(Duration::from_secs_f64(latency)).await;
                time = Duration::from_secs_f64(tokens as f64 / throughput);
            }
            let mut response = Response::new("", request.model);
            response.status = ResponseStatus::Completed;
            response.output = vec![Message::assistant("ok").id("msg_1").into()];
            response.usage = Some(Usage::new(10, tokens));
            let events: Vec<StreamEvent> = events_of(&response).collect();
            Ok(EventStream::new(Timed {
                events: events.into_iter(),
                wait: Some(Box::pin(advance(time))),
            }))
        })
    }
}

/// Returns a model that supports the parameters of the requests, unless its endpoint's configuration
/// lists others.
fn model(id: &str) -> Model {
    let mut model = Model::new(id);
    let parameters = [
        "tools",
        "structured_outputs",
        "verbosity",
        "temperature",
        "top_k",
    ];
    model.supported_parameters = parameters.map(str::to_owned).to_vec();
    model
}

/// Advances the clock of the runtime.
pub(crate) async fn advance(time: Duration) {
    if !time.is_zero() {
        tokio::time::pause();
        tokio::time::advance(time).await;
        tokio::time::resume();
    }
}

/// Events of which the last one comes after some time.
struct Timed {
    events: std::vec::IntoIter<StreamEvent>,
    wait: Option<BoxFuture<()>>,
}

impl Stream for Timed {
    type Item = Result<StreamEvent, Failure>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.events.len() == 1
            && let Some(wait) = &mut self.wait
        {
            ready!(wait.as_mut().poll(cx));
            self.wait = None;
        }
        Poll::Ready(self.events.next().map(Ok))
    }
}
