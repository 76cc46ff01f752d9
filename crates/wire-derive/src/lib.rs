//! `#[derive(Wire)]`: lossless, tolerant, fast JSON for the types of orouter-wire.
//!
//! The derive is documented where it is used, at `orouter_wire::Wire`. Here: reading the
//! attributes (`attributes.rs`), and writing the code for each of the four kinds of type:
//! structs, string enums, unions told apart by a tag, unions told apart by JSON type.
//!
//! `#[derive(CloneEq)]` (`clone_eq.rs`) is `Clone` and `PartialEq` for the same types, quicker to
//! compile.

mod attributes;
mod clone_eq;
mod common;
mod shape_union;
mod string_enum;
mod structs;
mod tagged_union;

use proc_macro2::TokenStream;
use syn::{Data, DeriveInput, Error, Result};

use attributes::{EnumKind, enum_kind};

/// Derives `Wire`, serde's `Serialize` and `Deserialize`, and what belongs to the kind of type.
///
/// See `orouter_wire::Wire` for the attributes and for examples.
#[proc_macro_derive(Wire, attributes(wire))]
pub fn derive_wire(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = syn::parse_macro_input!(input as DeriveInput);
    expand(&input)
        .unwrap_or_else(Error::into_compile_error)
        .into()
}

/// Derives `Clone` and `PartialEq`, as std's derives do but for one thing: they are not `#[inline]`.
///
/// A type that holds dozens of others is otherwise cloned and compared by code in which all of
/// theirs is written out again, in each codegen unit that does so. Of hundreds of types that was
/// a quarter of the time it takes to compile them.
#[proc_macro_derive(CloneEq)]
pub fn derive_clone_eq(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = syn::parse_macro_input!(input as DeriveInput);
    clone_eq::expand(&input)
        .unwrap_or_else(Error::into_compile_error)
        .into()
}

fn expand(input: &DeriveInput) -> Result<TokenStream> {
    if let Some(generic) = input.generics.params.first() {
        return Err(Error::new_spanned(
            generic,
            "a wire type has no generic parameters",
        ));
    }
    let body = match &input.data {
        Data::Struct(data) => structs::expand(input, data)?,
        Data::Enum(data) => match enum_kind(input)? {
            EnumKind::Strings => string_enum::expand(input, data)?,
            EnumKind::Tagged(tag) => tagged_union::expand(input, data, &tag)?,
            EnumKind::Shapes => shape_union::expand(input, data)?,
        },
        Data::Union(_) => {
            return Err(Error::new_spanned(
                input,
                "a wire type is a struct or an enum",
            ));
        }
    };
    let serde = common::serde_bridge(&input.ident);
    Ok(quote::quote!(#body #serde))
}
