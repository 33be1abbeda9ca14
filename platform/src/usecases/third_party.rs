//! A third party that the province has engaged matches with less than we know (3.2a, P1).
//!
//! It gets needs and people under pseudonyms (HMAC-SM3 under a key of the round), without names, units, birth dates or
//! numbers, and gives back a signed ranking. A wrong signature, an unknown pseudonym or a pair that a rule refuses refuses the
//! result whole; what is taken becomes a run like any other, with the third party named, and goes through the same checks.

use std::collections::{BTreeMap, HashMap};

use anyhow::Context as _;
use hmac::{Hmac, Mac};
use matching::evaluate::{Ranked, read_trec};
use programme::clause;
use programme::process::round::{IMPACT_NUMBER, MATCHER};
use programme::process::{Kind, Matter, Stage};
use programme::record::{Need, Person};
use programme::seal::hex;
use serde_json::json;
use sm3::{Digest, Sm3};
use store::audit::{self, Entry};
use store::matter::{self, Link};
use store::{By, Tx};

use super::Desk;
use super::matching::Wishes;
use super::runs::{self, Materials};
use super::seal::{self, Keys, Place};
use super::token;
use crate::clock::today;
use crate::exchange::to_jsonl;

/// Largest result that is read.
pub const RESULT_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Problems that are listed.
pub const PROBLEMS_LISTED_MAX: usize = 50;
const KEY_BYTES: usize = 32;
/// Hexadecimal digits of a pseudonym: 64 bits, so that no two of a million people meet.
const PSEUDONYM_DIGITS: usize = 16;
const KEY_FIELD: &str = "matcher_key";

/// What is handed over.
#[derive(Clone, Debug)]
pub struct Package {
    /// How many needs.
    pub needs: usize,
    /// How many people.
    pub people: usize,
    needs_jsonl: String,
    people_jsonl: String,
    manifest: String,
    key: String,
}

