//! Settings for models that answer with images: an open map, since each model has its own.

use std::collections::BTreeMap;

use crate::{Raw, Unknown, Wire};

/// Settings for models that answer with images, by name: `aspect_ratio`, `quality`, `size`, ...
/// Spec: `ImageConfig`.
pub type ImageConfig = BTreeMap<String, ImageConfigValue>;

/// One setting for images. Spec: the values of `ImageConfig` and of
/// `ImageGenerationServerToolConfig`.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum ImageConfigValue {
    /// A text, such as `16:9`.
    #[wire(string)]
    Text(String),
    /// A number.
    #[wire(number)]
    Number(f64),
    /// Several values of any kind.
    #[wire(array)]
    List(Vec<Raw>),
    /// Any other JSON.
    Unknown(Unknown),
}
