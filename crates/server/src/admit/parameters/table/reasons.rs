//! Texts that the rules of several groups share.

pub(super) const OF_PARENT: &str = "follows the rule of its parent member";
pub(super) const NO_SERVER_TOOLS: &str = "this server does not run tools";
