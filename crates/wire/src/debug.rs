//! `Debug` of the types that are printed most: absent and empty members are left out.
//!
//! `{:?}` of a response is the first thing that anyone looks at. A derived `Debug` would bury the
//! answer under absent members, so these types leave out what is `None` or empty. All others
//! derive it.

use std::fmt;

use crate::{
    ArgumentsDone, CostDetails, CustomToolCall, CustomToolCallOutput, ErrorBody, ErrorEvent,
    ErrorMetadata, ErrorResponse, FileCitation, FunctionCall, FunctionCallOutput, FunctionTool,
    IncompleteDetails, InputFile, InputImage, InputText, InputTokensDetails, ItemDelta, ItemEvent,
    ItemProgress, JsonSchemaFormat, Message, OutputText, OutputTokensDetails, PartEvent,
    PlainTextFormat, Reasoning, ReasoningItem, ReasoningText, Refusal, Response, ResponseError,
    ResponseEvent, SearchAction, SummaryText, TextConfig, TextDelta, TextDone, UrlCitation,
    UrlSource, Usage, WebSearchCall,
};

/// Writes `Debug` for a type, all of whose fields must be named. A field marked `always` is shown
/// whatever it holds; another only when it is not its default, which is `None` or empty.
macro_rules! show {
    ($($name:ident { $($fields:tt)+ })+) => {
        $(
            impl fmt::Debug for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    let mut shown = f.debug_struct(stringify!($name));
                    show!(@fields self shown $name [] $($fields)+);
                    shown.finish()
                }
            }
        )+
    };
    (@fields $self:ident $shown:ident $name:ident [$($all:ident)*]) => {
        // Fails to compile when a field is missing above.
        let $name { $($all: _),* } = $self;
    };
    (@fields $self:ident $shown:ident $name:ident [$($all:ident)*] always $field:ident, $($rest:tt)*) => {
        $shown.field(stringify!($field), &$self.$field);
        show!(@fields $self $shown $name [$($all)* $field] $($rest)*);
    };
    (@fields $self:ident $shown:ident $name:ident [$($all:ident)*] $field:ident, $($rest:tt)*) => {
        if !is_default(&$self.$field) {
            $shown.field(stringify!($field), &$self.$field);
        }
        show!(@fields $self $shown $name [$($all)* $field] $($rest)*);
    };
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

