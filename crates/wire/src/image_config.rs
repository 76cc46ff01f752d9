//! [`ImageConfig`]: settings for models that output images. The set of members depends on the
//! model.

use std::collections::BTreeMap;

use crate::{Raw, Unknown, Wire};

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
