//! [`RunCall`]: a run before it starts and while it is awaited.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use orouter_http::AbortHandle;
use orouter_wire::{Input, Item, ResponsesRequest, ToolOutput};

use super::{
    config::{Config, Decision, DecisionKind, OnToolError, StepStart},
    driver,
    outlet::{Form, Outlet},
    stream::{RunStream, RunTextStream},
    tool::FnTool,
};
use crate::{
    client::OpenRouter,
    core::OpenRouterCore,
    error::Error,
    options::RequestOptions,
    run::{ModelRun, RunData, RunState, Step},
    stop::StopWhen,
    transport::BoxFuture,
};

impl OpenRouter {
    /// Runs a request with tools: asks the model, runs the tools that it calls, returns their outputs to
    /// the model, and so on until the model calls no more tools or a
    /// [condition](crate::stop) stops the run.
    ///
    /// The tools are those added with [`RunCall::tool`]. Other functions, custom tools and client-side
    /// tools of the request are the caller's: a call of one stops the run, and
    /// [`ModelRun::pending_calls`] lists it.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # async fn example(client: orouter::OpenRouter) -> Result<(), orouter::Error> {
    /// use orouter::{FnTool, FunctionTool, ResponsesRequest, stop};
    /// use serde_json::{Value, json};
    ///
    /// let definition = FunctionTool::new("get_weather", json!({
    ///     "type": "object",
    ///     "properties": {"city": {"type": "string"}},
    ///     "required": ["city"],
    ///     "additionalProperties": false,
    /// }));
    /// let weather = FnTool::new(definition, |arguments: Value| async move {
    ///     Ok(json!({"city": arguments["city"], "celsius": 21}))
    /// });
    /// let request = ResponsesRequest::new("openai/gpt-4o").input("Is it warm in Paris?");
    /// let run = client
    ///     .call_model(request)
    ///     .tool(weather)
    ///     .stop_when(stop::step_count_is(5).or(stop::max_cost(0.10)))
    ///     .await?;
    /// println!("{}", run.text());
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "callModel")]
    pub fn call_model(&self, request: ResponsesRequest) -> RunCall {
        RunCall::new(self.core().clone(), Box::new(RunData::new(request)))
    }

    /// Continues a run from its state: after a decision on [pending
    /// calls](ModelRun::pending_calls), after an error, or with further [input](RunCall::input).
    ///
    /// Tools, stop conditions, hooks and options are not part of the state; set them again. Functions
    /// that are not registered again stay in the request as the caller's.
    ///
    /// No call runs twice: calls that have an output keep it, and calls that were running when the run
    /// ended do not start again unless [`RunCall::rerun`] says so. This holds for one line of states: a
    /// copy of an earlier state does not know of later calls, so store the new state in place of the
    /// earlier one, and do not resume one state twice.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # async fn example(client: orouter::OpenRouter, delete_file: orouter::FnTool, state: orouter::RunState) -> Result<(), orouter::Error> {
    /// let run = client
    ///     .resume_model(state)
    ///     .tool(delete_file)
    ///     .approve("call_1")
    ///     .reject("call_2", "that file is still needed")
    ///     .await?;
    /// println!("{}", run.text());
    /// # Ok(())
    /// # }
    /// ```
    pub fn resume_model(&self, state: RunState) -> RunCall {
        RunCall::new(self.core().clone(), state.into_data())
    }
}

