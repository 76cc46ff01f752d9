//! A small language model in this process: chat in, text out.
