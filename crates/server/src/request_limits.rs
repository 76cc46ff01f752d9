//! Maximum numbers of values in one request, counted before it is decoded.

/// Maximum numbers of values in one request. They are counted before the request is decoded, so
/// that a small body cannot become a large amount of memory; a request past a limit is a 400 that
/// names the member and the limit.
///
/// The defaults are several times what the longest agent histories need.
///
/// ```
/// use orouter_server::{Limits, RequestLimits};
/// let limits = Limits::default().request(RequestLimits::default().items(5_000));
/// assert_eq!(limits.request.items, 5_000);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestLimits {
    /// Items in `input`. Default 20,000.
    pub items: usize,
    /// Parts in the items: elements of their `content`, `output`, `summary` and other lists.
    /// Default 40,000.
    pub parts: usize,
    /// Tools, those in namespaces and items included. Default 4,096.
    pub tools: usize,
    /// Names in `models`. Default 64.
    pub models: usize,
    /// Bytes of one name in `model` or `models`, as written in the body. Default 256.
    pub model_name: usize,
    /// Plugins. Default 64.
    pub plugins: usize,
    /// Top-level members that the API does not define. Default 128.
    pub unknown_members: usize,
    /// Members of one item, part, tool or plugin, and members at the top level. Default 256.
    pub members: usize,
    /// Values within any top-level member other than `text` and those above, such as `metadata` or `provider`.
    /// Default 10,000.
    pub member_values: usize,
    /// Bytes of one string within any other top-level member but `instructions`, `text` and
    /// `prompt`, as written in the body. Default 65,536.
    pub member_string: usize,
    /// JSON values of the whole request: objects, lists, strings, numbers and literals. Default
    /// 500,000.
    pub values: usize,
    /// Objects and lists open around a value. Default 256.
    pub depth: usize,
}

impl Default for RequestLimits {
    fn default() -> Self {
        Self {
            items: 20_000,
            parts: 40_000,
            tools: 4_096,
            models: 64,
            model_name: 256,
            plugins: 64,
            unknown_members: 128,
            members: 256,
            member_values: 10_000,
            member_string: 65_536,
            values: 500_000,
            depth: 256,
        }
    }
}

/// Generates a setter for each limit.
macro_rules! setters {
    ($($name:ident),* $(,)?) => {
        impl RequestLimits {
            $(
                #[doc = concat!("Sets [`", stringify!($name), "`](Self::", stringify!($name), ").")]
                #[must_use]
                pub fn $name(mut self, limit: usize) -> Self {
                    self.$name = limit;
                    self
                }
            )*
        }
    };
}

setters!(
    items,
    parts,
    tools,
    models,
    model_name,
    plugins,
    unknown_members,
    members,
    member_values,
    member_string,
    values,
    depth,
);