/// A run with tools: a future of `Result<ModelRun, Error>`, or a [stream](Self::stream).
///
/// Created by [`OpenRouter::call_model`] and [`OpenRouter::resume_model`]. It starts when it is first
/// polled; until then nothing is sent, and settings can be made. It is `Send`, `Unpin` and `'static`.
/// Dropping it cancels the request and the tools that run.
///
/// # Errors
///
/// An error of a run contains the run so far: [`Error::model_run`]. The run can be
/// [resumed](OpenRouter::resume_model) from it. Settings do not return errors: one that cannot be used
/// (two tools of one name, parameters that are not the schema of an object, a decision on a call that
/// is not pending) is an error of kind [`ErrorKind::Configuration`](crate::ErrorKind::Configuration)
/// when the run is awaited, and nothing is sent.
///
/// Panics of tools are caught. A panic of a hook or of a stop condition is not: it passes through the run,
/// whose data is lost with it.
///
/// # Limits
///
/// | Limit | Default | Set with |
/// |---|---|---|
/// | steps | 5, and a final turn | [`stop_when`](Self::stop_when) |
/// | tools that run at the same time | 8 | [`max_concurrent_tools`](Self::max_concurrent_tools) |
/// | time of a call of a tool | 300 s | [`tool_timeout`](Self::tool_timeout), [`FnTool::timeout`] |
/// | time of a step, of the run | none | [`step_timeout`](Self::step_timeout), [`timeout`](Self::timeout) |
/// | each request | those of [`RequestOptions`] | [`options`](Self::options) |
///
/// # Example
///
/// ```no_run
/// # async fn example(client: orouter::OpenRouter, weather: orouter::FnTool) -> Result<(), orouter::Error> {
/// use orouter::{ResponsesRequest, StopReason};
///
/// let request = ResponsesRequest::new("openai/gpt-4o").input("Is it warm in Paris?");
/// let run = client.call_model(request).tool(weather).await?;
/// match run.stop_reason() {
///     StopReason::PendingCalls => println!("waiting for {:?}", run.pending_calls()),
///     _ => println!("{}", run.text()),
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "a run does nothing until it is awaited or read as a stream"]
pub struct RunCall(State);

enum State {
    Prepared(Box<Prepared>),
    Running(BoxFuture<'static, Result<ModelRun, Error>>),
    /// A setting was made after the start. The next poll returns the error.
    Refused,
    Finished,
}

struct Prepared {
    core: OpenRouterCore,
    data: Box<RunData>,
    config: Config,
}

impl RunCall {
    fn new(core: OpenRouterCore, data: Box<RunData>) -> Self {
        Self(State::Prepared(Box::new(Prepared {
            core,
            data,
            config: Config::default(),
        })))
    }

    /// Adds a tool. Names must differ, also from the functions of the request.
    pub fn tool(self, tool: FnTool) -> Self {
        self.edit(|config| config.tools.push(tool))
    }

    /// Adds tools.
    pub fn tools(self, tools: impl IntoIterator<Item = FnTool>) -> Self {
        self.edit(|config| config.tools.extend(tools))
    }

    /// Stops the run when the condition is met. Several conditions stop it when one of them is met.
    ///
    /// Without a condition, the run stops as with
    /// [`stop::step_count_is(5)`](crate::stop::step_count_is).
    #[doc(alias = "stopWhen")]
    pub fn stop_when(self, condition: StopWhen) -> Self {
        self.edit(|config| {
            config.stop = Some(match config.stop.take() {
                Some(earlier) => earlier.or(condition),
                None => condition,
            });
        })
    }

    /// Sets whether a run that a condition stops between tool calls ends with a final turn: one more
    /// request, with `tool_choice: none`, so that the model responds with text. Default `true`.
    ///
    /// Without it, the run ends after the outputs of the tools, and can be resumed.
    #[doc(alias = "allowFinalResponse")]
    pub fn final_turn(self, enabled: bool) -> Self {
        self.edit(|config| config.final_turn = enabled)
    }

    /// Adds a message of the user before the final turn, to tell the model that it cannot call more
    /// tools. Default: none.
    pub fn final_instruction(self, text: impl Into<String>) -> Self {
        self.edit(|config| config.final_instruction = Some(text.into()))
    }

    /// Sets the effect of an error, a panic or a timeout of a tool. Default: the model is told.
    ///
    /// Arguments that do not match the type of the tool, and calls of unknown tools, always go back to
    /// the model with the reason.
    pub fn on_tool_error(self, effect: OnToolError) -> Self {
        self.edit(|config| config.on_tool_error = effect)
    }

    /// Sets the maximum number of calls of a step that run at the same time. Default 8; 0 counts as 1.
    pub fn max_concurrent_tools(self, limit: usize) -> Self {
        self.edit(|config| config.max_concurrent_tools = limit)
    }

    /// Sets the maximum time of a call of a tool. Default 300 s; `None` removes the limit. A call that
    /// takes longer is dropped, which counts as an error of the tool.
    pub fn tool_timeout(self, limit: impl Into<Option<Duration>>) -> Self {
        self.edit(|config| config.tool_timeout = limit.into())
    }

