//! `generationConfig` and the members of a request that have no effect.

use orouter_wire::image_config::ImageConfigValue;
use orouter_wire::json::Writer;
use orouter_wire::settings::{Include, Modality, ServiceTier};
use orouter_wire::{
    ContentPart, ImageDetail, Input, Item, MessageContent, ResponsesRequest, StopSequences,
    ToolOutput,
};

use super::super::model::Model;
use super::answer::Answer;
use super::thinking;
use crate::notes::Notes;
use crate::quote::quote;
use crate::refusal::Refusal;
use crate::request::part::string;
use crate::request::settings;
use crate::request::support::Support;
use crate::target::Target;

/// Maximum number of texts in `stop`.
const MAX_STOPS: usize = 5;

/// The parameters of a request.
pub(super) struct Generation<'a> {
    pub(super) request: &'a ResponsesRequest,
    pub(super) target: &'a Target<'a>,
    pub(super) model: Model,
    pub(super) support: Support<'a>,
    pub(super) notes: &'a Notes,
}

impl Generation<'_> {
    /// Writes the parameters as members of the open object.
    pub(super) fn write(&self, answer: &Answer<'_>, out: &mut Writer) -> Result<(), Refusal> {
        settings::refuse_stored(self.request)?;
        self.note_others();
        let mut config = Writer::new();
        config.open_object();
        self.limit(&mut config);
        self.sampling(&mut config)?;
        self.stop(&mut config)?;
        self.logprobs(&mut config);
        self.modalities(&mut config)?;
        self.images(&mut config);
        self.resolution(&mut config);
        if let Answer::Json(schema) = answer {
            string(&mut config, "responseMimeType", "application/json");
            if let Some(schema) = schema {
                config.member("responseJsonSchema");
                config.raw(schema);
            }
        }
        if let Some(reasoning) = &self.request.reasoning {
            let limit = self.request.max_output_tokens;
            let limit = limit.or(self.target.max_output_tokens);
            let (support, notes) = (self.support, self.notes);
            thinking::write(reasoning, self.model, limit, support, notes, &mut config)?;
        }
        config.close_object();
        // The writer writes whole strings and ASCII only.
        let config = String::from_utf8(config.finish().into()).unwrap_or_default();
        if config != "{}" {
            out.member("generationConfig");
            out.raw(&config);
        }
        self.tier(out);
        Ok(())
    }

    /// Notes the members that the API does not have, and that change the output or its price.
    fn note_others(&self) {
        let request = self.request;
        let reads = |value: &Include| {
            matches!(
                value,
                Include::OutputTextLogprobs | Include::EncryptedReasoning
            )
        };
        settings::note_others(request, reads, self.support);
        let text = request.text.as_ref();
        let serial = request.parallel_tool_calls == Some(false) && !request.tools.is_empty();
        for (member, set) in [
            ("cache_control", request.cache_control.is_some()),
            ("parallel_tool_calls", serial),
            ("prompt_cache_key", request.prompt_cache_key.is_some()),
            (
                "prompt_cache_options",
                request.prompt_cache_options.is_some(),
            ),
            (
                "prompt_cache_retention",
                request.prompt_cache_retention.is_some(),
            ),
            ("safety_identifier", request.safety_identifier.is_some()),
            (
                "text.verbosity",
                text.is_some_and(|text| text.verbosity.is_some()),
            ),
            ("user", request.user.is_some()),
        ] {
            if set {
                self.support.note_absent(member);
            }
        }
    }

    fn limit(&self, out: &mut Writer) {
        const NAMES: &[&str] = &["max_tokens", "max_completion_tokens", "max_output_tokens"];
        if let Some(limit) = self.request.max_output_tokens
            && self.support.allows_or_note(NAMES, "max_output_tokens")
        {
            out.member("maxOutputTokens");
            out.unsigned(limit);
        }
    }

    fn sampling(&self, out: &mut Writer) -> Result<(), Refusal> {
        let request = self.request;
        for (name, member, value) in [
            ("temperature", "temperature", request.temperature),
            ("top_p", "topP", request.top_p),
        ] {
            let value = value.filter(|value| value.is_finite());
            if let Some(value) = value
                && self.support.allows_or_note(&[name], name)
            {
                out.member(member);
                out.float(value);
            }
        }
        for (name, member, value) in [
            (
                "frequency_penalty",
                "frequencyPenalty",
                request.frequency_penalty,
            ),
            (
                "presence_penalty",
                "presencePenalty",
                request.presence_penalty,
            ),
        ] {
            // A penalty of 0 is no penalty.
            let value = value.filter(|value| value.is_finite() && *value != 0.0);
            let Some(value) = value else { continue };
            if self.support.lists(name) || self.support.allows(name) && self.model.has_penalties() {
                out.member(member);
                out.float(value);
            } else {
                let reason = "the model refuses penalties, as far as its name tells";
                self.notes.ignored(name, reason);
            }
        }
        if let Some(top_k) = request.top_k.filter(|top_k| *top_k != 0)
            && self.support.allows_or_note(&["top_k"], "top_k")
        {
            out.member("topK");
            out.unsigned(top_k);
        }
        self.seed(out)
    }

    /// Writes the seed, which has 32 bits in the API.
    fn seed(&self, out: &mut Writer) -> Result<(), Refusal> {
        let Some(text) = settings::seed(self.request) else {
            return Ok(());
        };
        let number = text.parse::<f64>().ok();
        let Some(number) = number.filter(|number| number.fract() == 0.0) else {
            return Err(Refusal::new("seed", "`seed` must be a whole number"));
        };
        if !self.support.allows_or_note(&["seed"], "seed") {
            return Ok(());
        }
        let whole: Option<i64> = text.parse().ok();
        let seed = match whole.map(i32::try_from) {
            Some(Ok(seed)) => seed,
            _ => {
                let reason = "a seed has 32 bits; another number, made from this one, is sent";
                self.notes.adjusted("seed", reason);
                fold(whole, number)
            }
        };
        out.member("seed");
        out.signed(i64::from(seed));
        Ok(())
    }

    fn stop(&self, out: &mut Writer) -> Result<(), Refusal> {
        let Some(stop) = &self.request.stop else {
            return Ok(());
        };
        let texts = stop.as_slice();
        if matches!(stop, StopSequences::Unknown(_)) || texts.len() > MAX_STOPS {
            return Err(Refusal::new(
                "stop",
                format!("`stop` must be a string or a list of at most {MAX_STOPS} strings"),
            ));
        }
        if texts.iter().any(String::is_empty) {
            self.notes.adjusted("stop", "empty texts are left out");
        }
        let mut texts = texts.iter().filter(|text| !text.is_empty()).peekable();
        if texts.peek().is_none() || !self.support.allows_or_note(&["stop"], "stop") {
            return Ok(());
        }
        out.member("stopSequences");
        out.open_array();
        for text in texts {
            out.element();
            out.string(text);
        }
        out.close_array();
        Ok(())
    }

    fn logprobs(&self, out: &mut Writer) {
        let top = self.request.top_logprobs.filter(|top| *top > 0);
        let included = self.request.include.contains(&Include::OutputTextLogprobs);
        let path = if top.is_some() {
            "top_logprobs"
        } else {
            "include"
        };
        const NAMES: &[&str] = &["logprobs", "top_logprobs"];
        if top.is_none() && !included || !self.support.allows_or_note(NAMES, path) {
            return;
        }
        out.member("responseLogprobs");
        out.bool(true);
        if let Some(top) = top
            && self
                .support
                .allows_or_note(&["top_logprobs"], "top_logprobs")
        {
            out.member("logprobs");
            out.unsigned(top);
        }
    }

    /// Writes `responseModalities`, unless it is the default.
    fn modalities(&self, out: &mut Writer) -> Result<(), Refusal> {
        let modalities = &self.request.modalities;
        for (index, modality) in modalities.iter().enumerate() {
            if !matches!(modality, Modality::Text | Modality::Image) {
                let path = format!("modalities[{index}]");
                let message = format!(
                    "`{path}` is `{}`; the endpoint can return `text` and `image`",
                    quote(modality.as_str())
                );
                return Err(Refusal::new(path, message));
            }
        }
        if modalities.contains(&Modality::Image)
            && self.support.allows_or_note(&["modalities"], "modalities")
        {
            out.member("responseModalities");
            out.open_array();
            for modality in modalities {
                out.element();
                out.string(&modality.as_str().to_ascii_uppercase());
            }
            out.close_array();
        }
        Ok(())
    }

    /// Writes `imageConfig`: the settings of images that the API has.
    fn images(&self, out: &mut Writer) {
        let settings = &self.request.image_config;
        let text = |names: &[&str]| {
            let found = names.iter().find_map(|name| settings.get(*name));
            found.and_then(|value| match value {
                ImageConfigValue::Text(text) => Some(text.as_str()),
                _ => None,
            })
        };
        const SIZES: &[&str] = &["image_size", "size", "resolution"];
        // Other services have sizes in pixels.
        let size = text(SIZES).filter(|size| size.ends_with(['K', 'k']));
        let ratio = text(&["aspect_ratio"]);
        for name in settings.keys() {
            let used = match name.as_str() {
                "aspect_ratio" => ratio.is_some(),
                name => SIZES.contains(&name) && size.is_some(),
            };
            if !used {
                self.support.note_absent(&format!("image_config.{name}"));
            }
        }
        if ratio.is_none() && size.is_none() {
            return;
        }
        out.member("imageConfig");
        out.open_object();
        if let Some(ratio) = ratio {
            string(out, "aspectRatio", ratio);
        }
        if let Some(size) = size {
            string(out, "imageSize", &size.to_ascii_uppercase());
        }
        out.close_object();
    }

    /// Writes `mediaResolution`, which is that of all images and files: only if the request has images
    /// of low resolution and no other media. Without it, the resolution is high.
    fn resolution(&self, out: &mut Writer) {
        let (mut low, mut others) = (0_usize, 0_usize);
        let items = self.request.input.iter().flat_map(Input::items);
        for part in items.flat_map(parts) {
            match part {
                ContentPart::InputImage(image) if image.detail == Some(ImageDetail::Low) => {
                    low += 1;
                }
                ContentPart::InputImage(_)
                | ContentPart::InputFile(_)
                | ContentPart::InputVideo(_) => others += 1,
                _ => {}
            }
        }
        if low == 0 {
            return;
        }
        if others == 0 {
            string(out, "mediaResolution", "MEDIA_RESOLUTION_LOW");
            return;
        }
        let reason = "the API has one resolution for all media of a request; it is not low, because \
                      other media need more";
        self.notes.ignored("input_image.detail", reason);
    }

    /// Writes `serviceTier` if the endpoint lists it: not all servers of the API know it.
    fn tier(&self, out: &mut Writer) {
        let Some(tier) = &self.request.service_tier else {
            return;
        };
        let name = match tier {
            ServiceTier::Auto => return,
            ServiceTier::Default => "standard",
            ServiceTier::Flex => "flex",
            ServiceTier::Fast | ServiceTier::Priority | ServiceTier::Ultrafast => "priority",
            _ => {
                self.support.note_absent("service_tier");
                return;
            }
        };
        if self.support.lists("service_tier") {
            string(out, "serviceTier", name);
        } else if *tier != ServiceTier::Default {
            self.support.note_unsupported("service_tier");
        }
    }
}

/// Returns the parts of a message or of an output.
fn parts(item: &Item) -> &[ContentPart] {
    match item {
        Item::Message(message) => match &message.content {
            Some(MessageContent::Parts(parts)) => parts,
            _ => &[],
        },
        Item::FunctionCallOutput(output) => match &output.output {
            Some(ToolOutput::Parts(parts)) => parts,
            _ => &[],
        },
        _ => &[],
    }
}

/// Returns a seed of 32 bits, the same for the same number.
fn fold(whole: Option<i64>, number: f64) -> i32 {
    let bits = whole.map_or(number.to_bits(), i64::cast_unsigned);
    let folded = (bits ^ bits >> 32) & 0x7fff_ffff;
    i32::try_from(folded).unwrap_or_default()
}
