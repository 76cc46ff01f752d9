//! Renders messages with the model's chat template, and tokenizes the result.
//!
//! Names of control tokens in a message's content must stay plain text. So the template renders
//! markers in place of the contents, and control tokens are recognized only outside of markers.

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, Error, ErrorKind, Value, context};

use crate::prompt::Message;
use crate::tokenizer::Tokenizer;

/// Name of the template in its environment.
const NAME: &str = "chat";

/// Private-use characters around the index of a content, which templates render unchanged.
const OPEN: char = '\u{F8FE}';
const CLOSE: char = '\u{F8FF}';

/// A compiled chat template.
#[derive(Debug)]
pub(crate) struct Template {
    environment: Environment<'static>,
}

impl Template {
    /// Compiles a template. The error is its reason, as text.
    pub(crate) fn new(source: &str) -> Result<Self, String> {
        let mut environment = Environment::new();
        // The settings with which the authors of chat templates render them.
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
            .map_err(|error| format!("the chat template cannot be compiled: {error}"))?;
        Ok(Self { environment })
    }

    /// Returns the tokens of a conversation, up to the start of the model's output.
    pub(crate) fn encode(
        &self,
        messages: &[Message],
        tokenizer: &Tokenizer,
    ) -> Result<Vec<u32>, String> {
        let mut turns: Vec<Value> = Vec::with_capacity(messages.len());
        for (index, message) in messages.iter().enumerate() {
            let named = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            if message.role.is_empty() || !message.role.chars().all(named) {
                return Err(format!(
                    "the role {:?} of a message is not a name of ASCII letters, digits, `_` and `-`",
                    message.role
                ));
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
            .map_err(|error| format!("the chat template rejects the messages: {error}"))?;

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

/// Splits text at the first name of a control token.
fn next_control<'a>(text: &'a str, tokenizer: &Tokenizer) -> Option<(&'a str, u32, &'a str)> {
    tokenizer
        .control()
        .iter()
        .filter_map(|(name, id)| text.find(name).map(|at| (at, name, *id)))
        .min_by_key(|(at, name, _)| (*at, usize::MAX - name.len()))
        .and_then(|(at, name, id)| Some((text.get(..at)?, id, text.get(at + name.len()..)?)))
}
