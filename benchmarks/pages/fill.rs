//! A province of full size: the demonstration's texts, many times over and mixed, with a match run over everything.

use platform::clock;
use platform::demonstration::{self, FIRST_ROUND};
use platform::usecases::token::Token;
use programme::access::{Actor, Role};
use programme::finding::Verdict;
use programme::record::{Enterprise, Misconduct, Need, Person, Shareholder, Unit, Work};
use serde_json::json;
use store::account::{self, New};
use store::match_run::{self, Candidate, OpenPosts, Pair};
use store::{By, Database, enterprise, misconduct, need, person, session, shareholder, unit};

pub const PEOPLE: usize = 50_000;
pub const WORKS_OF_EACH: usize = 4;
pub const NEEDS: usize = 10_000;
pub const ENTERPRISES: usize = 2_000;
pub const UNITS: usize = 100;
/// Holdings of people in enterprises.
const HOLDINGS: usize = 10_000;
/// Entries of the register of misconduct.
const MISCONDUCT: usize = 500;
/// Candidates that the run keeps of each need.
pub const CANDIDATES: usize = 20;
/// Every so many needs one keeps an open post.
const OPEN_EVERY: usize = 20;
/// Cities and counties that enterprises lie in; the first is the city and county with accounts.
const REGIONS: [&str; 8] = ["230230", "230102", "230103", "230202", "230603", "231002", "230803", "231102"];

/// The session cookie of each login: `province`, `city`, `county`, `sasac`, `enterprise`, `unit`, `person`, `system`, `audit`.
pub type Cookies = Vec<(&'static str, String)>;

/// Fills an empty, migrated database.
pub async fn fill(database: &Database) -> anyhow::Result<Cookies> {
    let by = By { at: clock::now(), login: "console", origin: "console" };
    let base = demonstration::province(FIRST_ROUND);
    let mut tx = database.write().await?;
    let units = units(&base.units);
    unit::insert_all(&mut tx, &by, &units).await?;
    let enterprises = enterprises(&base.enterprises);
    enterprise::insert_all(&mut tx, &by, &enterprises).await?;
    person::insert_all(&mut tx, &by, &people(&base.people, &units)).await?;
    need::insert_all(&mut tx, &by, &needs(&base.needs, &enterprises)).await?;
    shareholder::insert_all(&mut tx, &by, &shareholders()).await?;
    misconduct::insert_all(&mut tx, &by, &misconduct_entries()).await?;
    let run = match_run::New {
        inputs_hash: "",
        parameters_hash: "",
        policy_version: "2025-2027",
        model: "none",
        needs: NEEDS,
        people: PEOPLE,
    };
    let id = match_run::create(&mut tx, &by, run, &candidates(), &plan()).await?;
    match_run::add_open_posts(&mut tx, id, &open()).await?;
    let cookies = accounts(&mut tx, &by, &enterprises, &units).await?;
    tx.commit().await?;
    crate::process::fill(database).await?;
    Ok(cookies)
}

pub fn need_id(number: usize) -> String {
    format!("N{number:05}")
}

pub fn person_id(number: usize) -> String {
    format!("P{number:05}")
}

/// The person with this rank for a need.
pub fn candidate(need: usize, rank: usize) -> usize {
    (need * 37 + rank * 101) % PEOPLE
}

pub fn unit_name(number: usize) -> String {
    format!("第{number}研究院（演示）")
}

/// GB/T 2260 code of the county or city that an enterprise lies in.
pub fn region(enterprise: usize) -> &'static str {
    REGIONS[enterprise % REGIONS.len()]
}

pub fn enterprise_code(number: usize) -> String {
    format!("91{}{number:010}", region(number))
}

fn units(base: &[Unit]) -> Vec<Unit> {
    let unit = |number: usize| {
        let base = &base[number % base.len()];
        Unit { credit_code: format!("12230000{number:010}"), name: unit_name(number), ..base.clone() }
    };
    (0..UNITS).map(unit).collect()
}

fn enterprises(base: &[Enterprise]) -> Vec<Enterprise> {
    let enterprise = |number: usize| {
        let base = &base[number % base.len()];
        Enterprise {
            name: base.name.as_ref().map(|name| format!("{name}第{number}分公司")),
            credit_code: Some(enterprise_code(number)),
            region: Some(region(number).to_owned()),
            ..base.clone()
        }
    };
    (0..ENTERPRISES).map(enterprise).collect()
}

fn needs(base: &[Need], enterprises: &[Enterprise]) -> Vec<Need> {
    let need = |number: usize| {
        let (first, second) = (&base[number % base.len()], &base[(number * 31 + 7) % base.len()]);
        Need {
            id: need_id(number),
            title: format!("{}（{number}）", first.title),
            content: format!("{}\n{}", first.content, second.content),
            enterprise: Some(enterprises[number % enterprises.len()].clone()),
            ..first.clone()
        }
    };
    (0..NEEDS).map(need).collect()
}

