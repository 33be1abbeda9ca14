//! Prints one of the reviewed texts: `process`, `stages` or `clauses`.

use programme::process::print;

fn main() {
    let text = match std::env::args().nth(1).as_deref() {
        Some("process") => print::process(),
        Some("stages") => print::stages(),
        Some("clauses") => print::clauses(),
        _ => "name one of: process, stages, clauses".to_owned(),
    };
    println!("{}", text.trim_end());
}
