//! Unions whose variants are told apart by their JSON type.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DataEnum, DeriveInput, Error, Result};

use crate::attributes::{self, Shape};
use crate::common::{self, codec};

pub(crate) fn expand(input: &DeriveInput, data: &DataEnum) -> Result<TokenStream> {
    let ident = &input.ident;
    let codec = codec();
    let (mut idents, mut payloads, mut tokens, mut shapes) = (vec![], vec![], vec![], vec![]);
    for variant in common::known(ident, data, "Unknown")? {
        let payload = common::payload(variant)?;
        let arguments = attributes::variant(variant)?;
        if let Some(name) = arguments.name {
            return Err(Error::new(
                name.span(),
                "a variant of an `untagged` enum has no name on the wire",
            ));
        }
        if let Some(span) = arguments.default {
            return Err(Error::new(
                span,
                "`default` is for the variants of enums with a tag",
            ));
        }
        let Some((shape, span)) = arguments.shape else {
            let message = "say which JSON type this variant takes: `#[wire(string)]`, `array`, `object`, `number` or `bool`";
            return Err(Error::new_spanned(&variant.ident, message));
        };
        if shapes.contains(&shape) {
            return Err(Error::new(
                span,
                "two variants take the same JSON type, so the second would never be chosen",
            ));
        }
        shapes.push(shape);
        idents.push(&variant.ident);
        payloads.push(payload);
        tokens.push(match shape {
            Shape::String => quote!(String),
            Shape::Array => quote!(Array),
            Shape::Object => quote!(Object),
            Shape::Number => quote!(Number),
            Shape::Bool => quote!(Bool),
        });
    }

    let conversions = idents.iter().zip(&payloads).filter(|(_, payload)| {
        let same = |other: &&&syn::Type| common::spelled(other) == common::spelled(payload);
        payloads.iter().filter(same).count() == 1
    });
    let conversions = conversions.map(|(variant, payload)| {
        let from_text = (common::spelled(payload) == "String").then(|| {
            quote! {
                #[automatically_derived]
                impl ::core::convert::From<&str> for #ident {
                    fn from(value: &str) -> Self {
                        Self::#variant(value.into())
                    }
                }
            }
        });
        quote! {
            #[automatically_derived]
            impl ::core::convert::From<#payload> for #ident {
                fn from(value: #payload) -> Self {
                    Self::#variant(value)
                }
            }
            #from_text
        }
    });

    Ok(quote! {
        #[automatically_derived]
        impl ::orouter_wire::Wire for #ident {
            fn decode(parser: &mut #codec::Parser<'_>) -> #codec::Parsed<Self> {
                match parser.token() {
                    #(#codec::Token::#tokens => #codec::shaped(parser, Self::#idents, Self::Unknown),)*
                    _ => {
                        let mark = parser.mark();
                        #codec::unknown(parser, mark, ::core::option::Option::None).map(Self::Unknown)
                    }
                }
            }

            fn encode(&self, writer: &mut #codec::Writer) {
                match self {
                    #(Self::#idents(value) => ::orouter_wire::Wire::encode(value, writer),)*
                    Self::Unknown(unknown) => #codec::encode_unknown(unknown, writer),
                }
            }

            fn look(&self, pointers: &mut #codec::Pointers) {
                match self {
                    #(Self::#idents(value) => ::orouter_wire::Wire::look(value, pointers),)*
                    Self::Unknown(_) => pointers.here(),
                }
            }
        }

        #(#conversions)*
    })
}
