//! [`Misalignment`]: details of a failure with the code `misalignment_policy_violation`.

use crate::extra::Extra;
use crate::unknown::UnknownValue;

/// Details of a failure with the code `misalignment_policy_violation`. Sent by OpenAI.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct Misalignment {
    /// Kind of the action that was blocked.
    #[wire(open)]
    pub error_type: Option<MisalignmentKind>,
    /// Explanation for the end user.
    pub detailed_explanation: Option<String>,
    /// Opaque reference with which this review can be continued; `None` if it cannot.
    pub review_target: Option<String>,
    /// Instruction with which the conversation can go on.
    pub steer: Option<MisalignmentSteer>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Kind of an action that was blocked. The service may add kinds.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum MisalignmentKind {
    /// Transfer of data that the user may not want.
    PotentiallyUnintendedDataTransfer,
    /// Access to data that the user may not want.
    PotentiallyUnintendedDataAccess,
    /// Destructive action that the user may not want.
    PotentiallyUnintendedDestructiveActivity,
    /// Another action.
    Other,
    /// A kind unknown to this version.
    Unknown(UnknownValue),
}

/// Instruction with which a conversation can go on after a blocked action.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct MisalignmentSteer {
    /// Text of the instruction.
    pub message: String,
    /// Members without a typed field.
    pub extra: Extra,
}
