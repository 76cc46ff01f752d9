//! `Clone` and `PartialEq`, field by field.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Data, DeriveInput, Error, Fields, Ident, Index, Result, Variant};

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let ident = &input.ident;
    if let Some(generic) = input.generics.params.first() {
        let message = "`CloneEq` is for types without generic parameters";
        return Err(Error::new_spanned(generic, message));
    }
    let (clone, same) = match &input.data {
        Data::Struct(data) => struct_bodies(&data.fields),
        Data::Enum(data) => enum_bodies(data.variants.iter()),
        Data::Union(_) => {
            let message = "`CloneEq` is for structs and enums";
            return Err(Error::new_spanned(ident, message));
        }
    };
    Ok(quote! {
        #[automatically_derived]
        impl ::core::clone::Clone for #ident {
            fn clone(&self) -> Self {
                #clone
            }
        }

        #[automatically_derived]
        impl ::core::cmp::PartialEq for #ident {
            fn eq(&self, other: &Self) -> bool {
                #same
            }
        }
    })
}

fn struct_bodies(fields: &Fields) -> (TokenStream, TokenStream) {
    let names: Vec<TokenStream> = (0..)
        .zip(fields)
        .map(|(index, field)| match &field.ident {
            Some(name) => quote!(#name),
            None => {
                let index = Index::from(index);
                quote!(#index)
            }
        })
        .collect();
    (
        quote!(Self { #(#names: ::core::clone::Clone::clone(&self.#names),)* }),
        quote!(true #(&& self.#names == other.#names)*),
    )
}

fn enum_bodies<'a>(variants: impl Iterator<Item = &'a Variant>) -> (TokenStream, TokenStream) {
    let (mut clones, mut sames) = (vec![], vec![]);
    for variant in variants {
        let ident = &variant.ident;
        let (mine, theirs): (Vec<Ident>, Vec<Ident>) = (0..variant.fields.len())
            .map(|index| (format_ident!("a{index}"), format_ident!("b{index}")))
            .unzip();
        let copies = quote!(#(::core::clone::Clone::clone(#mine)),*);
        match &variant.fields {
            Fields::Unit => clones.push(quote!(Self::#ident => Self::#ident,)),
            _ => {
                clones.push(quote!(Self::#ident(#(#mine),*) => Self::#ident(#copies),));
                sames.push(quote! {
                    (Self::#ident(#(#mine),*), Self::#ident(#(#theirs),*)) => true #(&& #mine == #theirs)*,
                });
            }
        }
    }
    let kinds = quote! {
        ::core::mem::discriminant(self) == ::core::mem::discriminant(other)
    };
    let same = quote! {
        #kinds && match (self, other) {
            #(#sames)*
            _ => true,
        }
    };
    (quote!(match self { #(#clones)* }), same)
}
