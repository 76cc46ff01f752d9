//! The loop of a run: asks the model, runs its calls, and continues until the run stops.

use std::sync::Arc;

use orouter_http::{Deadline, StepLimit, TimeoutKind};
use orouter_wire::{Message, ResponsesRequest, ToolChoice};

use super::{
    choice,
    config::{Config, StepStart},
    events::RunEvent,
    outlet::Outlet,
    setup,
    spans::RunSpan,
    tool_calls::ToolCalls,
};
use crate::{
    core::OpenRouterCore,
    error::Error,
    options::EffectiveOptions,
    responses,
    run::{ModelRun, RunData, StopReason},
    stop,
    transport::Clock,
};

/// Number of steps after which a run without a stop condition stops.
const DEFAULT_STEPS: usize = 5;

/// A run while it is driven.
pub(super) struct Driver {
    core: OpenRouterCore,
    config: Config,
    data: Box<RunData>,
    outlet: Option<Outlet>,
    /// The stop condition that was met.
    condition: Option<String>,
}

/// Drives a run until it stops. The error contains the run so far.
pub(super) async fn drive(
    core: OpenRouterCore,
    config: Config,
    data: Box<RunData>,
    outlet: Option<Outlet>,
) -> Result<ModelRun, Error> {
    let _closing = outlet.as_ref().map(Outlet::closing);
    let span = RunSpan::new(data.request.model.as_deref());
    let stream = data.request.stream;
    let mut driver = Driver {
        core,
        config,
        data,
        outlet,
        condition: None,
    };
    let outcome = span.around(driver.run()).await;
    // The form of this run is not that of one that continues it.
    driver.data.request.stream = stream;
    let reason = *outcome.as_ref().unwrap_or(&StopReason::Failed);
    let run = ModelRun::new(driver.data, reason, driver.condition);
    match outcome {
        Ok(_) => {
            span.finished(&run);
            Ok(run)
        }
        Err(error) => {
            span.failed(&error, &run);
            Err(error.with_run(run))
        }
    }
}

impl Driver {
    async fn run(&mut self) -> Result<StopReason, Error> {
        let clock = Arc::clone(&self.core.shared().clock);
        let abort = {
            let client = &self.core.shared().options;
            let options = EffectiveOptions::new(client, &self.config.options);
            options.check()?;
            options.abort().cloned()
        };
        let mut deadline = Deadline::new(clock, abort, self.config.timeout);
        setup::prepare(
            &mut self.config,
            &mut self.data,
            deadline.clock(),
            self.outlet.as_ref(),
        )?;
        if self.is_over() {
            return Ok(StopReason::Finished);
        }
        // A final turn that failed is repeated, if the condition is still met.
        let mut is_due = self.data.is_final_turn && self.config.final_turn;
        loop {
            if !std::mem::take(&mut is_due) {
                let ask = !self.data.step_is_open;
                if let Some(reason) = self.limited(&mut deadline, ask, false).await? {
                    return Ok(reason);
                }
            }
            // Steps before the input do not count.
            if self.data.next_input.is_some() {
                continue;
            }
            let condition = match &self.config.stop {
                Some(condition) => condition.met(self.data.recent_steps()),
                None => stop::step_count_is(DEFAULT_STEPS).met(self.data.recent_steps()),
            };
            if condition.is_none() {
                continue;
            }
            self.condition = condition;
            if self.config.final_turn {
                self.limited(&mut deadline, true, true).await?;
            }
            return Ok(StopReason::StopCondition);
        }
    }

    /// Returns true if a resumed run has nothing to do: its last response called no tools.
    fn is_over(&self) -> bool {
        let data = &self.data;
        let unfinished = data.step_is_open || data.continued || !data.calls.is_empty();
        !data.steps.is_empty() && !unfinished && data.next_input.is_none()
    }

    /// Runs a step within the limits on time.
    async fn limited(
        &mut self,
        deadline: &mut Deadline,
        ask: bool,
        final_turn: bool,
    ) -> Result<Option<StopReason>, Error> {
        let limit = self.config.step_timeout;
        let limit = limit.map(|limit| StepLimit::new(TimeoutKind::Total, limit));
        let clock = Arc::clone(deadline.clock());
        let mut step = Box::pin(self.step(&clock, ask, final_turn));
        match deadline.run(limit, step.as_mut()).await {
            Ok(outcome) => outcome,
            // The request of the step may have been sent.
            Err(interrupt) => Err(Error::from(interrupt).in_flight()),
        }
    }

