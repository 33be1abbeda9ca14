//! The `zongshi` program.

fn main() {}
