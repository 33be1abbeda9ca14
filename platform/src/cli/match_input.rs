//! What `match` and `why` are given: needs and people from files, an engine over the people, and refusals told in full.

use std::io::IsTerminal;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::Context;
use chrono::{Datelike, NaiveDate};
use matching::engine::Engine;
use matching::input::{NeedText, Profile};
use matching::weights::Weights;
use programme::intake::{Reading, Strictness};
use programme::record::{Need, Person};
use programme::seal::hex;
use sm3::{Digest, Sm3};

use super::model::ModelArgs;
use crate::embedding::{Encoding, Weighting, give_vectors};
use crate::exchange;

/// `--needs`, `--people` and `--model`, shared by the commands that match.
#[derive(Debug, clap::Args)]
pub struct InputArgs {
    /// 需求，JSON Lines 或 XLSX，UTF-8
    #[arg(long, value_name = "FILE")]
    needs: PathBuf,
    /// 人员及成果，JSON Lines 或 XLSX，UTF-8
    #[arg(long, value_name = "FILE")]
    people: PathBuf,
    #[command(flatten)]
    model: ModelArgs,
}

/// Needs and people, read and found good.
pub struct Input {
    /// The needs, in the order of the file.
    pub needs: Vec<Need>,
    /// The people, in the order of the file.
    pub people: Vec<Person>,
    /// SM3 of the file of needs.
    pub needs_hash: String,
    /// SM3 of the file of people.
    pub people_hash: String,
    /// The embedding model with the vectors it gave before, if one is wanted and there.
    pub encoding: Option<Encoding>,
    /// The weights to rank by.
    pub weighting: Weighting,
}

/// What the engine needs.
pub struct Ready {
    /// The people, indexed.
    pub engine: Engine,
    /// The needs as the engine reads them, in the order of the file.
    pub needs: Vec<NeedText>,
}

impl InputArgs {
    /// Reads both files. What is wrong in them is listed on standard error and gives nothing.
    pub fn read(&self) -> anyhow::Result<Option<Input>> {
        Input::read(&self.needs, &self.people, &self.model)
    }
}

impl Input {
    /// Reads needs and people from these files, as [`InputArgs::read`] does.
    pub fn read(needs_file: &Path, people_file: &Path, model: &ModelArgs) -> anyhow::Result<Option<Self>> {
        let encoding = model.open()?;
        let weighting = model.weighting(encoding.as_ref())?;
        let needs = good(needs_file, exchange::load_needs(needs_file, Strictness::Lenient)?);
        let people = good(people_file, exchange::load_people(people_file, Strictness::Lenient)?);
        let (Some(needs), Some(people)) = (needs, people) else { return Ok(None) };
        let (needs_hash, people_hash) = (hash_of(needs_file)?, hash_of(people_file)?);
        Ok(Some(Self { needs, people, needs_hash, people_hash, encoding, weighting }))
    }

    /// Indexes the people, the age of works counted from the year of the date, and reads the needs; texts get their vectors
    /// when there is a model. A refusal is told on standard error.
    pub fn ready(&mut self, date: Option<NaiveDate>) -> anyhow::Result<Option<Ready>> {
        let weights =
            Weights { reference_year: date.map(|date| date.year()), ..self.weighting.trained.weights.clone() };
        let (profiles, needs) = self.texts()?;
        let engine = Engine::build(profiles, weights)
            .inspect_err(|refusal| eprintln!("人员文件：编号重复（{refusal}）；请删去重复的记录"));
        Ok(engine.ok().map(|engine| Ready { engine, needs }))
    }

    /// People and needs as the engine reads them, with their vectors when there is a model.
    pub fn texts(&mut self) -> anyhow::Result<(Vec<Profile>, Vec<NeedText>)> {
        let mut profiles: Vec<Profile> = self.people.iter().map(exchange::profile).collect();
        let mut needs: Vec<NeedText> = self.needs.iter().map(exchange::need_text).collect();
        if let Some(encoding) = &mut self.encoding {
            give_vectors(encoding, &mut needs, &mut profiles, &|done, all| {
                progress("计算向量", done, all);
                ControlFlow::Continue(())
            })?;
        }
        Ok((profiles, needs))
    }
}

/// Shows on a terminal how far `what` is.
pub fn progress(what: &str, done: usize, total: usize) {
    if std::io::stderr().is_terminal() {
        eprint!("\r{what} {done}/{total}{}", if done == total { "\n" } else { "" });
    }
}

/// The records, if nothing is wrong with them; what is wrong is listed on standard error.
pub fn good<T>(path: &Path, reading: Reading<T>) -> Option<Vec<T>> {
    let name = path.display();
    for note in &reading.notes {
        eprintln!("提示：{name} {}：{}（共 {} 处）", note.first, note.message, note.count);
    }
    for problem in reading.problems.listed() {
        eprintln!("{name} {}：{}", problem.place, problem.message);
    }
    let count = reading.problems.count();
    if count > 0 {
        eprintln!("{name} 有 {count} 个问题，没有读入");
    }
    (count == 0).then_some(reading.records)
}

fn hash_of(path: &Path) -> anyhow::Result<String> {
    let bytes = std::fs::read(path).with_context(|| format!("读取 {}", path.display()))?;
    Ok(hex(&Sm3::digest(bytes)))
}
