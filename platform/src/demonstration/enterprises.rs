//! The 60 enterprises: written by hand in `data/enterprises.toml`, given codes, certificates and platforms by chance.

use chrono::Datelike as _;
use programme::record::{Enterprise, Qualification, QualificationKind};
use serde::Deserialize;

use super::chance::{Chance, Start, Stream};
use super::codes::credit_code;
use super::lexicon::{Phrases, embedded};

/// An enterprise as the data file states it.
#[derive(Deserialize)]
pub(super) struct Place {
    pub(super) name: String,
    region: String,
    /// GB/T 4754 class with its letter.
    pub(super) industry: String,
    business: String,
    /// Keys of the topics it has needs in.
    pub(super) topics: Phrases,
    /// Whether it is on 省国资委's list.
    #[serde(default)]
    supervised: bool,
    #[serde(default)]
    central: bool,
    /// Name of the enterprise above it, as the register states it.
    parent: Option<String>,
    /// Name of the enterprise that holds most of it, for holdings alone to tell.
    pub(super) majority: Option<String>,
}

#[derive(Deserialize)]
struct EnterpriseFile {
    platforms: Phrases,
    enterprise: Vec<Place>,
}

/// Enterprises of the data file, in its order.
pub(super) fn places() -> Vec<Place> {
    file().enterprise
}

fn file() -> EnterpriseFile {
    embedded(include_str!("data/enterprises.toml"))
}

/// One enterprise for each place.
pub(super) fn enterprises(start: Start, places: &[Place]) -> Vec<Enterprise> {
    let mut chance = Chance::new(start, Stream::Enterprises);
    let platforms = file().platforms;
    let code = |index: usize| credit_code("91", &places[index].region, index + 1);
    let code_of = |name: &String| places.iter().position(|place| place.name == *name).map(code);
    let enterprise = |(index, place): (usize, &Place)| Enterprise {
        name: Some(format!("{}（演示）", place.name)),
        credit_code: Some(code(index)),
        region: Some(place.region.clone()),
        main_business: Some(place.business.clone()),
        qualifications: qualifications(&mut chance, index, place),
        platforms: platforms_of(&mut chance, &platforms),
        supervised: place.supervised.then_some(true),
        parent: place.parent.as_ref().and_then(code_of),
        central: place.central.then_some(true),
        ..Enterprise::default()
    };
    places.iter().enumerate().map(enterprise).collect()
}

/// Most hold one or two valid certificates; every twelfth holds only a lapsed one, and one holds none at all.
fn qualifications(chance: &mut Chance, index: usize, place: &Place) -> Vec<Qualification> {
    match index {
        LAPSED_EVERY_FROM.. if index % LAPSED_EVERY == LAPSED_EVERY_FROM => {
            vec![certificate(chance, QualificationKind::HighTech, index, chance.notice_day.year() - 4)]
        }
        WITHOUT_ANY => Vec::new(),
        _ => {
            let mut kinds = vec![main_kind(chance, place)];
            if chance.percent(45) {
                kinds.push(*chance.pick(&[QualificationKind::LittleGiant, QualificationKind::SpecialisedSme]));
            }
            kinds.dedup();
            kinds
                .into_iter()
                .map(|kind| {
                    let newest = chance.notice_day.year() - 1;
                    let year = chance.between(newest - 1, newest);
                    certificate(chance, kind, index, year)
                })
                .collect()
        }
    }
}

const LAPSED_EVERY: usize = 12;
const LAPSED_EVERY_FROM: usize = 10;
const WITHOUT_ANY: usize = 37;

fn main_kind(chance: &mut Chance, place: &Place) -> QualificationKind {
    let services = place.industry.starts_with(['I', 'M']);
    match chance.below(10) {
        0..6 => QualificationKind::HighTech,
        6..9 if !services => QualificationKind::ScaleIndustrial,
        6..9 => QualificationKind::AdvancedService,
        _ => QualificationKind::SpecialisedSme,
    }
}

/// A certificate granted in `year`, valid for three years; the list of large enterprises has no last day.
fn certificate(chance: &mut Chance, kind: QualificationKind, index: usize, year: i32) -> Qualification {
    let prefix = match kind {
        QualificationKind::ScaleIndustrial => {
            return Qualification { kind, number: Some(format!("GS-DEMO-{:04}", index + 1)), valid_until: None };
        }
        QualificationKind::HighTech => "GR",
        QualificationKind::AdvancedService => "JF",
        QualificationKind::LittleGiant => "XJR",
        QualificationKind::SpecialisedSme => "ZJTX",
    };
    let (month, day) = *chance.pick(&[(10, 15), (11, 20), (12, 12), (9, 28)]);
    Qualification {
        kind,
        number: Some(format!("{prefix}{year}DEMO{:04}", index + 1)),
        valid_until: chrono::NaiveDate::from_ymd_opt(year + 3, month, day),
    }
}

fn platforms_of(chance: &mut Chance, platforms: &Phrases) -> Vec<String> {
    let count = *chance.pick(&[0, 0, 0, 1, 1, 2]);
    chance.some(platforms, count).into_iter().cloned().collect()
}
