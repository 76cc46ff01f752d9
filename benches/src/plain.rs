//! Handwritten structs with serde's derive for one delta and one short response, to compare encoding.
//! They have the same members as the values of `orouter-wire`.

use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
pub struct Delta {
    pub r#type: String,
    pub item_id: String,
    pub output_index: u32,
    pub content_index: u32,
    pub delta: String,
    pub logprobs: Vec<u32>,
    pub sequence_number: u32,
}

#[derive(Serialize, Deserialize)]
pub struct Message {
    pub r#type: String,
    pub id: String,
    pub status: String,
    pub role: String,
    pub content: Vec<Text>,
}

#[derive(Serialize, Deserialize)]
pub struct Text {
    pub r#type: String,
    pub text: String,
    pub annotations: Vec<u32>,
    pub logprobs: Vec<u32>,
}
