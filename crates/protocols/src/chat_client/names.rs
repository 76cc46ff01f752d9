//! [`Names`]: the client's names of the members of a translated request.

use crate::notes::MemberNames;

/// The client's names of the members of a translated request.
///
/// The stages of a server name members of the Responses API in their messages and notes. A client
/// knows those of Chat Completions.
///
/// ```
/// use orouter_protocols::{MemberNames as _, Notes, chat_client};
///
/// let body = br#"{"messages": [
///     {"role": "assistant", "tool_calls": [{"id": "c", "function": {"name": "f", "arguments": "{}"}}]},
///     {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}
/// ]}"#;
/// let names = chat_client::request(body, &Notes::default())?.names;
/// assert_eq!(names.of("input[0].name").unwrap(), "messages[0].tool_calls[0].function.name");
/// assert_eq!(names.of("input[1].content[0].image_url").unwrap(), "messages[1].content[0].image_url");
/// assert_eq!(names.of("temperature"), None);
/// assert_eq!(
///     names.in_text("`input[1].content[0]` must be text"),
///     "`messages[1].content[0]` must be text"
/// );
/// # Ok::<(), orouter_protocols::Refusal>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// The origins of the items of `input`.
    pub(super) items: Vec<Origin>,
    /// The forms of the tools.
    pub(super) tools: Vec<ToolForm>,
    /// The name of the output limit.
    pub(super) limit: &'static str,
    /// The effort is that of `reasoning_effort`.
    pub(super) has_effort: bool,
    /// The request asks for log probabilities.
    pub(super) has_logprobs: bool,
    /// The choice of a tool is that of `function_call`.
    pub(super) has_function_call: bool,
}

/// The part of a message from which an item was made.
#[derive(Clone, Debug)]
pub(super) enum Origin {
    /// The content of the message with this index. The numbers are the indexes of the parts at the
    /// client, if they differ.
    Content(usize, Option<Box<[usize]>>),
    /// The reasoning of a message, in the member with this name.
    Reasoning(usize, &'static str),
    /// A call of a message, with its number.
    Call(usize, usize),
    /// The call of a custom tool.
    CustomCall(usize, usize),
    /// The `function_call` of a message.
    FunctionCall(usize),
    /// The message with the result of a call.
    Output(usize),
}

/// The form in which a tool was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ToolForm {
    Function,
    Custom,
    /// An element of `functions`.
    Legacy,
    /// The form of the Responses API.
    Other,
}

impl MemberNames for Names {
    fn of(&self, path: &str) -> Option<String> {
        let end = path.find(['.', '[']).unwrap_or(path.len());
        let (head, rest) = path.split_at(end);
        match head {
            "input" => Some(match index(rest) {
                Some((number, rest)) => self.item(number, rest)?,
                None => format!("messages{rest}"),
            }),
            "max_output_tokens" if rest.is_empty() => {
                Some(self.limit.to_owned()).filter(|name| !name.is_empty())
            }
            "text" => Some(text(rest)),
            "reasoning" if self.has_effort && matches!(rest, "" | ".effort") => {
                Some("reasoning_effort".to_owned())
            }
            "tools" => self.tool(rest),
            "tool_choice" => Some(self.choice(rest)),
            "include" => Some(match self.has_logprobs {
                true => "logprobs".to_owned(),
                false => "reasoning".to_owned(),
            }),
            "truncation" => Some("transforms".to_owned()),
            _ => None,
        }
        .filter(|name| name != path)
    }

    /// A word after `is` is a value, and stays.
    fn in_text(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len() + 16);
        let mut pieces = text.split('`').peekable();
        let mut quoted = false;
        let mut value = false;
        while let Some(piece) = pieces.next() {
            match quoted.then(|| self.of(piece)).flatten() {
                // The last piece is quoted only if a backquote is missing.
                Some(name) if !value && pieces.peek().is_some() => out.push_str(&name),
                _ => out.push_str(piece),
            }
            if pieces.peek().is_some() {
                out.push('`');
            }
            value = !quoted && piece.ends_with(" is ");
            quoted = !quoted;
        }
        out
    }
}

