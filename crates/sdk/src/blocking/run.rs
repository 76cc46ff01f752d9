//! [`RunCall`]: a run with tools that blocks the thread.

use std::{fmt, future::Future, sync::Arc, time::Duration};

use orouter_wire::{Input, Item, ResponsesRequest, ToolOutput};

use super::{background::Background, client::OpenRouter};
use crate::{
    AbortHandle, Error, FnTool, ModelRun, OnToolError, RequestOptions, RunEvent, RunState, Step,
    StepStart, StopWhen,
};

impl OpenRouter {
    /// Runs a request with tools; see [`OpenRouter::call_model`](crate::OpenRouter::call_model).
    ///
    /// Tools are async functions here, too. They run on the thread that waits for the run, so that code
    /// of theirs may block; the calls of a step then run one after another.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # fn example(weather: orouter::FnTool) -> Result<(), orouter::Error> {
    /// use orouter::{ResponsesRequest, blocking::OpenRouter};
    ///
    /// let client = OpenRouter::from_env()?;
    /// let request = ResponsesRequest::new("openai/gpt-4o").input("Is it warm in Paris?");
    /// println!("{}", client.call_model(request).tool(weather).call()?.text());
    /// # Ok(())
    /// # }
    /// ```
    pub fn call_model(&self, request: ResponsesRequest) -> RunCall {
        RunCall {
            run: self.client().call_model(request),
            background: self.background(),
        }
    }

    /// Continues a run from its state; see
    /// [`OpenRouter::resume_model`](crate::OpenRouter::resume_model).
    pub fn resume_model(&self, state: RunState) -> RunCall {
        RunCall {
            run: self.client().resume_model(state),
            background: self.background(),
        }
    }
}

/// A run with tools that has not started. [`call`](Self::call) runs it and waits for its end,
/// [`stream`](Self::stream) returns its events.
///
/// Has the same setters as [the async run](crate::RunCall).
#[must_use = "a run does nothing until `call` or `stream`"]
pub struct RunCall {
    run: crate::RunCall,
    background: Arc<Background>,
}

/// Writes setters that pass their arguments to the async run.
macro_rules! setters {
    ($($name:ident($($argument:ident: $kind:ty),*);)+) => {
        impl RunCall {$(
            #[doc = concat!("See [`RunCall::", stringify!($name), "`](crate::RunCall::", stringify!($name), ").")]
            pub fn $name(mut self $(, $argument: $kind)*) -> Self {
                self.run = self.run.$name($($argument),*);
                self
            }
        )+}
    };
}

setters! {
    tool(tool: FnTool);
    tools(tools: impl IntoIterator<Item = FnTool>);
    stop_when(condition: StopWhen);
    final_turn(enabled: bool);
    final_instruction(text: impl Into<String>);
    on_tool_error(effect: OnToolError);
    max_concurrent_tools(limit: usize);
    tool_timeout(limit: impl Into<Option<Duration>>);
    timeout(limit: Duration);
    step_timeout(limit: Duration);
    abort(handle: &AbortHandle);
    options(options: RequestOptions);
    header(name: impl AsRef<str>, value: impl AsRef<str>);
    max_attempts(attempts: u32);
    input(input: impl Into<Input>);
    approve(call_id: impl Into<String>);
    reject(call_id: impl Into<String>, reason: impl Into<String>);
    output(call_id: impl Into<String>, output: impl Into<ToolOutput>);
    output_item(call_id: impl Into<String>, item: impl Into<Item>);
    rerun(call_id: impl Into<String>);
    allow_changed_tools();
}

impl RunCall {
    /// See [`RunCall::before_step`](crate::RunCall::before_step).
    pub fn before_step<Fut>(
        mut self,
        hook: impl Fn(StepStart) -> Fut + Send + Sync + 'static,
    ) -> Self
    where
        Fut: Future<Output = Result<ResponsesRequest, Error>> + Send + 'static,
    {
        self.run = self.run.before_step(hook);
        self
    }

    /// See [`RunCall::after_step`](crate::RunCall::after_step).
    pub fn after_step<Fut>(mut self, hook: impl Fn(Step) -> Fut + Send + Sync + 'static) -> Self
    where
        Fut: Future<Output = Result<(), Error>> + Send + 'static,
    {
        self.run = self.run.after_step(hook);
        self
    }

    /// Runs the request and its tools and waits for the end.
    ///
    /// # Errors
    ///
    /// Returns the errors of the async run, and an error of kind
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) directly inside async code.
    pub fn call(self) -> Result<ModelRun, Error> {
        self.background.run(self.run)?
    }

    /// Returns the events of the run as an iterator.
    pub fn stream(self) -> RunStream {
        RunStream {
            stream: self.run.stream(),
            background: self.background,
        }
    }

    /// Returns the text of the run as an iterator over its pieces.
    pub fn stream_text(self) -> RunTextStream {
        RunTextStream {
            stream: self.run.stream_text(),
            background: self.background,
        }
    }
}

/// The events of a run, as a blocking iterator. Created by [`RunCall::stream`].
#[derive(Debug)]
#[must_use = "an iterator does nothing unless it is read"]
pub struct RunStream {
    stream: crate::RunStream,
    background: Arc<Background>,
}

impl RunStream {
    /// Reads the rest of the events and returns the run; see
    /// [`RunStream::into_run`](crate::RunStream::into_run).
    ///
    /// # Errors
    ///
    /// Returns the reason why the run failed.
    pub fn into_run(self) -> Result<ModelRun, Error> {
        self.background.run(self.stream.into_run())?
    }
}

impl Iterator for RunStream {
    type Item = Result<RunEvent, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.background.run(self.stream.next());
        next.unwrap_or_else(|error| Some(Err(error)))
    }
}

/// The text of a run, as a blocking iterator. Created by [`RunCall::stream_text`].
#[derive(Debug)]
#[must_use = "an iterator does nothing unless it is read"]
pub struct RunTextStream {
    stream: crate::RunTextStream,
    background: Arc<Background>,
}

impl RunTextStream {
    /// Reads the rest of the text and returns the run; see
    /// [`RunTextStream::into_run`](crate::RunTextStream::into_run).
    ///
    /// # Errors
    ///
    /// Returns the reason why the run failed.
    pub fn into_run(self) -> Result<ModelRun, Error> {
        self.background.run(self.stream.into_run())?
    }
}

impl Iterator for RunTextStream {
    type Item = Result<String, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.background.run(self.stream.next());
        next.unwrap_or_else(|error| Some(Err(error)))
    }
}

impl fmt::Debug for RunCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.run.fmt(f)
    }
}
