//! What the kinds of type share.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{DataEnum, Error, Fields, Ident, LitStr, Result, Type, Variant};

/// Where everything that the written code calls is.
pub(crate) fn codec() -> TokenStream {
    quote!(::orouter_wire::__codec)
}

/// `Serialize` and `Deserialize` by way of our own text.
pub(crate) fn serde_bridge(ident: &Ident) -> TokenStream {
    let codec = codec();
    quote! {
        #[automatically_derived]
        impl #codec::Serialize for #ident {
            fn serialize<S: #codec::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                #codec::serialize(self, serializer)
            }
        }

        #[automatically_derived]
        impl<'de> #codec::Deserialize<'de> for #ident {
            fn deserialize<D: #codec::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                #codec::deserialize(deserializer)
            }
        }
    }
}

/// Whether a type is written as an `Option`.
pub(crate) fn is_option(ty: &Type) -> bool {
    last_segment(ty).is_some_and(|ident| ident == "Option")
}

/// The last segment of a type's path: `Extra` for `crate::Extra`.
pub(crate) fn last_segment(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) if path.qself.is_none() => path.path.segments.last().map(|s| &s.ident),
        _ => None,
    }
}

/// `T` for `Box<T>`.
pub(crate) fn boxed(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path
        .path
        .segments
        .last()
        .filter(|last| last.ident == "Box")?;
    match &last.arguments {
        syn::PathArguments::AngleBracketed(arguments) => match arguments.args.first() {
            Some(syn::GenericArgument::Type(inner)) => Some(inner),
            _ => None,
        },
        _ => None,
    }
}

/// A type as text, to compare types by how they are written.
pub(crate) fn spelled(ty: &Type) -> String {
    ty.to_token_stream().to_string()
}

/// The one type that a variant holds.
pub(crate) fn payload(variant: &Variant) -> Result<&Type> {
    match &variant.fields {
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            fields.unnamed.first().map(|f| &f.ty)
        }
        _ => None,
    }
    .ok_or_else(|| {
        Error::new_spanned(
            variant,
            "a variant of a union holds exactly one value: `Name(Type)`",
        )
    })
}

/// The variants before the last, which must be `Unknown`.
pub(crate) fn known<'a>(
    ident: &Ident,
    data: &'a DataEnum,
    holds: &str,
) -> Result<Vec<&'a Variant>> {
    let missing = || {
        format!(
            "`{ident}` needs `Unknown({holds})` as its last variant: it takes what this version does not know"
        )
    };
    let mut variants: Vec<&Variant> = data.variants.iter().collect();
    let last = variants
        .pop()
        .ok_or_else(|| Error::new_spanned(ident, missing()))?;
    if last.ident != "Unknown" {
        return Err(match data.variants.iter().find(|v| v.ident == "Unknown") {
            Some(early) => Error::new_spanned(early, "`Unknown` is the last variant"),
            None => Error::new_spanned(ident, missing()),
        });
    }
    let right = payload(last).is_ok_and(|ty| last_segment(ty).is_some_and(|name| name == holds));
    if !right {
        return Err(Error::new_spanned(
            last,
            format!("the last variant is `Unknown({holds})`"),
        ));
    }
    if let Some(attribute) = last.attrs.iter().find(|a| a.path().is_ident("wire")) {
        return Err(Error::new_spanned(
            attribute,
            "`Unknown` takes no attribute",
        ));
    }
    Ok(variants)
}

/// The name of a variant on the wire when none is given: `InProgress` is `in_progress`.
pub(crate) fn snake_case(ident: &Ident) -> LitStr {
    let mut name = String::new();
    for (index, char) in syn::ext::IdentExt::unraw(ident).to_string().char_indices() {
        if char.is_uppercase() && index > 0 {
            name.push('_');
        }
        name.extend(char.to_lowercase());
    }
    LitStr::new(&name, ident.span())
}

/// An expression that gives the number of the name that `name` is, or `NO_FIELD`. By length
/// first: rustc compares a text with one pattern after the other.
pub(crate) fn number_of(names: &[LitStr]) -> TokenStream {
    let codec = codec();
    let mut lengths = std::collections::BTreeMap::<usize, Vec<TokenStream>>::new();
    for (number, name) in (0u32..).zip(names) {
        let length = name.value().len();
        lengths
            .entry(length)
            .or_default()
            .push(quote!(#name => #number,));
    }
    let arms = lengths
        .iter()
        .map(|(length, arms)| quote!(#length => match name { #(#arms)* _ => #codec::NO_FIELD, },));
    quote! {
        match name.len() {
            #(#arms)*
            _ => #codec::NO_FIELD,
        }
    }
}

/// Refuses a name that was given to an earlier one too.
pub(crate) fn distinct<'a>(names: impl IntoIterator<Item = &'a LitStr>, what: &str) -> Result<()> {
    let mut seen = std::collections::BTreeSet::new();
    for name in names {
        if !seen.insert(name.value()) {
            let message = format!("two {what} have the name `{}` on the wire", name.value());
            return Err(Error::new(name.span(), message));
        }
    }
    Ok(())
}

/// A text as a JSON string with its quotes.
pub(crate) fn json_string(text: &str) -> String {
    let mut out = String::from("\"");
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            control if u32::from(control) < 0x20 => {
                out.push_str(&format!("\\u{:04x}", u32::from(control)));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

/// A member with a constant string as JSON, with the comma before it: `,"type":"message"`.
pub(crate) fn json_member(name: &LitStr, value: &LitStr) -> String {
    format!(
        ",{}:{}",
        json_string(&name.value()),
        json_string(&value.value())
    )
}