    /// Limits the whole run: requests, retries, tools and hooks. The run then fails with an error of
    /// kind [`ErrorKind::Timeout`](crate::ErrorKind::Timeout).
    ///
    /// To limit each request, use [`options`](Self::options) with
    /// [`Timeouts`](crate::Timeouts).
    pub fn timeout(self, limit: Duration) -> Self {
        self.edit(|config| config.timeout = Some(limit))
    }

    /// Limits each step: its request, its tools and its hooks, and in a stream the time until the reader
    /// has taken the events. The run then fails with an error of kind
    /// [`ErrorKind::Timeout`](crate::ErrorKind::Timeout).
    pub fn step_timeout(self, limit: Duration) -> Self {
        self.edit(|config| config.step_timeout = Some(limit))
    }

    /// Ends the run, with its request and its tools, when `handle` is aborted.
    pub fn abort(self, handle: &AbortHandle) -> Self {
        self.edit_options(|options| options.abort(handle))
    }

    /// Sets options of all requests of the run. Options that were set before and are not set here stay
    /// in force.
    pub fn options(self, options: RequestOptions) -> Self {
        self.edit_options(|earlier| options.over(earlier))
    }

    /// Sends this header with each request; see [`RequestOptions::header`].
    pub fn header(self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.edit_options(|options| options.header(name, value))
    }

    /// Sets the maximum number of attempts of each request; see [`RequestOptions::max_attempts`].
    pub fn max_attempts(self, attempts: u32) -> Self {
        self.edit_options(|options| options.max_attempts(attempts))
    }

    /// Runs `hook` before each step. It returns the request of the step; changes apply to this step
    /// only. Several hooks run in order. An error ends the run.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # fn example(client: orouter::OpenRouter, request: orouter::ResponsesRequest) {
    /// let run = client.call_model(request).before_step(|step| async move {
    ///     let mut request = step.request;
    ///     if step.number > 3 {
    ///         request.model = Some("openai/gpt-4o-mini".to_owned());
    ///     }
    ///     Ok(request)
    /// });
    /// # let _ = run;
    /// # }
    /// ```
    #[doc(alias = "onTurnStart")]
    pub fn before_step<Fut>(self, hook: impl Fn(StepStart) -> Fut + Send + Sync + 'static) -> Self
    where
        Fut: Future<Output = Result<ResponsesRequest, Error>> + Send + 'static,
    {
        self.edit(|config| config.add_before_step(hook))
    }

    /// Runs `hook` after each step whose calls have outputs. Several hooks run in order. An error ends
    /// the run.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # fn example(client: orouter::OpenRouter, request: orouter::ResponsesRequest) {
    /// let run = client.call_model(request).after_step(|step| async move {
    ///     println!("{} tokens", step.usage().total_tokens);
    ///     Ok(())
    /// });
    /// # let _ = run;
    /// # }
    /// ```
    #[doc(alias = "onTurnEnd")]
    pub fn after_step<Fut>(self, hook: impl Fn(Step) -> Fut + Send + Sync + 'static) -> Self
    where
        Fut: Future<Output = Result<(), Error>> + Send + 'static,
    {
        self.edit(|config| config.add_after_step(hook))
    }

    /// Adds input to a run that is resumed, before the next request: the next message of the user in a
    /// conversation. Stop conditions count the steps from here on.
    ///
    /// Calls of the run must not be pending. If the run then fails, its state contains the input, unless
    /// the error is one of the set-up (of kind
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration)).
    pub fn input(self, input: impl Into<Input>) -> Self {
        self.edit(|config| match &mut config.input {
            Some(earlier) => earlier.extend(input.into().into_items()),
            None => config.input = Some(input.into()),
        })
    }

    /// Approves a pending call: a resumed run runs it.
    #[doc(alias = "approveToolCalls")]
    pub fn approve(self, call_id: impl Into<String>) -> Self {
        self.decide(call_id, DecisionKind::Approve)
    }

    /// Rejects a pending call: the model receives the reason as an error. An empty reason stands for
    /// "the user rejected the call".
    #[doc(alias = "rejectToolCalls")]
    pub fn reject(self, call_id: impl Into<String>, reason: impl Into<String>) -> Self {
        self.decide(call_id, DecisionKind::Reject(reason.into()))
    }

