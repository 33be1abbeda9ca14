//! Model folders: what lies in one, and which are installed.

use std::fs;
use std::path::{Path, PathBuf};

use matching::encoder::{Encoder, Parts};

use super::install::PACKAGE;
use super::{ModelRefusal, sha256};

/// The file of a static table, made by `zongshi model distil`.
pub const TABLE: &str = "table.zst1";

/// The file that marks a published model; `tokenizer.json` and `model.safetensors` belong to it.
const CONFIG: &str = "config.json";

/// Where a data folder keeps its models.
pub fn models_folder(data: &Path) -> PathBuf {
    data.join("models")
}

/// The model that is used when none is named: the one that `zongshi model install` puts there.
pub fn default_model(data: &Path) -> Option<PathBuf> {
    let folder = models_folder(data).join(PACKAGE.model);
    folder.is_dir().then_some(folder)
}

/// Where the model lies that `--model` names: nowhere for `none` or an address, the installed one's folder when nothing is named.
pub fn place(choice: Option<&str>, data: &Path) -> Option<PathBuf> {
    match choice {
        Some("none") => None,
        Some(url) if is_address(url) => None,
        Some(path) => Some(PathBuf::from(path)),
        None => default_model(data),
    }
}

/// Whether a model is asked for over the network.
pub(super) fn is_address(choice: &str) -> bool {
    choice.starts_with("http://") || choice.starts_with("https://")
}

/// The files of a published model, those that every one has first.
const PUBLISHED: [&str; 5] =
    [CONFIG, "tokenizer.json", "model.safetensors", "1_Pooling/config.json", "config_sentence_transformers.json"];

/// Copies the files of a model, or a model file, into a folder.
pub fn copy_model(from: &Path, into: &Path) -> std::io::Result<()> {
    if from.is_file() {
        return fs::copy(from, into.join(PACKAGE.file)).map(drop);
    }
    for name in [PACKAGE.file, TABLE].into_iter().chain(PUBLISHED) {
        let (file, copy) = (from.join(name), into.join(name));
        if file.is_file() && file != copy {
            copy.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::copy(file, copy)?;
        }
    }
    Ok(())
}

/// A model of the models folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installed {
    /// Its folder.
    pub folder: PathBuf,
    /// SHA-256 of its bytes and the numbers of a vector, or what is wrong with it.
    pub state: Result<(String, usize), ModelRefusal>,
}

/// The models of a data folder, by name.
pub fn installed(data: &Path) -> Vec<Installed> {
    let entries = fs::read_dir(models_folder(data)).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    let state = |folder: &Path| read(folder).map(|(identity, encoder)| (identity, encoder.dimensions()));
    folders.into_iter().map(|folder| Installed { state: state(&folder), folder }).collect()
}

/// Reads the model of a folder, or a model file; gives its identity with it.
pub(super) fn read(path: &Path) -> Result<(String, Encoder), ModelRefusal> {
    let files = if path.is_dir() {
        [PACKAGE.file, TABLE].map(|name| path.join(name))
    } else {
        [path.to_owned(), path.to_owned()]
    };
    match files.iter().find(|file| file.is_file()) {
        Some(file) => {
            let bytes = bytes(file)?;
            let encoder = Encoder::from_bytes(&bytes).map_err(|fault| unusable(file, &fault))?;
            Ok((sha256(&[&bytes]), encoder))
        }
        None if path.join(CONFIG).is_file() => read_published(path),
        None => Err(ModelRefusal(format!("{} 中没有模型：{}", path.display(), found_in(path)))),
    }
}

/// A BERT or XLM-R model in safetensors; its identity covers every file that is read.
fn read_published(folder: &Path) -> Result<(String, Encoder), ModelRefusal> {
    let [config, tokenizer, weights, pooling, prompts] = PUBLISHED;
    let [config, tokenizer, weights] = [config, tokenizer, weights].map(|name| bytes(&folder.join(name)));
    let (config, tokenizer, weights) = (config?, tokenizer?, weights?);
    let optional = |name: &str| {
        let file = folder.join(name);
        file.is_file().then(|| bytes(&file)).transpose()
    };
    let (pooling, prompts) = (optional(pooling)?, optional(prompts)?);
    let parts = Parts {
        config: &config,
        tokenizer: &tokenizer,
        weights: &weights,
        pooling: pooling.as_deref(),
        prompts: prompts.as_deref(),
    };
    let encoder = Encoder::from_parts(&parts).map_err(|fault| unusable(folder, &fault))?;
    let all = [&config[..], &tokenizer, &weights, parts.pooling.unwrap_or_default(), parts.prompts.unwrap_or_default()];
    Ok((sha256(&all), encoder))
}

fn bytes(file: &Path) -> Result<Vec<u8>, ModelRefusal> {
    fs::read(file).map_err(|fault| unusable(file, &fault))
}

fn unusable(path: &Path, fault: &dyn std::fmt::Display) -> ModelRefusal {
    ModelRefusal(format!("模型 {} 不能用：{fault}", path.display()))
}

/// What lies there instead, and what to do.
fn found_in(path: &Path) -> String {
    let out = format!(
        "请运行 zongshi model install，或用 --model 指定含 {}、{TABLE} 或 {CONFIG} 的目录，或写 --model none",
        PACKAGE.file
    );
    let Ok(entries) = fs::read_dir(path) else { return format!("没有这个目录；{out}") };
    let mut names: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names.truncate(8);
    let found =
        if names.is_empty() { "目录是空的".to_owned() } else { format!("目录中有 {}", names.join("、")) };
    format!("{found}；{out}")
}
