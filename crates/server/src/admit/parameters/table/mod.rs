//! The rules of all members, by group. A member inside one that is refused or noted as a whole has
//! no rule.

mod conversation;
mod output;
mod reasons;
mod routing;
mod sampling;
mod service;
mod tools;

use std::sync::LazyLock;

use super::rule::Parameter;

/// The rules of all members, sorted by path.
static PARAMETERS: LazyLock<Vec<&'static Parameter>> = LazyLock::new(|| {
    let groups = [
        conversation::PARAMETERS,
        output::PARAMETERS,
        routing::PARAMETERS,
        sampling::PARAMETERS,
        service::PARAMETERS,
        tools::PARAMETERS,
    ];
    let mut all: Vec<&Parameter> = groups.into_iter().flatten().collect();
    all.sort_by_key(|parameter| parameter.path);
    all
});

/// Returns the rules of all members, sorted by path.
pub(super) fn parameters() -> &'static [&'static Parameter] {
    &PARAMETERS
}

/// Returns the rule of a member.
pub(super) fn find(path: &str) -> Option<&'static Parameter> {
    let all = parameters();
    let index = all.binary_search_by_key(&path, |parameter| parameter.path);
    index.ok().and_then(|index| all.get(index).copied())
}
