//! [`InputTransformation`]: an item of the input that the service did not give to the model.

use crate::{Extra, Unknown, UnknownValue, Wire};

/// Change that the service made to the input before the model received it. Sent by OpenAI, in the
/// order of the input.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum InputTransformation {
    /// Change to a reasoning item.
    #[wire("reasoning")]
    Reasoning(ReasoningTransformation),
    /// A change unknown to this version.
    Unknown(Unknown),
}

/// Change to a reasoning item of the input.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ReasoningTransformation {
    /// Id of the reasoning item.
    pub id: String,
    /// Change.
    pub action: Option<TransformationAction>,
    /// Reason of the change.
    pub reason: Option<TransformationReason>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Change to an item of the input.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum TransformationAction {
    /// The item was left out.
    Removed,
    /// An action unknown to this version.
    Unknown(UnknownValue),
}

/// Reason why the service changed an item of the input.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum TransformationReason {
    /// The reasoning is of another organization.
    OrganizationMismatch,
    /// The reasoning is of another end user.
    EndUserMismatch,
    /// The reasoning is of another model.
    ModelMismatch,
    /// The input before the reasoning has changed.
    PrefixMismatch,
    /// The reasoning is of an earlier turn.
    TurnBoundary,
    /// A reason unknown to this version.
    Unknown(UnknownValue),
}
