//! The word for the way in which a model was chosen.

use orouter_wire::metadata::RoutingStrategy;

use crate::provider::Model;

/// Returns the word for the choice of `model`. `names` are the models that the request names.
///
/// The first name decides if it is the model's own, an alias or a family. Otherwise the model is
/// that of a later name.
pub(super) fn of(names: &[String], model: &Model) -> RoutingStrategy {
    let Some((first, rest)) = names.split_first() else {
        return RoutingStrategy::Direct;
    };
    if without_variant(first, &model.id) {
        return RoutingStrategy::Direct;
    }
    if is_named(model, first) {
        return RoutingStrategy::Alias;
    }
    if rest.iter().any(|name| is_named(model, name)) {
        return RoutingStrategy::Fallback;
    }
    match (first.starts_with('~'), rest.is_empty()) {
        (true, _) => RoutingStrategy::Latest,
        (false, true) => RoutingStrategy::Alias,
        (false, false) => RoutingStrategy::Fallback,
    }
}

/// Returns `true` if `name` is the id or an alias of the model, with or without a variant.
fn is_named(model: &Model, name: &str) -> bool {
    let mut known = std::iter::once(&model.id).chain(&model.aliases);
    known.any(|known| without_variant(name, known))
}

/// Returns `true` if `name` is `known`, or `known` and a variant: `:nitro`.
fn without_variant(name: &str, known: &str) -> bool {
    let Some((start, variant)) = name.split_at_checked(known.len()) else {
        return false;
    };
    start.eq_ignore_ascii_case(known) && (variant.is_empty() || variant.starts_with(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_that_leads_to_the_model_decides() {
        let mut model = Model::new("a/b");
        model.aliases = vec!["short".to_owned()];
        for (names, strategy) in [
            (&["a/b"][..], RoutingStrategy::Direct),
            (&["A/B"], RoutingStrategy::Direct),
            (&["a/b:nitro"], RoutingStrategy::Direct),
            (&["a/b", "c/d"], RoutingStrategy::Direct),
            (&["short"], RoutingStrategy::Alias),
            (&["SHORT:floor"], RoutingStrategy::Alias),
            (&["short", "c/d"], RoutingStrategy::Alias),
            (&["short", "a/b"], RoutingStrategy::Alias),
            (&["c/d", "a/b"], RoutingStrategy::Fallback),
            (&["c/d", "short"], RoutingStrategy::Fallback),
            (&["no/such", "a/b:nitro"], RoutingStrategy::Fallback),
            (&["~a/b-latest"], RoutingStrategy::Latest),
            (&["~a/b-latest", "c/d"], RoutingStrategy::Latest),
            (&["~x/y-latest", "a/b"], RoutingStrategy::Fallback),
            (&["c/d", "~a/b-latest"], RoutingStrategy::Fallback),
            (&[], RoutingStrategy::Direct),
        ] {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(of(&names, &model), strategy, "{names:?}");
        }
    }
}
