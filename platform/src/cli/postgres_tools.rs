//! PostgreSQL's own programs, which dump and load a database better than we could.

use std::process::{Command, Stdio};

use anyhow::Context as _;

use super::database::split_password;

/// Runs `pg_dump` or `psql` on a database. The password goes by the environment: arguments are seen by everybody on the
/// machine. Gives what the program complained of when it failed.
pub fn run(program: &str, address: &str, arguments: &[&str]) -> anyhow::Result<Result<(), String>> {
    let mut command = Command::new(program);
    match split_password(address) {
        Some((before, password, after)) => {
            command.arg(format!("--dbname={before}{after}")).env("PGPASSWORD", decoded(password));
        }
        None => _ = command.arg(format!("--dbname={address}")),
    }
    let output = match command.args(arguments).stdin(Stdio::null()).output() {
        Ok(output) => output,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(Err(format!(
                "没有找到 {program}，请先安装 PostgreSQL 客户端（Debian 软件包 postgresql-client）"
            )));
        }
        Err(error) => return Err(error).with_context(|| format!("运行 {program}")),
    };
    if output.status.success() {
        return Ok(Ok(()));
    }
    Ok(Err(format!("{program} 未成功：{}", String::from_utf8_lossy(&output.stderr).trim())))
}

/// Undoes the percent signs of an address.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match hex.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_signs_of_a_password_are_undone_and_loose_ones_kept() {
        for (written, meant) in [("a%40b", "a@b"), ("%E6%98%8E", "明"), ("100%", "100%"), ("%zz", "%zz"), ("", "")] {
            assert_eq!(decoded(written), meant);
        }
    }

    #[test]
    fn a_program_that_is_not_there_is_named_with_the_package_that_has_it() {
        let refusal = run("no-such-program", "postgres://db/zongshi", &[]).unwrap().unwrap_err();
        assert!(refusal.contains("no-such-program") && refusal.contains("postgresql-client"), "{refusal}");
    }
}
