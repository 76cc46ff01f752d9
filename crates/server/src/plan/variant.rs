//! Variants: suffixes of a model's name such as `:nitro`.

use orouter_protocols::Notes;

use super::path::Path;
use crate::catalog::Catalog;
use crate::failure::Failure;
use crate::quote::quote;

/// Splits off a variant that only orders endpoints: `:nitro`, `:floor`. A name that the catalog
/// lists with its variant, such as `:free`, stays as it is.
///
/// # Errors
/// A 400 for a variant that this server cannot offer: `:online`, `:exacto`.
pub(super) fn split<'a>(
    path: &Path,
    name: &'a str,
    catalog: &Catalog,
) -> Result<(&'a str, Option<&'a str>), Failure> {
    let Some((base, variant)) = name.rsplit_once(':') else {
        return Ok((name, None));
    };
    if catalog.listed(name).is_some() {
        return Ok((name, None));
    }
    let is = |word: &str| variant.eq_ignore_ascii_case(word);
    let missing = if is("nitro") || is("floor") {
        return Ok((base, Some(variant)));
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

/// Notes a variant that orders the endpoints of a model with only one.
///
/// # Errors
/// A 400 if the model has several: this server cannot give that order.
pub(super) fn note(
    path: &Path,
    variant: &str,
    endpoints: usize,
    notes: &Notes,
) -> Result<(), Failure> {
    if endpoints > 1 {
        return Err(Failure::invalid(
            path.to_string(),
            format!(
                "`{path}` has the variant `:{variant}`, which this version does not support for a \
                 model with several endpoints: leave it out, or send `provider.sort: \"price\"` or \
                 `provider.order`"
            ),
        ));
    }
    let reason = format!("the variant `{variant}` orders endpoints, and the model has only one");
    notes.adjusted(path.to_string(), reason);
    Ok(())
}
