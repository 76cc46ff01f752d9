//! The orouter command: send, chat, serve, models.
fn main() {}
