//! The form of a failure for a client that speaks Chat Completions.

use orouter_protocols::MemberNames;
use orouter_wire::AvailabilityCode;

use super::kind::FailureKind;
use super::value::Failure;

impl Failure {
    /// Gives the members that the failure names the client's names. An unknown model is a 400: a 404
    /// is an unknown path in Chat Completions.
    pub(crate) fn for_chat(mut self, names: &dyn MemberNames) -> Self {
        let parts = &mut self.0;
        if let Some(name) = parts.param.as_deref().and_then(|param| names.of(param)) {
            parts.param = Some(name);
        }
        // A provider's message is about the request that it got.
        if !parts.reported {
            parts.message = names.in_text(&parts.message);
        }
        let availability = parts.availability.as_deref_mut();
        if let Some(constraint) = availability.and_then(|a| a.constraint.as_mut()) {
            let field = constraint.field.as_deref();
            if let Some(name) = field.and_then(|field| names.of(field)) {
                constraint.field = Some(name);
            }
        }
        let code = parts.availability.as_ref().and_then(|a| a.code.as_ref());
        if code == Some(&AvailabilityCode::ModelNotFound) {
            parts.kind = FailureKind::InvalidRequest;
        }
        self
    }
}