impl Package {
    /// Names and texts of the files that hold data, without the key.
    pub fn data(&self) -> [(&'static str, &str); 3] {
        let [needs, people, manifest, _] = self.files();
        [needs, people, manifest]
    }

    /// Names and texts of the files. The key goes another way than the data.
    pub fn files(&self) -> [(&'static str, &str); 4] {
        [
            ("needs.jsonl", &self.needs_jsonl),
            ("people.jsonl", &self.people_jsonl),
            ("manifest.json", &self.manifest),
            ("matcher.key", &self.key),
        ]
    }
}

/// The rounds for which a third party is engaged now, the oldest first.
pub async fn engagements(tx: &mut Tx) -> anyhow::Result<Vec<Matter>> {
    let rounds = matter::linked(tx, Link::OfKind(Kind::Round)).await?;
    Ok(rounds.into_iter().filter(|round| hindrance(round).is_none()).collect())
}

/// Makes the package of a round, or says why the round may hand nothing over.
pub async fn export(desk: &Desk, by: &By<'_>, keys: &Keys, round: &str) -> anyhow::Result<Result<Package, String>> {
    let (round, matcher) = match engaged(&mut desk.database.read().await?, round).await? {
        Ok(engaged) => engaged,
        Err(problem) => return Ok(Err(problem)),
    };
    let materials = materials(desk, by, &round).await?;
    let mut tx = desk.database.write().await?;
    let secret = match secret(&mut tx, keys, &round.id).await? {
        Some(secret) => secret,
        None => draw(&mut tx, keys, by, &round.id).await?,
    };
    let names = Pseudonyms { secret };
    let needs: Vec<Need> = materials.all_needs().iter().map(|need| names.need(need)).collect();
    let everybody = materials.collection().people();
    let people: Vec<Person> =
        everybody.filter(|person| !materials.is_opted_out(&person.id)).map(|person| names.person(person)).collect();
    let (needs_jsonl, people_jsonl) = (to_jsonl(&needs), to_jsonl(&people));
    let manifest = json!({
        "round": round.id,
        "matcher": matcher,
        "made": by.at,
        "needs": needs.len(),
        "people": people.len(),
        "sm3": { "needs.jsonl": sm3(&needs_jsonl), "people.jsonl": sm3(&people_jsonl) },
        "result": "run.trec: need_id Q0 person_id rank score name; run.trec.sig: HMAC-SM3 of its bytes under matcher.key, hexadecimal",
    });
    let entry = Entry { clause: Some(clause!("P1")), ..Entry::done("export_matcher", "round", &round.id) };
    let detail = json!({ "matcher": matcher, "needs": needs.len(), "people": people.len() });
    audit::append(&mut tx, by, entry.with(detail)).await?;
    tx.commit().await?;
    Ok(Ok(Package {
        needs: needs.len(),
        people: people.len(),
        needs_jsonl,
        people_jsonl,
        manifest: serde_json::to_string_pretty(&manifest)?,
        key: hex(&names.signing_key()),
    }))
}

/// Takes a signed result as a run and gives its number, or every problem.
pub async fn import(
    desk: &Desk,
    by: &By<'_>,
    keys: &Keys,
    round: &str,
    result: &[u8],
    signature: &[u8],
) -> anyhow::Result<Result<i64, Vec<String>>> {
    let mut tx = desk.database.read().await?;
    let (round, matcher) = match engaged(&mut tx, round).await? {
        Ok(engaged) => engaged,
        Err(problem) => return Ok(Err(vec![problem])),
    };
    let Some(secret) = secret(&mut tx, keys, &round.id).await? else {
        return Ok(Err(vec!["本批次没有向第三方导出过数据，请先运行 zongshi export matcher".to_owned()]));
    };
    drop(tx);
    let names = Pseudonyms { secret };
    let text = match names.genuine(result, signature) {
        Ok(text) => text,
        Err(problem) => return Ok(Err(vec![problem])),
    };
    let materials = materials(desk, by, &round).await?;
    let ranked = match names.back(text, &materials) {
        Ok(ranked) => ranked,
        Err(problems) => return Ok(Err(problems)),
    };
    let third_party = format!("第三方：{matcher}");
    let wishes = runs::frozen(&round).unwrap_or_default();
    let found = tokio::task::spawn_blocking(move || runs::found_by(&materials, &ranked, &wishes, &third_party));
    let found = match found.await.context("judge a third party's result in the background")?? {
        Ok(found) => found,
        Err(mut problems) => {
            problems.truncate(PROBLEMS_LISTED_MAX);
            return Ok(Err(problems));
        }
    };
    let mut tx = desk.database.write().await?;
    let run = runs::keep(&mut tx, by, &found).await?;
    let entry = Entry { clause: Some(clause!("3.2a")), ..Entry::done("import_matcher", "round", &round.id) };
    audit::append(&mut tx, by, entry.with(json!({ "matcher": matcher, "run": run }))).await?;
    tx.commit().await?;
    Ok(Ok(run))
}

/// The round and its third party, when both the engagement and the impact assessment are on record.
async fn engaged(tx: &mut Tx, round: &str) -> anyhow::Result<Result<(Matter, String), String>> {
    let found = matter::find(tx, round).await?.map(|kept| kept.matter).filter(|round| round.kind() == Kind::Round);
    let Some(round) = found else { return Ok(Err(format!("没有编号为 {round} 的批次"))) };
    let matcher = round.body.text(&MATCHER).to_owned();
    Ok(hindrance(&round).map_or(Ok((round, matcher)), Err))
}

/// Why the round may hand nothing over and take nothing back.
fn hindrance(round: &Matter) -> Option<String> {
    if !matches!(round.stage, Stage::RoundOpen | Stage::RoundCollected) {
        Some(format!("批次“{}”，须在征集需求或匹配对接期间（{}）", round.stage.chinese(), clause!("3.2a").chinese()))
    } else if !round.body.has(&IMPACT_NUMBER) {
        Some(format!("批次尚未登记个人信息保护影响评估（{}）", clause!("P1").chinese()))
    } else if !round.body.has(&MATCHER) {
        Some(format!("批次尚未登记第三方匹配机构（{}）", clause!("3.2a").chinese()))
    } else {
        None
    }
}

async fn materials(desk: &Desk, by: &By<'_>, round: &Matter) -> anyhow::Result<Materials> {
    let wishes = Wishes { round: Some(round.id.clone()), ..Wishes::default() };
    runs::materials(desk, today(by.at), &wishes).await
}

/// The secret of a round lies sealed: a copy of the database alone names nobody.
async fn secret(tx: &mut Tx, keys: &Keys, round: &str) -> anyhow::Result<Option<String>> {
    let kept = seal::opened(tx, keys, ("round", round)).await?;
    Ok(kept.into_iter().find(|(field, _)| field == KEY_FIELD).map(|(_, secret)| secret))
}

async fn draw(tx: &mut Tx, keys: &Keys, by: &By<'_>, round: &str) -> anyhow::Result<String> {
    let mut bytes = [0; KEY_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("draw a key: {error}"))?;
    let secret = hex(&bytes);
    let place = Place { record: "round", id: round, field: KEY_FIELD };
    seal::keep(tx, keys, by.at, &[(place, &secret)]).await?;
    Ok(secret)
}

fn sm3(text: &str) -> String {
    hex(&Sm3::digest(text.as_bytes()))
}

/// Names of a round for a third party, from its secret alone: the same export twice gives the same names.
struct Pseudonyms {
    secret: String,
}

impl Pseudonyms {
    fn mac(&self, use_for: &str) -> Hmac<Sm3> {
        token::keyed(self.secret.as_bytes()).chain_update(use_for).chain_update(b"|")
    }

    fn of(&self, letter: &str, id: &str) -> String {
        format!("{letter}{}", &hex(&self.mac(letter).chain_update(id).finalize().into_bytes())[..PSEUDONYM_DIGITS])
    }

    /// The key of signatures follows from the secret, and the secret not from it.
    fn signing_key(&self) -> Vec<u8> {
        self.mac("signature").finalize().into_bytes().to_vec()
    }

    /// What is to be solved, without who asks.
    fn need(&self, need: &Need) -> Need {
        let name = need.enterprise.as_ref().and_then(|enterprise| enterprise.name.as_deref());
        let hidden = |text: &str| without(text, name, "某企业");
        Need {
            id: self.of("N", &need.id),
            title: hidden(&need.title),
            content: hidden(&need.content),
            keywords: need.keywords.iter().map(|word| hidden(word)).collect(),
            industry: need.industry.clone(),
            enterprise: None,
            posts: need.posts,
        }
    }

    /// What somebody has done, without who it is.
    fn person(&self, person: &Person) -> Person {
        let hidden = |text: &str| {
            let text = without(text, person.name.as_deref(), "某人");
            without(&text, person.unit.as_deref(), "某单位")
        };
        let mut known = person.clone();
        known.id = self.of("P", &person.id);
        (known.name, known.unit, known.birth) = (None, None, None);
        known.team = person.team.as_deref().map(|team| self.of("T", team));
        known.directions = person.directions.as_deref().map(hidden);
        for work in &mut known.works {
            work.id = self.of("W", &work.id);
            work.title = hidden(&work.title);
            work.summary = hidden(&work.summary);
        }
        known
    }

    /// The text of a result whose signature is right.
    fn genuine<'a>(&self, result: &'a [u8], signature: &[u8]) -> Result<&'a str, String> {
        if result.len() > RESULT_BYTES_MAX {
            return Err(format!("结果文件 {} 字节，最多 {RESULT_BYTES_MAX} 字节", result.len()));
        }
        let mac = token::keyed(&self.signing_key()).chain_update(result);
        let given = std::str::from_utf8(signature).ok().and_then(unhex).unwrap_or_default();
        mac.verify_slice(&given).map_err(|_| "签名不符：文件被改动，或不是用本批次 matcher.key 签的名".to_owned())?;
        std::str::from_utf8(result).map_err(|_| "结果文件应为 UTF-8 文本".to_owned())
    }

