//! The `zongshi` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    platform::cli::main()
}
