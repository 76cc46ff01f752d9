//! Events about input that a client sends while a response is generated. OpenAI sends them over a
//! WebSocket; none of them is in OpenRouter's specification.

use crate::item::{Input, Item};
use crate::{Extra, ThinString, UnknownValue, Wire};

/// More input for a response was accepted and is queued. It takes effect when the next response is
/// created.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct SteerAccepted {
    /// The input.
    pub steer: Steer,
    /// Id of the stream, if the request for the response had one.
    pub stream_id: Option<ThinString>,
    /// Position of the event in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Id of the response. Not in the specification; OpenRouter's guide shows it on events.
    pub response_id: Option<ThinString>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// The response is complete, and the input for it is still queued. The next request continues the
/// response; the queued input comes before that request's own.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct SteerPending {
    /// The input.
    pub steer: Steer,
    /// Reason why the input is still queued. The service may add reasons.
    #[wire(open)]
    pub reason: Option<SteerPendingReason>,
    /// Items that the next request must contain: outputs of calls and answers to approval requests.
    /// They have their ids only; the caller fills them in.
    pub required_input: Vec<Item>,
    /// Id of the stream, if the request for the response had one.
    pub stream_id: Option<ThinString>,
    /// Position of the event in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Id of the response. Not in the specification; OpenRouter's guide shows it on events.
    pub response_id: Option<ThinString>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// More input for a response was refused, or no response can be created with it.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct SteerFailed {
    /// The input, which can be sent in the next request.
    pub steer: Steer,
    /// Reason of the failure.
    pub error: SteerError,
    /// Id of the stream, if the request for the response had one.
    pub stream_id: Option<ThinString>,
    /// Position of the event in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Id of the response. Not in the specification; OpenRouter's guide shows it on events.
    pub response_id: Option<ThinString>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Input for a response that is being generated.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct Steer {
    /// Id of the input. `None` if the service refused the input before it gave one.
    pub id: Option<String>,
    /// Id of the response that the input is for.
    pub previous_response_id: String,
    /// The input, which a failure returns: a string or messages of the user.
    pub input: Option<Input>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Reason why input for a response is still queued.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum SteerPendingReason {
    /// The response waits for outputs of calls or answers to approval requests.
    WaitingForRequiredInput,
    /// A reason unknown to this version.
    Unknown(UnknownValue),
}

/// Reason why input for a response was not used.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct SteerError {
    /// Code of the failure. The service may add codes.
    #[wire(open)]
    pub code: Option<SteerErrorCode>,
    /// Description of the failure as text.
    pub message: String,
    /// Class of the failure: `invalid_request_error`.
    pub r#type: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Code of the reason why input for a response was not used.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum SteerErrorCode {
    /// The connection has no such response.
    ResponseNotFound,
    /// Malformed input.
    InvalidInput,
    /// The model, or the way in which the response is generated, takes no more input.
    SteeringNotSupported,
    /// Too much input is queued for the response.
    TooManyPendingSteers,
    /// The response is complete.
    ResponseAlreadyCompleted,
    /// The response takes no more input.
    ResponseNotActive,
    /// The next response could not be created.
    SuccessorCreationFailed,
    /// A code unknown to this version.
    Unknown(UnknownValue),
}
