//! [`ImageConfig`]: settings for models that output images. The set of members depends on the
//! model. [`ImageOptions`]: treatment of the images of the input.

use std::collections::BTreeMap;

use crate::setters::setters;
use crate::{Extra, Raw, Unknown, UnknownValue, Wire};

/// Settings for models that output images, by name: `aspect_ratio`, `quality`, `size` and others.
pub type ImageConfig = BTreeMap<String, ImageConfigValue>;

/// Value of one image setting.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum ImageConfigValue {
    /// A string, such as `16:9`.
    #[wire(string)]
    Text(String),
    /// A number.
    #[wire(number)]
    Number(f64),
    /// A list of any values.
    #[wire(array)]
    List(Vec<Raw>),
    /// Any other JSON.
    Unknown(Unknown),
}

/// Treatment of the images of a request. Not in OpenRouter's specification; OpenAI's API has it.
///
/// In a response it holds the treatment that took effect.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ImageOptions {
    /// Compression of the images in the context. Default: `auto`.
    pub context_compression: Option<ContextCompression>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl ImageOptions {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(ImageOptions {
    into context_compression: ContextCompression;
});

/// Compression of the images in the context.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ContextCompression {
    /// Chosen by the model, the transport and the input.
    Auto,
    /// Images are compressed. A model that cannot do this refuses the request.
    Enabled,
    /// Images are not compressed.
    Disabled,
    /// A value unknown to this version.
    Unknown(UnknownValue),
}
