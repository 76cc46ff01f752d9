//! p
#![allow(clippy::unwrap_used)]
use orouter_local::*;
use std::time::Instant;
fn main(){
 let a: Vec<String> = std::env::args().collect();
 let t=Instant::now();
 let e = Engine::load(std::path::Path::new(&a[1]), EngineOptions::default()).unwrap();
 println!("load {:?}", t.elapsed());
 let mut p = Prompt::user(a[2].clone());
 if let Some(s) = a.get(3) { if s.starts_with('{') { p.constraint = Some(Constraint::JsonSchema(serde_json::from_str(s).unwrap())); } else if s.starts_with("start:") { p.constraint = Some(Constraint::Lark(s.clone())); } else if !s.is_empty() { p.constraint = Some(Constraint::Regex(s.clone())); } }
 if let Some(s) = a.get(4) { p.stop = vec![s.clone()]; }
 p.max_output_tokens = Some(300);
 let t=Instant::now();
 let mut g = e.generate(p).unwrap();
 println!("generate {:?}", t.elapsed());
 while let Some(s) = g.blocking_next() { match s.unwrap() { Step::Text(t) => { print!("{t}"); use std::io::Write; std::io::stdout().flush().unwrap(); } o => println!("[{o:?} {:?}]", t.elapsed()) } }
 let s = std::fs::read_to_string("/proc/self/status").unwrap();
 for l in s.lines().filter(|l| l.starts_with("VmHWM") || l.starts_with("VmRSS")) { println!("{l}"); }
}