    /// The ranking under our own ids; every name that was never given out is a problem.
    fn back(&self, text: &str, materials: &Materials) -> Result<BTreeMap<String, Vec<Ranked>>, Vec<String>> {
        let run = read_trec(text).map_err(|problems| {
            let listed = problems.into_iter().take(PROBLEMS_LISTED_MAX);
            listed.map(|one| format!("第 {} 行：{}", one.line, one.problem)).collect::<Vec<_>>()
        })?;
        let needs: HashMap<String, &str> =
            materials.all_needs().iter().map(|need| (self.of("N", &need.id), need.id.as_str())).collect();
        let people: HashMap<String, &str> =
            materials.collection().people().map(|person| (self.of("P", &person.id), person.id.as_str())).collect();
        let (mut ranked, mut problems) = (BTreeMap::new(), Vec::new());
        for (need, list) in run {
            let Some(id) = needs.get(&need) else {
                problems.push(format!("没有化名为 {need} 的需求"));
                continue;
            };
            let mut own = Vec::new();
            for one in list {
                match people.get(&one.person) {
                    Some(person) => own.push(Ranked { person: (*person).to_owned(), ..one }),
                    None => problems.push(format!("没有化名为 {} 的人员", one.person)),
                }
            }
            ranked.insert((*id).to_owned(), own);
        }
        problems.truncate(PROBLEMS_LISTED_MAX);
        if problems.is_empty() { Ok(ranked) } else { Err(problems) }
    }
}

