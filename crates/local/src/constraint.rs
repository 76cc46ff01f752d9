//! Constraints compiled against the vocabulary: which tokens may come next.

use std::sync::Arc;

use llguidance::api::{GrammarWithLexer, TopLevelGrammar};
use llguidance::toktrie::{ApproximateTokEnv, InferenceCapabilities, TokEnv, TokRxInfo, TokTrie};
use llguidance::{GrammarBuilder, JsonCompileOptions, Matcher, ParserFactory};
use serde_json::{Value, json};

use crate::schema::Compile;
use crate::tokenizer::Tokenizer;
use crate::{Constraint, GenerateError};

/// Bounds the memory that one constraint's lexer may take, at one or two kilobytes a state.
const MAX_LEXER_STATES: usize = 50_000;

/// Tokens of an answer that are tried out before a relaxed schema counts as enforceable.
const WALK: usize = 32;

/// Compiles constraints; holds what they share.
pub(crate) struct Constraints {
    factory: ParserFactory,
}

impl Constraints {
    /// Arranges the vocabulary for looking up by prefix, which takes some tens of milliseconds.
    pub(crate) fn new(tokenizer: &Tokenizer) -> Result<Self, String> {
        let mut words = Vec::with_capacity(tokenizer.len());
        for token in (0..).take(tokenizer.len()) {
            words.push(tokenizer.bytes(token).to_vec());
        }
        // Control tokens are marked as such by a byte that no text has.
        for (name, token) in tokenizer.control() {
            if let Some(word) = words.get_mut(*token as usize) {
                word.push(TokTrie::SPECIAL_TOKEN_MARKER);
                word.extend_from_slice(name.as_bytes());
            }
        }
        let size = u32::try_from(words.len()).map_err(|_| "the vocabulary is too large")?;
        let trie = TokTrie::from(&TokRxInfo::new(size, tokenizer.end()), &words);
        let environment: TokEnv = Arc::new(ApproximateTokEnv::new(trie));
        Self::over(&environment)
    }

    /// Over a vocabulary of single bytes, which needs no model.
    #[cfg(test)]
    pub(crate) fn of_bytes() -> Self {
        Self::over(&ApproximateTokEnv::single_byte_env()).unwrap()
    }

    fn over(environment: &TokEnv) -> Result<Self, String> {
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

    /// Compiles a constraint for one answer.
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
        // A constraint that nothing satisfies shows itself here and not after the prompt is read.
        match matcher.compute_mask() {
            Ok(mask) if mask.is_zero() => Err(bad("nothing satisfies it".to_owned())),
            Ok(_) => Ok(matcher),
            Err(error) => Err(bad(format!("{error:#}"))),
        }
    }
}

impl Constraints {
    /// Whether the engine's limits hold for the first tokens of an answer too. Strings are closed
    /// as soon as they can be, so that the walk gets past them.
    fn walks(&self, mut matcher: Matcher) -> bool {
        let quote = self.factory.tok_env().tok_trie().token_id(b"\"");
        for _ in 0..WALK {
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

impl Compile for Constraints {
    fn parses(&self, schema: &Value) -> bool {
        let builder = GrammarBuilder::new(None, self.factory.limits().clone());
        JsonCompileOptions::default()
            .json_to_llg(builder, schema.clone())
            .is_ok()
    }

    fn compiles(&self, schema: &Value) -> bool {
        let constraint = Constraint::JsonSchema(schema.clone());
        self.compile(&constraint)
            .is_ok_and(|matcher| self.walks(matcher))
    }
}

impl Constraint {
    /// A JSON schema as a part of a [`Constraint::Lark`] grammar, to stand where a rule's name
    /// could.
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

/// A schema whose JSON has one space after commas and colons and nowhere else: small models that
/// may indent are prone to go on doing so.
fn with_fixed_spaces(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Value::Object(members) = &mut schema {
        members.entry("x-guidance").or_insert_with(|| {
            json!({ "item_separator": ", ", "key_separator": ": ", "whitespace_flexible": false })
        });
    }
    schema
}