show! {
    Response {
        always id, always object, always created_at, completed_at, always status, error,
        error_type, incomplete_details, always model, output, output_text, usage,
        instructions, max_output_tokens, max_tool_calls, always parallel_tool_calls,
        previous_response_id, prompt, conversation, reasoning, temperature, top_p,
        top_logprobs, frequency_penalty, presence_penalty, text, tool_choice, tools,
        truncation, context_management, metadata, image, input_transformations,
        access_programs, background, store, service_tier,
        prompt_cache_key, prompt_cache_options, prompt_cache_diagnostics, prompt_cache_retention, safety_identifier,
        user, openrouter_metadata, alignment, safeguard_results, billing, tool_usage,
        moderation, content_filters, copilot_usage, input, input_messages, output_messages,
        kv_transfer_params, extra,
    }
    IncompleteDetails {
        reason, extra,
    }
    ResponseError {
        code, always message, metadata, r#type, param, misalignment, extra,
    }
    Usage {
        always input_tokens, input_tokens_details, always output_tokens,
        output_tokens_details, always total_tokens, cost, cost_details, is_byok,
        server_tool_use_details, server_tool_use, context_details, cost_in_usd_ticks, num_sources_used,
        num_server_side_tools_used, server_side_tool_usage_details, pydantic_ai_gateway,
        extra,
    }
    InputTokensDetails {
        always cached_tokens, cache_write_tokens, cache_write_tokens_details, audio_tokens, image_tokens, text_tokens,
        video_tokens, input_tokens_per_turn, cached_tokens_per_turn, extra,
    }
    OutputTokensDetails {
        always reasoning_tokens, audio_tokens, image_tokens, text_tokens,
        accepted_prediction_tokens, rejected_prediction_tokens, tool_output_tokens,
        output_tokens_per_turn, tool_output_tokens_per_turn, extra,
    }
    CostDetails {
        upstream_inference_cost, upstream_inference_input_cost,
        upstream_inference_output_cost, server_tool_cost, extra,
    }
    Message {
        id, status, always role, phase, content, metadata,
        internal_chat_message_metadata_passthrough, extra,
    }
    FunctionCall {
        id, status, always call_id, always name, always arguments, namespace, r#async,
        caller, subagent_id, subagent_items, created_by, item_id, output_index, metadata,
        internal_chat_message_metadata_passthrough, extra,
    }
    FunctionCallOutput {
        id, status, always call_id, output, name, namespace, caller, created_by, metadata,
        internal_chat_message_metadata_passthrough, extra,
    }
    CustomToolCall {
        id, status, always call_id, always name, always input, namespace, r#async, caller,
        created_by, metadata,
        internal_chat_message_metadata_passthrough, extra,
    }
    CustomToolCallOutput {
        id, status, always call_id, output, caller, name, created_by, metadata,
        internal_chat_message_metadata_passthrough, extra,
    }
    ReasoningItem {
        id, status, summary, content, encrypted_content, format, signature, created_by,
        metadata,
        internal_chat_message_metadata_passthrough, extra,
    }
    SummaryText {
        always text, extra,
    }
    WebSearchCall {
        id, status, action, metadata,
        internal_chat_message_metadata_passthrough, extra,
    }
    SearchAction {
        query, queries, sources, extra,
    }
    UrlSource {
        always url, title, extra,
    }
    InputText {
        always text, prompt_cache_breakpoint, extra,
    }
    InputImage {
        detail, image_url, file_id, prompt_cache_breakpoint, extra,
    }
    InputFile {
        filename, file_data, file_url, file_id, detail, prompt_cache_breakpoint, extra,
    }
    OutputText {
        always text, annotations, logprobs, refusal, extra,
    }
    Refusal {
        always refusal, extra,
    }
    ReasoningText {
        always text, signature, extra,
    }
    UrlCitation {
        always url, title, start_index, end_index, content, extra,
    }
    FileCitation {
        always file_id, filename, index, extra,
    }
    ErrorResponse {
        error, openrouter_metadata, user_id, r#type, request_id, code, message, detail,
        status, name, extra,
    }
    ErrorBody {
        code, always message, r#type, error_type, http_status, param, headers, metadata,
        availability, misalignment, extra,
    }
    ErrorMetadata {
        error_type, provider_name, provider_code, raw, previous_errors, reasons,
        flagged_input, model_slug, patterns, headers, is_byok, extra,
    }
    ErrorEvent {
        code, message, param, error, error_type, metadata, status, status_code, request_id,
        openrouter_metadata, sequence_number, response_id, extra,
    }
    ResponseEvent {
        response, copilot_usage, sequence_number, response_id, extra,
    }
    ItemEvent {
        output_index, item, sequence_number, response_id, extra,
    }
    PartEvent {
        always item_id, always output_index, always content_index, part, sequence_number,
        response_id, extra,
    }
    TextDelta {
        always item_id, always output_index, always content_index, always delta, logprobs,
        sequence_number, obfuscation, response_id, extra,
    }
    TextDone {
        always item_id, always output_index, always content_index, always text, logprobs,
        sequence_number, response_id, extra,
    }
    ItemDelta {
        always item_id, always output_index, always delta, sequence_number, obfuscation,
        response_id, extra,
    }
    ItemProgress {
        always item_id, always output_index, sequence_number, response_id, extra,
    }
    ArgumentsDone {
        always item_id, always output_index, name, always arguments, sequence_number, response_id, extra,
    }
    Reasoning {
        effort, summary, enabled, max_tokens, context, exclude, mode, generate_summary, extra,
    }
    TextConfig {
        format, verbosity, extra,
    }
    PlainTextFormat {
        extra,
    }
    JsonSchemaFormat {
        always name, description, always schema, strict, extra,
    }
    FunctionTool {
        always name, description, parameters, strict, allowed_callers, r#async,
        defer_loading, output_schema, extra,
    }
}