fn without(text: &str, name: Option<&str>, instead: &str) -> String {
    match name.filter(|name| !name.trim().is_empty()) {
        Some(name) => text.replace(name, instead),
        None => text.to_owned(),
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim().as_bytes();
    let pairs = digits.chunks_exact(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    if digits.len().is_multiple_of(2) { pairs.collect() } else { None }
}

#[cfg(test)]
mod tests {
    //! 1. Nothing that names anybody goes out.
    //! 2. The same round gives the same names, another round others.
    //! 3. A result is taken with the right signature alone.

    use programme::record::{Enterprise, Work};

    use super::*;

    fn names(secret: &str) -> Pseudonyms {
        Pseudonyms { secret: secret.to_owned() }
    }

    #[test]
    fn nothing_that_names_anybody_goes_out() {
        let enterprise = Enterprise { name: Some("甲乙机械（演示）".to_owned()), ..Enterprise::default() };
        let content = "甲乙机械（演示）的轧辊磨损快".to_owned();
        let need = Need { id: "need-1".to_owned(), content, enterprise: Some(enterprise), ..Need::default() };
        let person = Person {
            id: "p1".to_owned(),
            name: Some("张演示".to_owned()),
            unit: Some("示例大学".to_owned()),
            birth: chrono::NaiveDate::from_ymd_opt(1980, 1, 1),
            team: Some("轧辊团队".to_owned()),
            works: vec![Work {
                id: "w1".to_owned(), title: "示例大学张演示的轧辊".to_owned(), ..Work::default()
            }],
            ..Person::default()
        };
        let names = names("a");
        let out = format!("{}{}", to_jsonl(&[names.need(&need)]), to_jsonl(&[names.person(&person)]));
        for secret in ["甲乙机械", "张演示", "示例大学", "1980", "轧辊团队", "need-1", "\"p1\"", "\"w1\""]
        {
            assert!(!out.contains(secret), "{secret}: {out}");
        }
        assert!(out.contains("某企业的轧辊磨损快") && out.contains("某单位某人的轧辊"));
    }

    #[test]
    fn a_round_gives_the_same_names_and_another_round_others() {
        assert_eq!(names("a").of("P", "p1"), names("a").of("P", "p1"));
        assert_ne!(names("a").of("P", "p1"), names("b").of("P", "p1"));
        assert_ne!(names("a").of("P", "p1")[1..], names("a").of("N", "p1")[1..]);
        assert_eq!(names("a").of("P", "p1").len(), 1 + PSEUDONYM_DIGITS);
    }

    #[test]
    fn a_result_is_taken_with_the_right_signature_alone() {
        let sign = |secret: &str, text: &[u8]| token::signature(&names(secret).signing_key(), text);
        let result = b"N1 Q0 P1 1 0.5 x\n";
        let right = sign("a", result);
        assert!(names("a").genuine(result, right.as_bytes()).is_ok());
        assert!(names("a").genuine(result, format!("{right}\n").as_bytes()).is_ok());
        for (text, signature) in [
            (&b"N1 Q0 P1 1 0.6 x\n"[..], right.as_str()),
            (result, &sign("b", result)),
            (result, ""),
            (result, "zz"),
            (result, &right[..32]),
        ] {
            assert!(names("a").genuine(text, signature.as_bytes()).is_err(), "{signature}");
        }
    }
}
