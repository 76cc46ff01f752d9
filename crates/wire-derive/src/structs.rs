//! Structs: objects with named, typed fields.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DataStruct, DeriveInput, Error, Fields, Ident, LitStr, Result, Type};

use crate::attributes::{self, FieldKind};
use crate::common::{self, glue};

/// As many as there are bits in the masks, less the two for tags.
const MAX_FIELDS: usize = 62;

struct Field<'a> {
    ident: &'a Ident,
    ty: &'a Type,
    name: LitStr,
    kind: FieldKind,
    open: bool,
}

pub(crate) fn expand(input: &DeriveInput, data: &DataStruct) -> Result<TokenStream> {
    let ident = &input.ident;
    let fields = fields(input, data)?;
    let (own, open) = attributes::own_tag(input)?;
    if let Some(own) = &own {
        if let Some(field) = fields
            .iter()
            .find(|field| field.name.value() == own.name.value())
        {
            let message = "this field has the name of the tag, which is written by itself: leave the field out";
            return Err(Error::new_spanned(field.ident, message));
        }
    }

    let glue = glue();
    let mut required = 0u64;
    let (mut names, mut takes, mut gives, mut looks) = (vec![], vec![], vec![], vec![]);
    for (
        index,
        Field {
            ident,
            ty,
            name,
            kind,
            open,
        },
    ) in (0u32..).zip(&fields)
    {
        let (take, give) = match kind {
            FieldKind::Plain => (quote!(plain), quote!(plain)),
            FieldKind::Option => (quote!(option), quote!(option)),
            FieldKind::Nullable => (quote!(option), quote!(nullable)),
            FieldKind::Optional => (quote!(optional), quote!(optional)),
        };
        if matches!(kind, FieldKind::Plain | FieldKind::Nullable) {
            required |= 1 << index;
        }
        let written = format!(",{}:", common::json_string(&name.value()));
        names.push(name.clone());
        takes.push(quote!(#index => members.#take(parser, #index, #name, &mut self.#ident)?,));
        let writes = quote!(fields.#give(#index, #written, &self.#ident););
        gives.push(if *open {
            quote!(fields.open(|fields| { #writes });)
        } else {
            writes
        });
        let look = if can_be_unknown(ty) {
            quote!(pointers.field(kept, #index, #name, &self.#ident);)
        } else {
            quote!(pointers.scalar(kept, #index, #name, &self.#ident);)
        };
        looks.push(if *open {
            quote!(pointers.open(|pointers| { #look });)
        } else {
            look
        });
    }
    let find = common::number_of(&names);
    let tag = match &own {
        None => quote!(::core::option::Option::None),
        Some(own) => {
            let (name, value, json) = (
                &own.name,
                &own.value,
                common::json_member(&own.name, &own.value),
            );
            quote!(::core::option::Option::Some(#glue::OwnTag { name: #name, value: #value, json: #json }))
        }
    };

    Ok(quote! {
        #[automatically_derived]
        impl #glue::Object for #ident {
            const SHAPE: &'static #glue::Shape = &#glue::Shape {
                names: &[#(#names),*],
                required: #required,
                tag: #tag,
                open: #open,
            };

        }

        #[automatically_derived]
        #[allow(clippy::all, clippy::pedantic, unused_variables, unreachable_code, non_snake_case)]
        impl #glue::Slots for #ident {
            fn shape(&self) -> &'static #glue::Shape {
                <Self as #glue::Object>::SHAPE
            }

            fn take(
                &mut self,
                name: &str,
                members: &mut #glue::Members,
                parser: &mut #glue::Parser<'_>,
            ) -> #glue::Step<u32> {
                let index = #find;
                match index {
                    #(#takes)*
                    _ => return ::core::result::Result::Ok(#glue::NO_FIELD),
                }
                ::core::result::Result::Ok(index)
            }

            fn give(&self, fields: &mut #glue::Fields<'_>) {
                #(#gives)*
            }

            fn look_inside(&self, pointers: &mut #glue::Pointers, kept: #glue::Kept) {
                #(#looks)*
            }

            fn extra(&self) -> &#glue::Extra {
                &self.extra
            }

            fn extra_mut(&mut self) -> &mut #glue::Extra {
                &mut self.extra
            }
        }

        #[automatically_derived]
        impl ::orouter_wire::Wire for #ident {
            const EXPECTS: &'static str = "an object";
            const MEMBERS: &'static [&'static str] = <Self as #glue::Object>::SHAPE.names;

            fn decode(parser: &mut #glue::Parser<'_>) -> #glue::Step<Self> {
                let mut this = <Self as ::core::default::Default>::default();
                #glue::object(&mut this, parser)?;
                ::core::result::Result::Ok(this)
            }

            #[inline]
            fn decode_boxed(parser: &mut #glue::Parser<'_>) -> #glue::Step<#glue::Box<Self>> {
                let mut this = <#glue::Box<Self> as ::core::default::Default>::default();
                #glue::object(&mut *this, parser)?;
                ::core::result::Result::Ok(this)
            }

            fn encode(&self, writer: &mut #glue::Writer) {
                #glue::encode_object(self, writer);
            }

            fn look(&self, pointers: &mut #glue::Pointers) {
                pointers.object(self);
            }
        }
    })
}

fn fields<'a>(input: &DeriveInput, data: &'a DataStruct) -> Result<Vec<Field<'a>>> {
    let ident = &input.ident;
    let Fields::Named(named) = &data.fields else {
        let message = "a wire struct has named fields, one for each member: `struct Name { .., extra: Extra }`";
        return Err(Error::new_spanned(ident, message));
    };
    let mut fields = Vec::new();
    let mut extra = false;
    for field in &named.named {
        let Some(ident) = &field.ident else { continue };
        if ident == "extra" {
            if common::last_segment(&field.ty).is_none_or(|name| name != "Extra") {
                return Err(Error::new_spanned(
                    &field.ty,
                    "the field `extra` is of the type `Extra`",
                ));
            }
            if let Some(attribute) = field.attrs.iter().find(|a| a.path().is_ident("wire")) {
                return Err(Error::new_spanned(attribute, "`extra` takes no attribute"));
            }
            extra = true;
            continue;
        }
        let (name, kind, open) = attributes::field(field, ident)?;
        fields.push(Field {
            ident,
            ty: &field.ty,
            name,
            kind,
            open,
        });
    }
    if !extra {
        let message = format!(
            "`{ident}` needs a field `extra: Extra`: it keeps the members that no field takes"
        );
        return Err(Error::new_spanned(ident, message));
    }
    if fields.len() > MAX_FIELDS {
        return Err(Error::new_spanned(
            ident,
            format!("a wire struct has up to {MAX_FIELDS} fields"),
        ));
    }
    common::distinct(fields.iter().map(|field| &field.name), "fields")?;
    Ok(fields)
}

/// Whether a value of the type can hold anything untyped; plain scalars cannot.
fn can_be_unknown(ty: &Type) -> bool {
    let inner = match ty {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .and_then(|last| match &last.arguments {
                syn::PathArguments::AngleBracketed(arguments) => match arguments.args.first() {
                    Some(syn::GenericArgument::Type(inner)) if last.ident == "Option" => {
                        Some(inner)
                    }
                    _ => None,
                },
                _ => None,
            }),
        _ => None,
    };
    let name = common::last_segment(inner.unwrap_or(ty)).map(ToString::to_string);
    !matches!(
        name.as_deref(),
        Some("String" | "bool" | "u32" | "u64" | "i64" | "f64")
    )
}
