//! [`Parameter`] and [`Effect`]: the rule of a member of a request.

use orouter_wire::ResponsesRequest;

/// A member of a request, the values that it takes, and its effect.
pub(super) struct Parameter {
    /// The path of the member, without the indexes of lists.
    pub(super) path: &'static str,
    /// The values that the member takes, in words.
    pub(super) expects: &'static str,
    pub(super) effect: Effect,
}

/// The effect of a member.
#[derive(Clone, Copy)]
pub(super) enum Effect {
    /// Takes effect. The text describes the effect.
    Used(#[cfg_attr(not(test), expect(dead_code, reason = "for the documentation"))] &'static str),
    /// Takes effect if the model lists this parameter in its `supported_parameters`; otherwise it
    /// is noted. The function returns `true` if the request asks for an effect.
    Model(&'static str, fn(&ResponsesRequest) -> bool),
    /// Is sent to upstreams whose protocol has it. For an endpoint that is not reached over HTTP, it
    /// is noted, if the function returns `true`. The text is the reason.
    Upstream(fn(&ResponsesRequest) -> bool, &'static str),
    /// Has no effect and is noted, if the function returns `true`. The text is the reason.
    Noted(fn(&ResponsesRequest) -> bool, &'static str),
    /// Is a 400, if the function returns `true`. The text is the reason, after "this server".
    Refused(fn(&ResponsesRequest) -> bool, &'static str),
}

/// Creates a rule.
pub(super) const fn rule(path: &'static str, expects: &'static str, effect: Effect) -> Parameter {
    Parameter {
        path,
        expects,
        effect,
    }
}
