//! [`Variant`]: a suffix of a model's name that changes its routing, `:nitro` or `:floor`.

use super::criterion::Criterion;
use super::path::Path;
use crate::catalog::Catalog;
use crate::failure::Failure;
use crate::quote::quote;

/// A suffix of a model's name that changes its routing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Variant {
    /// `:nitro`: by throughput, also endpoints of the tier `priority`.
    Nitro,
    /// `:floor`: by price, also endpoints of the tier `flex`.
    Floor,
}

impl Variant {
    /// Returns the word for the variant.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Nitro => "nitro",
            Self::Floor => "floor",
        }
    }

    /// Returns the order of the model's endpoints.
    pub(super) fn criterion(self) -> Criterion {
        match self {
            Self::Nitro => Criterion::Throughput,
            Self::Floor => Criterion::Price,
        }
    }

    /// Returns the service tier whose endpoints compete with the others.
    pub(super) fn tier(self) -> &'static str {
        match self {
            Self::Nitro => "priority",
            Self::Floor => "flex",
        }
    }
}

/// Splits off a variant that changes the routing. A name that the catalog lists with its variant,
/// such as `:free`, stays as it is.
///
/// # Errors
/// A 400 for a variant that this server cannot offer: `:online`, `:exacto`.
pub(super) fn split<'a>(
    path: &Path,
    name: &'a str,
    catalog: &Catalog,
) -> Result<(&'a str, Option<Variant>), Failure> {
    let Some((base, variant)) = name.rsplit_once(':') else {
        return Ok((name, None));
    };
    if catalog.listed(name).is_some() {
        return Ok((name, None));
    }
    let is = |word: &str| variant.eq_ignore_ascii_case(word);
    let missing = if is("nitro") {
        return Ok((base, Some(Variant::Nitro)));
    } else if is("floor") {
        return Ok((base, Some(Variant::Floor)));
    } else if is("online") {
        "web search"
    } else if is("exacto") {
        "success rates of tool calls to sort by"
    } else {
        return Ok((name, None));
    };
    Err(Failure::invalid(
        path.to_string(),
        format!(
            "`{path}` is `{}`; this server does not have {missing}: leave out `:{variant}`",
            quote(name)
        ),
    ))
}
