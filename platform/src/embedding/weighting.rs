//! The weights in use: the published ones, or those that `zongshi train` wrote into the folder of the model.

use std::fs;
use std::path::Path;

use matching::train::Trained;
use matching::weights::{PUBLISHED, Weights};
use programme::seal::hex;
use sm3::{Digest as _, Sm3};

use super::folder::place;
use super::{Model, ModelRefusal};

/// The file of trained weights in a model's folder.
pub const WEIGHTS: &str = "weights.json";

/// Figures of its hash by which a file of weights is named.
const NAMED_BY: usize = 12;

/// Weights with the name by which a run tells them.
#[derive(Clone, Debug, PartialEq)]
pub struct Weighting {
    /// The weights, with what they were measured by.
    pub trained: Trained,
    /// [`Weights::VERSION`], or `trained-` with the beginning of the SM3 of the file.
    pub version: String,
}

impl Weighting {
    /// The weights that the program brings.
    pub fn published() -> Self {
        Self { trained: PUBLISHED.clone(), version: Weights::VERSION.to_owned() }
    }

    /// The weights in the folder that `--model` names, or in that of the installed model; the published ones when there are none.
    /// Weights that were learnt with another model's vectors than these are refused: their levels would be wrong.
    pub fn open(choice: Option<&str>, data: &Path, model: Option<&Model>) -> Result<Self, ModelRefusal> {
        let Some(file) = place(choice, data).map(|folder| folder.join(WEIGHTS)).filter(|file| file.is_file()) else {
            return Ok(Self::published());
        };
        let unusable = |fault: &dyn std::fmt::Display| ModelRefusal(format!("权重 {} 不能用：{fault}", file.display()));
        let text = fs::read_to_string(&file).map_err(|fault| unusable(&fault))?;
        let trained = Trained::read(&text).map_err(|fault| unusable(&fault))?;
        if let Some(model) = model.filter(|model| trained.model != "none" && trained.model != model.identity()) {
            return Err(unusable(&format!(
                "训练时的向量模型是 {}，现在的是 {}；请用原模型，或重新训练",
                trained.model,
                model.identity()
            )));
        }
        let hash = hex(&Sm3::digest(text));
        Ok(Self { trained, version: format!("trained-{}", &hash[..NAMED_BY]) })
    }
}

/// Whether a folder holds trained weights and no model: they were learnt by words alone.
pub(super) fn stands_alone(folder: &Path) -> bool {
    let names = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.file_name());
    folder.is_dir() && names.into_iter().collect::<Vec<_>>() == [WEIGHTS]
}
