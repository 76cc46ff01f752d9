//! Generated images as items.

use orouter_wire::{ImageGenerationCall, ImageOutputFormat, ItemStatus};

use super::ids::mint;

/// Returns the item for an image. The result is the base64 of a `data:` URL; the Responses API has
/// no place for another URL, so that is the result as it is.
pub(crate) fn image(url: String) -> ImageGenerationCall {
    let mut item = ImageGenerationCall::default();
    item.id = Some(mint("ig_"));
    item.status = Some(ItemStatus::Completed);
    let data = url
        .strip_prefix("data:")
        .and_then(|rest| rest.split_once(";base64,"));
    item.result = Some(match data {
        Some((media_type, data)) => {
            let format = media_type.strip_prefix("image/");
            let format = format.and_then(|format| format.split(';').next());
            item.output_format = format.map(ImageOutputFormat::from);
            data.to_owned()
        }
        None => url,
    });
    item
}
