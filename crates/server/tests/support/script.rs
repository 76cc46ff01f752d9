//! A provider that follows a script: it sends given events, waits, fails or panics.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use orouter_server::provider::BoxFuture;
use orouter_server::{EventStream, Failure, Load, Model, Provider, ProviderRequest};
use orouter_wire::StreamEvent;
use serde_json::{Value, json};
use tokio::time::Sleep;

/// A line of a script.
#[derive(Clone)]
pub enum Line {
    Wait(Duration),
    Event(Value),
    Fail(Failure),
    Panic(&'static str),
}

/// A provider with one model that follows a script.
pub struct Script {
    name: &'static str,
    models: [Model; 1],
    refuse: Option<Failure>,
    before: Duration,
    lines: Vec<Line>,
    active: Arc<AtomicUsize>,
}

impl Script {
    pub fn new(model: &str, lines: Vec<Line>) -> Self {
        let models = [Model::new(model)];
        Self {
            name: "script",
            models,
            refuse: None,
            before: Duration::ZERO,
            lines,
            active: Arc::default(),
        }
    }

    /// Sets the name of the provider.
    pub fn named(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    /// Sets a delay before the stream or the refusal.
    pub fn slow(mut self, before: Duration) -> Self {
        self.before = before;
        self
    }

    /// Replaces the description of the model.
    pub fn describing(mut self, model: Model) -> Self {
        self.models = [model];
        self
    }

    pub fn refusing(model: &str, failure: Failure) -> Self {
        Self {
            refuse: Some(failure),
            ..Self::new(model, Vec::new())
        }
    }

    /// Adds an alias of the model.
    pub fn alias(mut self, name: &str) -> Self {
        self.models[0].aliases.push(name.to_owned());
        self
    }

    /// Returns a counter of running generations.
    pub fn active(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.active)
    }
}

/// A message with `text` in single letters, each after `pause`.
pub fn message(text: &str, pause: Duration) -> Vec<Line> {
    let item = |status: &str, content: Value| json!({"type": "message", "id": "msg_1", "role": "assistant", "status": status, "content": content});
    let part = |text: &str| json!({"type": "output_text", "text": text, "annotations": []});
    let event_of = |kind: &str| json!({"type": kind, "item_id": "msg_1", "output_index": 0, "content_index": 0});
    let with = |mut event: Value, name: &str, value: Value| {
        event[name] = value;
        Line::Event(event)
    };
    let mut lines = vec![
        Line::Event(
            json!({"type": "response.output_item.added", "output_index": 0, "item": item("in_progress", json!([]))}),
        ),
        with(event_of("response.content_part.added"), "part", part("")),
    ];
    for letter in text.chars() {
        lines.push(Line::Wait(pause));
        lines.push(with(
            event_of("response.output_text.delta"),
            "delta",
            letter.to_string().into(),
        ));
    }
    lines.push(with(
        event_of("response.output_text.done"),
        "text",
        text.into(),
    ));
    lines.push(with(
        event_of("response.content_part.done"),
        "part",
        part(text),
    ));
    lines.push(Line::Event(json!({"type": "response.output_item.done", "output_index": 0, "item": item("completed", json!([part(text)]))})));
    lines.push(Line::Event(json!({"type": "response.completed", "response": {"status": "completed", "usage": {"input_tokens": 3, "output_tokens": 2, "total_tokens": 5}}})));
    lines
}

impl Provider for Script {
    fn name(&self) -> &str {
        self.name
    }

    fn models(&self) -> &[Model] {
        &self.models
    }

    fn load(&self) -> Load {
        let mut load = Load::default();
        load.active = self.active.load(Ordering::SeqCst);
        load
    }

    fn generate(&self, _: ProviderRequest) -> BoxFuture<Result<EventStream, Failure>> {
        self.active.fetch_add(1, Ordering::SeqCst);
        let running = Running(self.active());
        let (before, refuse, lines) = (self.before, self.refuse.clone(), self.lines.clone());
        Box::pin(async move {
            tokio::time::sleep(before).await;
            match refuse {
                Some(failure) => Err(failure),
                None => Ok(EventStream::new(Play {
                    lines: lines.into(),
                    wait: None,
                    _running: running,
                })),
            }
        })
    }
}

/// Counts a generation until it is dropped.
struct Running(Arc<AtomicUsize>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

struct Play {
    lines: VecDeque<Line>,
    wait: Option<Pin<Box<Sleep>>>,
    _running: Running,
}

impl futures_core::Stream for Play {
    type Item = Result<StreamEvent, Failure>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(wait) = &mut self.wait {
                std::task::ready!(wait.as_mut().poll(cx));
                self.wait = None;
            }
            match self.lines.pop_front() {
                None => return Poll::Ready(None),
                Some(Line::Wait(pause)) => self.wait = Some(Box::pin(tokio::time::sleep(pause))),
                Some(Line::Event(event)) => {
                    let event = orouter_wire::from_str(&event.to_string()).unwrap();
                    return Poll::Ready(Some(Ok(event)));
                }
                Some(Line::Fail(failure)) => return Poll::Ready(Some(Err(failure))),
                Some(Line::Panic(with)) => panic!("{with}{}", self.lines.len()),
            }
        }
    }
}