impl Names {
    fn item(&self, number: usize, rest: &str) -> Option<String> {
        Some(match self.items.get(number)? {
            Origin::Content(message, parts) => {
                let inner = rest.strip_prefix(".content").and_then(index);
                let rest = match (inner, parts) {
                    (Some((part, rest)), Some(parts)) => match parts.get(part) {
                        Some(part) => format!(".content[{part}]{}", inner_name(rest)),
                        None => ".content".to_owned(),
                    },
                    (Some((part, rest)), None) => format!(".content[{part}]{}", inner_name(rest)),
                    (None, _) => rest.to_owned(),
                };
                format!("messages[{message}]{rest}")
            }
            Origin::Reasoning(message, member) => format!("messages[{message}].{member}"),
            Origin::Call(message, call) => {
                let inner = match rest {
                    ".call_id" => ".id",
                    ".name" => ".function.name",
                    ".arguments" => ".function.arguments",
                    ".extra_content" => rest,
                    _ => "",
                };
                format!("messages[{message}].tool_calls[{call}]{inner}")
            }
            Origin::CustomCall(message, call) => {
                let inner = match rest {
                    ".call_id" => ".id",
                    ".name" => ".custom.name",
                    ".input" => ".custom.input",
                    _ => "",
                };
                format!("messages[{message}].tool_calls[{call}]{inner}")
            }
            Origin::FunctionCall(message) => {
                let inner = match rest {
                    ".name" | ".arguments" => rest,
                    _ => "",
                };
                format!("messages[{message}].function_call{inner}")
            }
            Origin::Output(message) => {
                let rest = match rest.strip_prefix(".output") {
                    Some(rest) => match index(rest) {
                        Some((part, rest)) => format!(".content[{part}]{}", inner_name(rest)),
                        None => ".content".to_owned(),
                    },
                    None if rest == ".call_id" => ".tool_call_id".to_owned(),
                    None => String::new(),
                };
                format!("messages[{message}]{rest}")
            }
        })
    }

    fn tool(&self, rest: &str) -> Option<String> {
        let (number, rest) = index(rest)?;
        let inner = |member: &str| match rest {
            "" | ".type" | ".cache_control" => rest.to_owned(),
            _ => format!(".{member}{rest}"),
        };
        Some(match self.tools.get(number)? {
            ToolForm::Function => format!("tools[{number}]{}", inner("function")),
            ToolForm::Custom => format!("tools[{number}]{}", inner("custom")),
            ToolForm::Other => return None,
            ToolForm::Legacy => {
                let earlier = self.tools.iter().take(number);
                let own = earlier.filter(|form| **form == ToolForm::Legacy).count();
                format!("functions[{own}]{rest}")
            }
        })
    }

    fn choice(&self, rest: &str) -> String {
        let base = match self.has_function_call {
            true => return format!("function_call{rest}"),
            false => "tool_choice",
        };
        match rest {
            ".name" => format!("{base}.function.name"),
            _ if rest.starts_with(".tools") || rest == ".mode" => {
                format!("{base}.allowed_tools{rest}")
            }
            _ => format!("{base}{rest}"),
        }
    }
}

/// Splits `[3].name` into the number and the rest.
fn index(rest: &str) -> Option<(usize, &str)> {
    let (number, rest) = rest.strip_prefix('[')?.split_once(']')?;
    Some((number.parse().ok()?, rest))
}

/// Returns the client's name of a member of a part.
fn inner_name(rest: &str) -> &str {
    match rest {
        ".file_data" => ".file.file_data",
        ".file_url" => ".file.file_data",
        ".file_id" => ".file.file_id",
        ".filename" => ".file.filename",
        ".detail" => ".image_url.detail",
        ".processing" => ".video_url.processing",
        _ => rest,
    }
}

/// Returns the client's name of `text` and its members.
fn text(rest: &str) -> String {
    match rest.strip_prefix(".format") {
        None if rest == ".verbosity" => "verbosity".to_owned(),
        None => "response_format".to_owned(),
        Some("" | ".type") => format!("response_format{}", rest.trim_start_matches(".format")),
        Some(member) => format!("response_format.json_schema{member}"),
    }
}