    /// Gives the output of a pending call that the caller ran: text, [`ToolOutput`], or what converts to
    /// it.
    pub fn output(self, call_id: impl Into<String>, output: impl Into<ToolOutput>) -> Self {
        self.decide(call_id, DecisionKind::Output(output.into()))
    }

    /// Gives the output of a pending call as an item, for calls other than those of functions and custom
    /// tools, such as a `shell_call_output`.
    pub fn output_item(self, call_id: impl Into<String>, item: impl Into<Item>) -> Self {
        self.decide(call_id, DecisionKind::OutputItem(Box::new(item.into())))
    }

    /// Runs an interrupted call again. Without this, a resumed run tells the model that the call was
    /// interrupted.
    pub fn rerun(self, call_id: impl Into<String>) -> Self {
        self.decide(call_id, DecisionKind::Rerun)
    }

    /// Allows pending calls of tools whose parameters have changed since the run was stored. By default
    /// such a call is an error, because its arguments were written for the earlier parameters.
    pub fn allow_changed_tools(self) -> Self {
        self.edit(|config| config.allow_changed_tools = true)
    }

    /// Streams the run: yields its events as they arrive. A run that was polled already cannot become a
    /// stream, which then yields an error.
    pub fn stream(self) -> RunStream {
        let outlet = Outlet::new(Form::Events);
        let run = self.start(Some(outlet.clone()));
        RunStream::new(outlet, run)
    }

    /// Streams the text of the run as it arrives. The stream is `Send` and `'static`, so that a web
    /// handler can return it.
    pub fn stream_text(self) -> RunTextStream {
        let outlet = Outlet::new(Form::Text);
        let run = self.start(Some(outlet.clone()));
        RunTextStream::new(outlet, run)
    }

    fn start(self, outlet: Option<Outlet>) -> BoxFuture<'static, Result<ModelRun, Error>> {
        match self.0 {
            State::Prepared(prepared) => {
                let Prepared { core, data, config } = *prepared;
                Box::pin(driver::drive(core, config, data, outlet))
            }
            // The events so far are lost, so that it cannot become a stream.
            State::Running(_) if outlet.is_some() => Box::pin(async { Err(refused()) }),
            State::Running(run) => run,
            State::Refused => Box::pin(async { Err(refused()) }),
            State::Finished => Box::pin(async { Err(finished()) }),
        }
    }

    fn decide(self, call_id: impl Into<String>, kind: DecisionKind) -> Self {
        let call_id = call_id.into();
        self.edit(|config| config.decisions.push(Decision { call_id, kind }))
    }

    fn edit_options(self, edit: impl FnOnce(RequestOptions) -> RequestOptions) -> Self {
        self.edit(|config| config.options = edit(std::mem::take(&mut config.options)))
    }

    fn edit(mut self, edit: impl FnOnce(&mut Config)) -> Self {
        match &mut self.0 {
            State::Prepared(prepared) => edit(&mut prepared.config),
            State::Running(_) => self.0 = State::Refused,
            State::Refused | State::Finished => {}
        }
        self
    }
}

impl Future for RunCall {
    type Output = Result<ModelRun, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if !matches!(self.0, State::Running(_)) {
            let state = std::mem::replace(&mut self.0, State::Finished);
            self.0 = State::Running(Self(state).start(None));
        }
        let State::Running(run) = &mut self.0 else {
            return Poll::Ready(Err(finished()));
        };
        let result = ready!(run.as_mut().poll(cx));
        self.0 = State::Finished;
        Poll::Ready(result)
    }
}

fn refused() -> Error {
    let message = "a setting was made after the run started; make settings before the first poll";
    // Requests may have been sent.
    Error::configuration(message).with_billed_before(true)
}

fn finished() -> Error {
    Error::configuration("the run was polled after it returned its result")
}

/// Shows the state, the tools and the options. The request is left out, since it holds content.
impl fmt::Debug for RunCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut call = f.debug_struct("RunCall");
        match &self.0 {
            State::Prepared(prepared) => call
                .field("state", &"not started")
                .field("tools", &prepared.config.tools)
                .field("stop_when", &prepared.config.stop)
                .field("options", &prepared.config.options),
            State::Running(_) => call.field("state", &"running"),
            State::Refused => call.field("state", &"refused"),
            State::Finished => call.field("state", &"finished"),
        };
        call.finish_non_exhaustive()
    }
}
