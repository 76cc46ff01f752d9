//! A provider in this process that fails as its script has it, and counts its calls.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use orouter_server::provider::{BoxFuture, Price};
use orouter_server::{
    EventStream, Failure, FailureKind, Load, Model, Policy, Provider, ProviderRequest,
};
use orouter_wire::StreamEvent;
use orouter_wire::assemble::events_of;
use orouter_wire::{Message, Response, ResponseStatus, Usage};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

/// The result of one call.
#[derive(Clone)]
pub(crate) enum Turn {
    Answer,
    Fail(Failure),
    /// Sends `response.created` and then this `error` object.
    Error(Value),
    /// Sends this event and ends.
    Event(Value),
    /// Waits until the fake is released, and answers.
    Hold,
    /// Answers after the first time, and ends after the second one, on a clock that does not wait.
    Timed(Duration, Duration),
}

/// A provider that fails as its script has it. After the script it repeats the last turn. Clones
/// share their state.
#[derive(Clone)]
pub(crate) struct Fake(Arc<Inner>);

struct Inner {
    name: String,
    models: Vec<Model>,
    script: Mutex<VecDeque<Turn>>,
    calls: AtomicUsize,
    released: Semaphore,
}

impl Fake {
    pub(crate) fn new(name: &str, models: &[&str], script: impl IntoIterator<Item = Turn>) -> Self {
        let models = models.iter().map(|id| Model::new(*id)).collect();
        Self::of(name, models, script)
    }

    /// A provider whose models have this price.
    pub(crate) fn priced(name: &str, models: &[&str], price: Price) -> Self {
        let model = |id: &&str| {
            let mut model = Model::new(*id);
            model.price = Some(price);
            model
        };
        Self::of(name, models.iter().map(model).collect(), [Turn::Answer])
    }

    pub(crate) fn of(
        name: &str,
        models: Vec<Model>,
        script: impl IntoIterator<Item = Turn>,
    ) -> Self {
        Self(Arc::new(Inner {
            name: name.to_owned(),
            models,
            script: Mutex::new(script.into_iter().collect()),
            calls: AtomicUsize::new(0),
            released: Semaphore::new(0),
        }))
    }

    pub(crate) fn failing(name: &str, models: &[&str], kind: FailureKind) -> Self {
        Self::new(name, models, [fail(kind)])
    }

    /// Returns the number of calls.
    pub(crate) fn calls(&self) -> usize {
        self.0.calls.load(Ordering::SeqCst)
    }

    /// Waits until the fake has been called this often.
    pub(crate) async fn called(&self, calls: usize) {
        while self.calls() < calls {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Replaces the script.
    pub(crate) fn then(&self, script: impl IntoIterator<Item = Turn>) {
        *self.0.script.lock().unwrap() = script.into_iter().collect();
    }

    /// Lets calls that are held answer.
    pub(crate) fn release(&self, calls: usize) {
        self.0.released.add_permits(calls);
    }
}

/// Advances the clock of the runtime.
pub(crate) async fn advance(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

/// Events of which the last one comes after some time.
struct Timed {
    events: std::vec::IntoIter<StreamEvent>,
    wait: Option<BoxFuture<()>>,
}

impl Timed {
    fn new(events: Vec<StreamEvent>, time: Duration) -> Self {
        Self {
            events: events.into_iter(),
            wait: Some(Box::pin(advance(time))),
        }
    }
}

impl Stream for Timed {
    type Item = Result<StreamEvent, Failure>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.events.len() == 1
            && let Some(wait) = &mut self.wait
        {
            std::task::ready!(wait.as_mut().poll(cx));
            self.wait = None;
        }
        Poll::Ready(self.events.next().map(Ok))
    }
}

pub(crate) fn fail(kind: FailureKind) -> Turn {
    Turn::Fail(Failure::new(kind, "the message of the provider"))
}

fn answer(model: &str) -> Response {
    let mut response = Response::new("", model);
    response.status = ResponseStatus::Completed;
    response.output = vec![Message::assistant("ok").id("msg_1").into()];
    response.usage = Some(Usage::new(10, 5));
    response
}

impl Provider for Fake {
    fn name(&self) -> &str {
        &self.0.name
    }

    fn models(&self) -> &[Model] {
        &self.0.models
    }

    fn load(&self) -> Load {
        Load::default()
    }

    fn policy(&self) -> Policy {
        Policy::default()
    }

    fn generate(&self, request: ProviderRequest) -> BoxFuture<Result<EventStream, Failure>> {
        self.0.calls.fetch_add(1, Ordering::SeqCst);
        let turn = {
            let mut script = self.0.script.lock().unwrap();
            match script.len() {
                1 => script[0].clone(),
                _ => script.pop_front().expect("a turn"),
            }
        };
        let inner = Arc::clone(&self.0);
        Box::pin(async move {
            let ready = |events: Vec<Value>| {
                let events = events.iter().map(ToString::to_string);
                let event = |text: String| orouter_wire::from_str::<StreamEvent>(&text).unwrap();
                Ok(EventStream::ready(events.map(event).collect::<Vec<_>>()))
            };
            match turn {
                Turn::Fail(failure) => return Err(failure),
                Turn::Error(error) => {
                    return ready(vec![
                        json!({"type": "response.created", "response": {"status": "in_progress"}}),
                        json!({"type": "error", "error": error}),
                    ]);
                }
                Turn::Event(event) => return ready(vec![event]),
                Turn::Timed(latency, time) => {
                    advance(latency).await;
                    let response = answer(&request.model);
                    let events = events_of(&response).collect();
                    return Ok(EventStream::new(Timed::new(events, time)));
                }
                Turn::Hold => inner.released.acquire().await.unwrap().forget(),
                Turn::Answer => {}
            }
            let response = answer(&request.model);
            Ok(EventStream::ready(events_of(&response).collect::<Vec<_>>()))
        })
    }
}
