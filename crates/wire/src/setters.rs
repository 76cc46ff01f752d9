//! The macro behind the chainable setters of request-side types.
//!
//! A setter takes and returns the value (`T::new(..).a(1).b("x")`), is named as its field, and
//! converts: strings from anything that becomes a `String`, unions and enums from anything that
//! becomes one, lists and maps from any iterator of such. What a field means is documented on the
//! field; each setter links to it.

/// Writes one by-value setter per line: `kind field: Type;`.
///
/// | kind | the field | the argument |
/// |---|---|---|
/// | `copy` | `Option<T>` | `T` |
/// | `into` | `Option<T>` | `impl Into<T>` |
/// | `boxed` | `Option<Box<T>>` | `impl Into<T>` |
/// | `list` | `Vec<T>` | an iterator of `impl Into<T>` |
/// | `some_list` | `Option<Vec<T>>` | an iterator of `impl Into<T>` |
/// | `map` | `BTreeMap<String, T>` | an iterator of `(impl Into<String>, impl Into<T>)` |
/// | `some_map` | `Option<BTreeMap<String, T>>` | the same |
macro_rules! setters {
    ($owner:ty { $($kind:ident $field:ident: $kept:ty;)+ }) => {
        impl $owner {
            $($crate::setters::setter!($kind $field: $kept);)+
        }
    };
}

/// Writes `with(name, value)` for a type whose schema allows any member.
macro_rules! open_setter {
    ($owner:ty) => {
        impl $owner {
            /// Sets a member that has no field: any is allowed here. The value is anything that
            /// becomes JSON, such as a `serde_json::Value`.
            #[must_use]
            pub fn with(mut self, name: impl Into<String>, value: impl Into<$crate::Raw>) -> Self {
                self.extra.insert(name, value.into());
                self
            }
        }
    };
}

/// One setter; see [`setters`].
macro_rules! setter {
    (copy $field:ident: $kept:ty) => {
        #[doc = concat!("Sets [`", stringify!($field), "`](Self#fields).")]
        #[must_use]
        pub fn $field(mut self, $field: $kept) -> Self {
            self.$field = Some($field);
            self
        }
    };
    (into $field:ident: $kept:ty) => {
        #[doc = concat!("Sets [`", stringify!($field), "`](Self#fields).")]
        #[must_use]
        pub fn $field(mut self, $field: impl Into<$kept>) -> Self {
            self.$field = Some($field.into());
            self
        }
    };
    (boxed $field:ident: $kept:ty) => {
        #[doc = concat!("Sets [`", stringify!($field), "`](Self#fields).")]
        #[must_use]
        pub fn $field(mut self, $field: impl Into<$kept>) -> Self {
            self.$field = Some(Box::new($field.into()));
            self
        }
    };
    (list $field:ident: $kept:ty) => {
        #[doc = concat!("Replaces [`", stringify!($field), "`](Self#fields).")]
        #[must_use]
        pub fn $field(mut self, $field: impl IntoIterator<Item = impl Into<$kept>>) -> Self {
            self.$field = $field.into_iter().map(Into::into).collect();
            self
        }
    };
    (some_list $field:ident: $kept:ty) => {
        #[doc = concat!("Replaces [`", stringify!($field), "`](Self#fields); an empty list is sent as one.")]
        #[must_use]
        pub fn $field(mut self, $field: impl IntoIterator<Item = impl Into<$kept>>) -> Self {
            self.$field = Some($field.into_iter().map(Into::into).collect());
            self
        }
    };
    (map $field:ident: $kept:ty) => {
        #[doc = concat!("Replaces [`", stringify!($field), "`](Self#fields).")]
        #[must_use]
        pub fn $field(
            mut self,
            $field: impl IntoIterator<Item = (impl Into<String>, impl Into<$kept>)>,
        ) -> Self {
            self.$field = $field.into_iter().map(|(key, value)| (key.into(), value.into())).collect();
            self
        }
    };
    (some_map $field:ident: $kept:ty) => {
        #[doc = concat!("Replaces [`", stringify!($field), "`](Self#fields).")]
        #[must_use]
        pub fn $field(
            mut self,
            $field: impl IntoIterator<Item = (impl Into<String>, impl Into<$kept>)>,
        ) -> Self {
            self.$field =
                Some($field.into_iter().map(|(key, value)| (key.into(), value.into())).collect());
            self
        }
    };
}

pub(crate) use {open_setter, setter, setters};