    /// Runs a step: a request, unless calls of the last response are open, then the calls. Returns the
    /// reason to stop if the run cannot continue.
    async fn step(
        &mut self,
        clock: &Arc<dyn Clock>,
        ask: bool,
        final_turn: bool,
    ) -> Result<Option<StopReason>, Error> {
        if ask {
            self.ask(final_turn).await?;
        }
        if !final_turn {
            let calls = ToolCalls {
                config: &self.config,
                clock,
                outlet: self.outlet.as_ref(),
                step: self.data.steps.len(),
            };
            calls.run(&mut self.data).await?;
            if !self.data.calls_are_done() {
                return Ok(Some(StopReason::PendingCalls));
            }
        }
        self.end_step().await?;
        Ok(self.data.calls.is_empty().then_some(StopReason::Finished))
    }

    /// Requests a response and adds it as a step.
    async fn ask(&mut self, final_turn: bool) -> Result<(), Error> {
        self.data.continue_conversation();
        if let Some(input) = self.data.next_input.take() {
            self.data.earlier_steps = self.data.steps.len() as u64;
            self.data.add_input(input);
        }
        // A final turn that is repeated has the instruction already.
        if final_turn && !self.data.is_final_turn {
            if let Some(instruction) = self.config.final_instruction.take() {
                self.data.add_input(Message::user(instruction).into());
            }
        }
        self.data.is_final_turn = final_turn;
        if self.outlet.is_some() {
            self.data.request.stream = Some(true);
        }
        // Futures that most runs do not need are boxed, so that the future of a run stays small.
        let changed = match final_turn || !self.config.before_step.is_empty() {
            true => Some(Box::pin(self.changed_request(final_turn)).await?),
            false => None,
        };
        let request = changed.as_deref().unwrap_or(&self.data.request);
        let options = &self.config.options;
        let (response, dropped) = match &self.outlet {
            None => {
                let (response, meta) = responses::create_from(&self.core, request, options).await?;
                (response, meta.dropped_reasoning())
            }
            Some(outlet) => {
                let number = self.data.steps.len() + 1;
                Box::pin(async {
                    let stream = responses::stream_from(&self.core, request, options).await?;
                    let dropped = stream.meta().dropped_reasoning();
                    Ok::<_, Error>((outlet.read(number, stream).await?, dropped))
                })
                .await?
            }
        };
        if dropped > 0 {
            // Otherwise the server would reject it in each further step.
            responses::drop_encrypted_reasoning(&mut self.data.request);
        }
        self.data.push_step(*response);
        Ok(())
    }

    /// Returns the request of a step for which it is changed.
    async fn changed_request(&self, final_turn: bool) -> Result<Box<ResponsesRequest>, Error> {
        let mut request = self.data.request.clone();
        if final_turn && !request.tools.is_empty() {
            request.tool_choice = Some(ToolChoice::none());
        }
        for hook in &self.config.before_step {
            let step = StepStart {
                number: self.data.steps.len() + 1,
                request,
                usage: self.data.usage(),
            };
            request = hook(step).await?;
        }
        Ok(Box::new(request))
    }

    /// Ends a step whose calls have outputs.
    async fn end_step(&mut self) -> Result<(), Error> {
        self.data.end_step();
        let forced = self.data.request.tool_choice.take();
        self.data.request.tool_choice = match self.data.calls.is_empty() {
            true => forced,
            false => choice::after(forced, self.data.last_output()),
        };
        let Some(step) = self.data.steps.last() else {
            return Ok(());
        };
        if let Some(outlet) = &self.outlet {
            outlet.push(|| RunEvent::StepFinished {
                step: self.data.steps.len(),
                usage: step.usage(),
            });
            outlet.drained().await;
        }
        if !self.config.after_step.is_empty() {
            let hooks = self.config.after_step.iter();
            Box::pin(async {
                for hook in hooks {
                    hook(step.clone()).await?;
                }
                Ok::<_, Error>(())
            })
            .await?;
        }
        Ok(())
    }
}
