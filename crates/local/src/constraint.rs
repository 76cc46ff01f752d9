//! Compiles constraints against the model's vocabulary, into masks of the permitted next tokens.

use std::sync::Arc;

use llguidance::api::{GrammarWithLexer, TopLevelGrammar};
use llguidance::toktrie::{ApproximateTokEnv, InferenceCapabilities, TokEnv, TokRxInfo, TokTrie};
use llguidance::{GrammarBuilder, JsonCompileOptions, Matcher, ParserFactory};
use serde_json::{Value, json};

use crate::error::GenerateError;
use crate::prompt::Constraint;
use crate::schema::SchemaCompiler;
use crate::tokenizer::Tokenizer;

/// Maximum number of lexer states of a constraint. A state takes one to two kilobytes.
const MAX_LEXER_STATES: usize = 50_000;

/// Number of tokens that are generated on trial before a schema counts as enforceable.
const TRIAL_TOKENS: usize = 32;

/// Compiles constraints, and holds the vocabulary that they share.
pub(crate) struct Constraints {
    factory: ParserFactory,
}

impl Constraints {
    /// Indexes the vocabulary by prefix, which takes tens of milliseconds.
    pub(crate) fn new(tokenizer: &Tokenizer) -> Result<Self, String> {
        let mut words = Vec::with_capacity(tokenizer.len());
        for token in (0..).take(tokenizer.len()) {
            words.push(tokenizer.bytes(token).to_vec());
        }
        // The marker is a byte that does not occur in UTF-8 text.
        for (name, token) in tokenizer.control() {
            if let Some(word) = words.get_mut(*token as usize) {
                word.push(TokTrie::SPECIAL_TOKEN_MARKER);
                word.extend_from_slice(name.as_bytes());
            }
        }
        let size = u32::try_from(words.len()).map_err(|_| "the vocabulary is too large")?;
        let trie = TokTrie::from(&TokRxInfo::new(size, tokenizer.end()), &words);
        let environment: TokEnv = Arc::new(ApproximateTokEnv::new(trie));
        Self::from_environment(&environment)
    }

    /// Creates a compiler for a vocabulary of single bytes, for tests without a model.
    #[cfg(test)]
    pub(crate) fn with_byte_vocabulary() -> Self {
        Self::from_environment(&ApproximateTokEnv::single_byte_env()).unwrap()
    }

    fn from_environment(environment: &TokEnv) -> Result<Self, String> {
        let slices = llguidance::earley::SlicedBiasComputer::general_slices();
        let mut factory =
            ParserFactory::new(environment, InferenceCapabilities::default(), &slices)
                .map_err(|error| format!("the vocabulary cannot be constrained: {error}"))?;
        factory.quiet();
        let limits = factory.limits_mut();
        limits.max_lexer_states = MAX_LEXER_STATES;
        limits.verbose_errors = false;
        Ok(Self { factory })
    }

    /// Compiles a constraint for one generation.
    pub(crate) fn compile(&self, constraint: &Constraint) -> Result<Matcher, GenerateError> {
        let grammar = match constraint {
            Constraint::JsonSchema(schema) => {
                GrammarWithLexer::from_json_schema(with_fixed_spaces(schema))
            }
            Constraint::Regex(regex) => GrammarWithLexer::from_regex(regex),
            Constraint::Lark(grammar) => GrammarWithLexer::from_lark(grammar.clone()),
        };
        let bad = |error: String| GenerateError::BadConstraint(error.trim().to_owned());
        let parser = self
            .factory
            .create_parser(TopLevelGrammar::from_grammar(grammar))
            .map_err(|error| bad(format!("{error:#}")))?;
        let mut matcher = Matcher::new(Ok(parser));
        // Detects a constraint that no text satisfies before the model reads the prompt.
        match matcher.compute_mask() {
            Ok(mask) if mask.is_zero() => Err(bad("no text satisfies it".to_owned())),
            Ok(_) => Ok(matcher),
            Err(error) => Err(bad(format!("{error:#}"))),
        }
    }
}

impl Constraints {
    /// Returns `true` if the first tokens can be generated within the limits of llguidance. Closes
    /// strings as early as possible, so that the trial reaches the members after them.
    fn is_within_limits(&self, mut matcher: Matcher) -> bool {
        let quote = self.factory.tok_env().tok_trie().token_id(b"\"");
        for _ in 0..TRIAL_TOKENS {
            if matcher.is_stopped() {
                return true;
            }
            let Ok(mask) = matcher.compute_mask() else {
                return false;
            };
            let allowed = |token: &u32| mask.is_allowed(*token);
            let next = quote.filter(allowed).or_else(|| mask.iter().next());
            let Some(token) = next else { return false };
            if matcher.consume_token(token).is_err() {
                return false;
            }
        }
        true
    }
}

impl SchemaCompiler for Constraints {
    fn parses(&self, schema: &Value) -> bool {
        let builder = GrammarBuilder::new(None, self.factory.limits().clone());
        JsonCompileOptions::default()
            .json_to_llg(builder, schema.clone())
            .is_ok()
    }

    fn compiles(&self, schema: &Value) -> bool {
        let constraint = Constraint::JsonSchema(schema.clone());
        self.compile(&constraint)
            .is_ok_and(|matcher| self.is_within_limits(matcher))
    }
}

impl Constraint {
    /// Returns a JSON schema as a term of a [`Constraint::Lark`] grammar.
    ///
    /// ```
    /// use orouter_local::Constraint;
    /// use serde_json::json;
    ///
    /// let call = Constraint::lark_json(&json!({ "type": "object" }));
    /// let grammar = Constraint::Lark(format!("start: TEXT | call\nTEXT: /[^{{](.|\\n)*/\ncall: {call}"));
    /// # drop(grammar);
    /// ```
    #[must_use]
    pub fn lark_json(schema: &Value) -> String {
        format!("%json {}", with_fixed_spaces(schema))
    }
}

/// Returns the schema with fixed white space: one space after commas and colons, none elsewhere. A
/// small model that may write white space tends to repeat it without end.
fn with_fixed_spaces(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Value::Object(members) = &mut schema {
        members.entry("x-guidance").or_insert_with(|| {
            json!({ "item_separator": ", ", "key_separator": ": ", "whitespace_flexible": false })
        });
    }
    schema
}