fn people(base: &[Person], units: &[Unit]) -> Vec<Person> {
    let works: Vec<&Work> = base.iter().flat_map(|person| &person.works).collect();
    let (people, names) = (base, base.len());
    let person = |number: usize| {
        let base = &people[number % names];
        let work = |at: usize| {
            let work = works[(number * 13 + at * 911) % works.len()];
            Work { id: format!("W{at}"), ..work.clone() }
        };
        Person {
            id: person_id(number),
            // Without a number eight names would be all that a unit has; so one in thirty shares name and unit with another.
            name: base.name.as_ref().map(|name| format!("{name}{}", number / names % 61)),
            unit: Some(units[number % units.len()].name.clone()),
            // A team is as large as it was, not as all copies of its members together.
            team: base.team.as_ref().map(|team| format!("{team}{}", number / names)),
            works: (0..WORKS_OF_EACH).map(work).collect(),
            ..base.clone()
        }
    };
    (0..PEOPLE).map(person).collect()
}

fn shareholders() -> Vec<Shareholder> {
    let holding = |number: usize| Shareholder {
        enterprise: enterprise_code(number % ENTERPRISES),
        holder: format!("股东{number}"),
        holder_id: Some(person_id(number * 7 % PEOPLE)),
        share_basis_points: 500,
        founder: false,
    };
    (0..HOLDINGS).map(holding).collect()
}

fn misconduct_entries() -> Vec<Misconduct> {
    let entry = |number: usize| Misconduct {
        subject: person_id(number * 97),
        name: format!("某人{number}"),
        from: FIRST_ROUND.notice_day,
        until: None,
        basis: "演示文件".to_owned(),
    };
    (0..MISCONDUCT).map(entry).collect()
}

/// As much text with each candidate as a run keeps: four findings, three works with phrases, a sentence of the plan.
fn candidates() -> Vec<Candidate> {
    let finding = json!({"clause": "2.1.1(2)", "force": "must", "code": "candidate.age", "outcome": "met",
        "message": "年龄 43 周岁，上限 55 周岁（含）（方案二（一）1（2））"});
    let work = json!({"id": "W0", "title": "寒地黑土区玉米秸秆深翻还田关键技术研究与示范", "score": 0.41,
        "phrases": ["秸秆还田", "深翻", "寒地", "黑土", "玉米"]});
    let eligibility = json!([finding, finding, finding, finding]);
    let evidence = json!({"works": [work, work, work], "team": null, "plan": "推送：得分最高且未被其他需求占用"});
    let of_need = |need: usize| {
        let (eligibility, evidence) = (eligibility.clone(), evidence.clone());
        (0..CANDIDATES).map(move |rank| Candidate {
            need: need_id(need),
            person: person_id(candidate(need, rank)),
            rank: u32::try_from(rank + 1).unwrap_or(u32::MAX),
            score: 1.0 / (rank + 2) as f64,
            level: [4, 4, 3, 3, 3, 2, 2, 2].get(rank + need % 8).copied().unwrap_or(1),
            probability: None,
            verdict: if rank % 7 == 3 { Verdict::Refused } else { Verdict::Ok },
            flags: Vec::new(),
            eligibility: eligibility.clone(),
            evidence: evidence.clone(),
        })
    };
    (0..NEEDS).flat_map(of_need).collect()
}

fn plan() -> Vec<Pair> {
    let of_need = |need: usize| {
        (0..4_u8).map(move |place| Pair {
            need: need_id(need),
            post: 1,
            place,
            person: person_id(candidate(need, usize::from(place))),
            score: 1.0 / f64::from(place + 2),
            reason: json!("得分最高，本单位名额未满，未被其他需求占用"),
        })
    };
    (0..NEEDS).filter(|need| need % OPEN_EVERY != 0).flat_map(of_need).collect()
}

fn open() -> Vec<OpenPosts> {
    let of_need = |need: usize| OpenPosts {
        need: need_id(need),
        posts: 1,
        reason: "候选人选均已推送给得分更高的需求；可放宽候选人数后重新运算".to_owned(),
    };
    (0..NEEDS).filter(|need| need % OPEN_EVERY == 0).map(of_need).collect()
}

async fn accounts(
    tx: &mut store::Tx,
    by: &By<'_>,
    enterprises: &[Enterprise],
    units: &[Unit],
) -> anyhow::Result<Cookies> {
    let accounts = [
        ("province", Role::Province, None),
        ("city", Role::CityScience, Some("230200".to_owned())),
        ("county", Role::County, Some(REGIONS[0].to_owned())),
        ("sasac", Role::Sasac, None),
        ("enterprise", Role::Enterprise, enterprises[0].credit_code.clone()),
        ("unit", Role::Unit, Some(units[0].name.clone())),
        ("person", Role::Person, Some(person_id(0))),
        ("matcher", Role::Matcher, None),
        ("system", Role::SystemAdministrator, None),
        ("audit", Role::AuditAdministrator, None),
    ];
    let mut cookies = Vec::new();
    for (login, role, binding) in accounts {
        let actor = Actor::new(login, role, binding.as_deref())?;
        let binding = binding.as_deref();
        let new = New {
            actor: &actor,
            binding,
            name: login,
            password_hash: "nobody signs in",
            must_change_password: false,
            activated: true,
            holder: None,
        };
        account::create(tx, by, new).await?;
        let kept = account::by_login(tx, login).await?.ok_or_else(|| anyhow::anyhow!("no account {login}"))?;
        let token = Token::draw()?;
        session::create(tx, &kept, &token.fingerprint(), by.at).await?;
        cookies.push((login, token.cookie()));
    }
    Ok(cookies)
}
