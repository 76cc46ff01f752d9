//! The model's chat template: messages to the text that it was trained to continue.
//!
//! What users write must not be taken for the control tokens that separate turns, so contents are
//! rendered as markers first, and control tokens are looked for only between them.

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, Error, ErrorKind, Value, context};

use crate::Message;
use crate::tokenizer::Tokenizer;

const NAME: &str = "chat";

/// Characters for private use around a content's number: what a template makes of them is known.
const OPEN: char = '\u{F8FE}';
const CLOSE: char = '\u{F8FF}';

/// A chat template, compiled.
#[derive(Debug)]
pub(crate) struct Template {
    environment: Environment<'static>,
}

impl Template {
    /// Compiles a template, or says what is wrong with it.
    pub(crate) fn new(source: &str) -> Result<Self, String> {
        let mut environment = Environment::new();
        // As the templates' authors run them.
        let syntax = SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build()
            .map_err(|error| error.to_string())?;
        environment.set_syntax(syntax);
        environment.add_function("raise_exception", |message: String| -> Result<(), Error> {
            Err(Error::new(ErrorKind::InvalidOperation, message))
        });
        environment
            .add_template_owned(NAME, source.to_owned())
            .map_err(|error| format!("its chat template cannot be read: {error}"))?;
        Ok(Self { environment })
    }

    /// The tokens of a conversation, up to where the model's answer begins.
    pub(crate) fn encode(
        &self,
        messages: &[Message],
        tokenizer: &Tokenizer,
    ) -> Result<Vec<u32>, String> {
        let mut turns: Vec<Value> = Vec::with_capacity(messages.len());
        for (index, message) in messages.iter().enumerate() {
            let named = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            if message.role.is_empty() || !message.role.chars().all(named) {
                return Err(format!("a message's role cannot be {:?}", message.role));
            }
            let content = format!("{OPEN}{index}{CLOSE}");
            turns.push(context! { role => message.role.as_str(), content => content });
        }
        let rendered = self
            .environment
            .get_template(NAME)
            .and_then(|template| {
                template.render(context! { messages => turns, add_generation_prompt => true })
            })
            .map_err(|error| format!("the chat template refuses the messages: {error}"))?;

        let mut tokens = Vec::new();
        let mut text = String::new();
        for (index, part) in rendered.split([OPEN, CLOSE]).enumerate() {
            if index % 2 == 1 {
                let message = part
                    .parse::<usize>()
                    .ok()
                    .and_then(|index| messages.get(index));
                text.push_str(message.map_or("", |message| &message.content));
                continue;
            }
            let mut rest = part;
            while let Some((before, control, after)) = next_control(rest, tokenizer) {
                text.push_str(before);
                tokenizer.encode(&text, &mut tokens)?;
                text.clear();
                tokens.push(control);
                rest = after;
            }
            text.push_str(rest);
        }
        tokenizer.encode(&text, &mut tokens)?;
        Ok(tokens)
    }
}

/// Splits text at the first control token in it.
fn next_control<'a>(text: &'a str, tokenizer: &Tokenizer) -> Option<(&'a str, u32, &'a str)> {
    tokenizer
        .control()
        .iter()
        .filter_map(|(name, id)| text.find(name).map(|at| (at, name, *id)))
        .min_by_key(|(at, name, _)| (*at, usize::MAX - name.len()))
        .and_then(|(at, name, id)| Some((text.get(..at)?, id, text.get(at + name.len()..)?)))
}
