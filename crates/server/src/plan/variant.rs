//! Variants: suffixes of a model's name such as `:nitro`.

use crate::catalog::Catalog;
use crate::failure::Failure;
use crate::quote::quote;
use orouter_protocols::Notes;

/// Returns the name without a variant that only orders endpoints, and notes the variant. A name
/// that the catalog lists with its variant, such as `:free`, stays as it is.
///
/// # Errors
/// A 400 for a variant that this server cannot offer: `:online`, `:exacto`.
pub(super) fn remove<'a>(
    path: &str,
    name: &'a str,
    catalog: &Catalog,
    notes: &Notes,
) -> Result<&'a str, Failure> {
    let Some((base, variant)) = name.rsplit_once(':') else {
        return Ok(name);
    };
    if catalog.find(name).is_some() {
        return Ok(name);
    }
    let missing = match variant.to_ascii_lowercase().as_str() {
        "nitro" | "floor" => {
            let reason = format!(
                "the variant `{variant}` orders endpoints; this server tries them in the order in \
                 which it lists them"
            );
            notes.adjusted(path, reason);
            return Ok(base);
        }
        "online" => "web search",
        "exacto" => "success rates of tool calls to sort by",
        _ => return Ok(name),
    };
    Err(Failure::invalid(
        path,
        format!(
            "`{path}` is `{}`; this server does not have {missing}: leave out `:{variant}`",
            quote(name)
        ),
    ))
}
