//! Constructors of replies of a model: text, refusals, calls and whole responses.

use orouter_wire::{
    ContentPart, FunctionCall, Item, ItemStatus, Message, OutputText, Refusal, Response,
    ResponseStatus, Usage,
};

use super::reply::Reply;

impl Reply {
    /// Returns a completed response with this text.
    ///
    /// Like all replies of a model, it is sent as a stream of events if the request sets `stream`,
    /// and as one JSON body otherwise. Its `model` is that of the request, its usage 10 input tokens
    /// and 5 output tokens.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::message(ContentPart::OutputText(OutputText::new(text)))
    }

    /// Returns a completed response in which the model refuses with this text.
    #[must_use]
    pub fn refusal(refusal: impl Into<String>) -> Self {
        Self::message(ContentPart::Refusal(Refusal::new(refusal)))
    }

    /// Returns a completed response that calls a function. The arguments are JSON: text, or a value
    /// such as `json!({"city": "Paris"})`. Text that is not JSON is sent unchanged, as some models do.
    ///
    /// The first call that a transport plays has the `call_id` `call_1`, the next one `call_2`.
    #[must_use]
    pub fn tool_call(name: impl Into<String>, arguments: impl ToString) -> Self {
        Self::tool_calls([(name, arguments)])
    }

    /// Returns a completed response that calls several functions; see [`tool_call`](Self::tool_call).
    #[must_use]
    pub fn tool_calls<N: Into<String>, A: ToString>(
        calls: impl IntoIterator<Item = (N, A)>,
    ) -> Self {
        let calls = calls.into_iter().map(|(name, arguments)| {
            let mut call = FunctionCall::new("", name, arguments.to_string());
            call.status = Some(ItemStatus::Completed);
            Item::from(call)
        });
        Self::output(calls.collect())
    }

    /// Returns this response.
    ///
    /// Members that are empty are filled in: the ids of the response and its items, the `call_id`s of
    /// function calls and custom tool calls, the model, and the times. A response whose status is
    /// still `in_progress` is sent as completed, or as failed or incomplete if it has an `error` or
    /// `incomplete_details`.
    #[must_use]
    pub fn response(response: Response) -> Self {
        Self::status(200).with_response(response)
    }

    /// Sets the usage of the model's reply, also its cost. Replies that are not of a model are not
    /// changed.
    #[must_use]
    pub fn usage(self, usage: Usage) -> Self {
        self.change_response(|response| response.usage = Some(usage))
    }

    fn message(part: ContentPart) -> Self {
        let message = Message::assistant([part]).status(ItemStatus::Completed);
        Self::output(vec![message.into()])
    }

    fn output(output: Vec<Item>) -> Self {
        let mut response = Response::new("", "");
        response.status = ResponseStatus::Completed;
        response.output = output;
        response.usage = Some(Usage::new(10, 5));
        Self::response(response)
    }
}
