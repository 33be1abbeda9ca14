//! A frozen run becomes proposals (3.2a): every pair of its plan is checked again, apart from the solver, and all of them are
//! opened together or none. A later run leaves what is under way as it is, and says what it would have changed.

use std::collections::{BTreeMap, HashMap, HashSet};

use anyhow::Context as _;
use programme::access::{Actor, Scope};
use programme::calendar::WorkingCalendar;
use programme::process::proposal::{INSTEAD_OF, ORDER, PERSON, POST, RUN, fact, is_live, is_over};
use programme::process::round::settings::is_frozen;
use programme::process::{
    Action, Body, Case, Doer, Facts, Kind, Matter, REASON, Stage, Transition, decide, need, opening,
};
use programme::record::Person;
use store::match_run::{self, Pair, Run};
use store::matter::{self, Applied, Link};
use store::{By, Tx};

use super::Desk;
use super::acts::seed::pair as seed;
use super::acts::{Outcome, act_in};
use super::collection::Collection;
use super::matching::{Wishes, inputs_hash};
use super::register::Register;
use super::runs;
use crate::clock::today;

/// Why proposals of an earlier run end.
const REPLACED: &str = "新一次匹配运算的方案未列入";

/// What a run would change in a round.
#[derive(Debug)]
pub struct Draft {
    /// The run.
    pub run: Run,
    /// The round.
    pub round: Matter,
    /// Pairs that are opened.
    pub opens: Vec<Opening>,
    /// Pairs that stand as they are: the same in the plan.
    pub keeps: Vec<Matter>,
    /// Proposals of an earlier run that nobody has been told of and that the plan no longer names.
    pub withdraws: Vec<Matter>,
    /// Pairs of the plan that are left out, each with the reason.
    pub skips: Vec<Skip>,
    /// Settings of the run that are frozen for the round with its first proposals.
    pub freezes: Option<Body>,
    /// Why nothing can be opened at all.
    pub refusals: Vec<String>,
}

/// A pair that the run opens.
#[derive(Debug)]
pub struct Opening {
    /// As it will be.
    pub matter: Matter,
    transition: Transition,
}

/// A pair of the plan that is not opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skip {
    /// Title of the need, or its id when the round does not have it.
    pub need: String,
    /// Name of the person.
    pub person: String,
    /// Why, and what stands instead.
    pub reason: String,
}

/// What became of it.
#[derive(Debug)]
pub enum Made {
    /// Opened, kept, withdrawn and left out.
    Done(Box<Draft>),
    /// Nothing was written; [`Draft::refusals`] says why.
    Refused(Box<Draft>),
    /// There is no such run, or no such round.
    Unknown,
}

/// Whether the needs and people of today are those that a run ranked.
pub async fn is_current(tx: &mut Tx, desk: &Desk, run: &Run, round: &Matter) -> anyhow::Result<bool> {
    let collection = desk.collections.current(desk).await?;
    for only in [Some(round.id.as_str()), None] {
        let needs = runs::needs(tx, only).await?;
        if inputs_hash(&needs, &collection)? == run.inputs_hash {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What a run would change in a round; nothing is written.
pub async fn preview(desk: &Desk, by: &By<'_>, actor: &Actor, run: i64, round: &str) -> anyhow::Result<Option<Draft>> {
    desk.collections.current(desk).await?;
    draft(&mut desk.database.read().await?, desk, by, actor, run, round).await
}

/// Makes proposals of a run's plan, in one transaction.
pub async fn from_run(desk: &Desk, by: &By<'_>, actor: &Actor, run: i64, round: &str) -> anyhow::Result<Made> {
    // The people are indexed before the only writing connection is taken.
    desk.collections.current(desk).await?;
    let mut tx = desk.database.write().await?;
    let Some(draft) = draft(&mut tx, desk, by, actor, run, round).await? else { return Ok(Made::Unknown) };
    if !draft.refusals.is_empty() {
        return Ok(Made::Refused(Box::new(draft)));
    }
    if let Some(settings) = &draft.freezes {
        let doer = Doer::Account(actor.clone());
        let outcome = act_in(&mut tx, desk, by, &doer, &draft.round, Action::FreezeMatching, settings).await?;
        anyhow::ensure!(matches!(outcome, Outcome::Done(_)), "freeze the settings: {outcome:?}");
    }
    for old in &draft.withdraws {
        let inputs = Body::default().with(&REASON, REPLACED);
        let outcome = act_in(&mut tx, desk, by, &Doer::Act, old, Action::WithdrawPair, &inputs).await?;
        anyhow::ensure!(matches!(outcome, Outcome::Done(_)), "withdraw {}: {outcome:?}", old.id);
    }
    for opening in &draft.opens {
        let applied = matter::apply(&mut tx, by, &opening.transition).await?;
        anyhow::ensure!(matches!(applied, Applied::Done(..)), "a new pair cannot have been moved");
    }
    tx.commit().await?;
    Ok(Made::Done(Box::new(draft)))
}

async fn draft(
    tx: &mut Tx,
    desk: &Desk,
    by: &By<'_>,
    actor: &Actor,
    run: i64,
    round: &str,
) -> anyhow::Result<Option<Draft>> {
    let Some(run) = match_run::get(tx, actor.scope(), run).await? else { return Ok(None) };
    let round = matter::find(tx, round).await?.map(|kept| kept.matter).filter(|matter| matter.kind() == Kind::Round);
    let Some(round) = round else { return Ok(None) };
    let ground = Ground::load(tx, desk, by, &run, &round).await?;
    let mut draft = Draft {
        run,
        round,
        opens: Vec::new(),
        keeps: Vec::new(),
        withdraws: Vec::new(),
        skips: Vec::new(),
        freezes: ground.settings_to_freeze(),
        refusals: ground.violations(),
    };
    for planned in &ground.plan {
        ground.sort(planned, actor, by, &mut draft)?;
    }
    draft.withdraws = ground.replaced(&draft);
    if ground.plan.is_empty() {
        draft.refusals.push("这次匹配运算没有推送方案，请选择对全部需求的运算".to_owned());
    }
    Ok(Some(draft))
}

/// Everything that the pairs of a plan are judged by, read once.
struct Ground {
    plan: Vec<Pair>,
    levels: HashMap<(String, String), u8>,
    collection: std::sync::Arc<Collection>,
    register: Register,
    calendar: std::sync::Arc<WorkingCalendar>,
    round: Matter,
    /// Needs of the round by their id in the register.
    needs: HashMap<String, Matter>,
    enterprises: HashMap<String, programme::record::Enterprise>,
    /// Pairs of the round.
    existing: Vec<Matter>,
    /// Every pair of the plan's people, in any round.
    of_people: HashMap<String, Vec<Matter>>,
    opted_out: HashSet<String>,
    is_current: bool,
    is_as_frozen: bool,
    wishes: Wishes,
    run: i64,
}

impl Ground {
    async fn load(tx: &mut Tx, desk: &Desk, by: &By<'_>, run: &Run, round: &Matter) -> anyhow::Result<Self> {
        let scope = &Scope::Province;
        let plan = match_run::plan(tx, scope, run.id).await?;
        let planned: Vec<&str> =
            plan.iter().map(|pair| pair.need.as_str()).collect::<HashSet<_>>().into_iter().collect();
        let levels = match_run::plan_of(tx, scope, run.id, &planned).await?;
        let needs = matter::linked(tx, Link::OfRound(&round.id, Kind::Need)).await?;
        let mut of_people = HashMap::new();
        for person in plan.iter().map(|pair| pair.person.as_str()).collect::<HashSet<_>>() {
            of_people.insert(person.to_owned(), matter::linked(tx, Link::OfPerson(person, Kind::Pair)).await?);
        }
        let mut enterprises = HashMap::new();
        for code in needs.iter().filter_map(|need| need.parties.enterprise.as_deref()).collect::<HashSet<_>>() {
            if let Some(enterprise) = store::enterprise::get(tx, scope, code).await? {
                enterprises.insert(code.to_owned(), enterprise);
            }
        }
        let register = Register::for_round(tx, today(by.at), Some(round)).await?;
        Ok(Self {
            is_as_frozen: runs::is_as_frozen(tx, run.id, round, register.parameters()).await?,
            wishes: runs::wishes_of(tx, scope, run.id).await?,
            levels: levels.into_iter().map(|placed| ((placed.need, placed.person), placed.level)).collect(),
            collection: desk.collections.current(desk).await?,
            calendar: desk.calendars.current(tx).await?,
            register,
            needs: needs.into_iter().filter_map(|need| Some((need.parties.need.clone()?, need))).collect(),
            existing: matter::linked(tx, Link::OfRound(&round.id, Kind::Pair)).await?,
            opted_out: store::offer::all_opted_out(tx).await?,
            is_current: is_current(tx, desk, run, round).await?,
            run: run.id,
            round: round.clone(),
            plan,
            of_people,
            enterprises,
        })
    }

    /// A round whose settings nobody froze takes those of the run that makes its first proposals.
    fn settings_to_freeze(&self) -> Option<Body> {
        let is_first = self.existing.iter().all(|pair| pair.stage == Stage::PairWithdrawn);
        (is_first && !is_frozen(&self.round)).then(|| self.wishes.settings(self.register.parameters()))
    }

    /// The shape of the plan, counted anew from its rows: shares nothing with the solver, and knows no optimum.
    fn violations(&self) -> Vec<String> {
        let parameters = self.register.parameters();
        let mut found = Vec::new();
        let mut pushes: BTreeMap<&str, u32> = BTreeMap::new();
        let mut alternates: BTreeMap<&str, u32> = BTreeMap::new();
        for pair in &self.plan {
            let (need, person) = (pair.need.as_str(), pair.person.as_str());
            if pair.place == 0 {
                *pushes.entry(person).or_default() += 1;
            } else {
                *alternates.entry(need).or_default() += 1;
            }
            let posts = self.needs.get(need).and_then(|need| need.body.whole(&need::POSTS)).unwrap_or(1);
            if self.needs.contains_key(need) && i64::from(pair.post) > posts {
                found.push(format!("需求 {need} 有 {posts} 个岗位，方案列到第 {} 个", pair.post));
            }
            if self.levels.get(&(need.to_owned(), person.to_owned())).is_none_or(|level| *level <= 1) {
                found.push(format!("人员 {person} 不是需求 {need} 的相关候选人"));
            }
        }
        let most = parameters.enterprises_per_person_max;
        let over = pushes.iter().filter(|(_, count)| **count > most);
        found.extend(over.map(|(person, count)| format!("人员 {person} 在方案中被推荐 {count} 次，最多 {most} 次")));
        let most = parameters.alternates_max;
        let over = alternates.iter().filter(|(_, count)| **count > most);
        found.extend(over.map(|(need, count)| format!("需求 {need} 有 {count} 名候补，最多 {most} 名")));
        found
    }

    /// Puts one pair of the plan where it belongs.
    fn sort(&self, planned: &Pair, actor: &Actor, by: &By<'_>, draft: &mut Draft) -> anyhow::Result<()> {
        let person = self.collection.person(&planned.person);
        let need = self.needs.get(&planned.need);
        let skip = |reason: String| Skip {
            need: need.map_or_else(|| planned.need.clone(), |need| need.title.clone()),
            person: person.map_or_else(|| planned.person.clone(), |one| super::explain::name_of(one).to_owned()),
            reason,
        };
        let (Some(need), Some(person)) = (need, person) else {
            draft.skips.push(skip("需求不属于本批次，或人员已不在库中".to_owned()));
            return Ok(());
        };
        if let Some(same) = self.same(planned).filter(|pair| stands(pair, planned)) {
            draft.keeps.push(same.clone());
        } else if let Some(reason) = self.reason_to_skip(planned, need) {
            draft.skips.push(skip(reason));
        } else {
            match self.open(planned, need, person, actor, by)? {
                Ok(opening) => draft.opens.push(opening),
                Err(reasons) => draft.refusals.extend(reasons),
            }
        }
        Ok(())
    }

    /// The pair of the same need and person in this round, the latest.
    fn same(&self, planned: &Pair) -> Option<&Matter> {
        self.existing.iter().rev().find(|pair| {
            pair.parties.need.as_deref() == Some(&planned.need)
                && pair.parties.person.as_deref() == Some(&planned.person)
        })
    }

    /// What is under way is not disturbed, and nobody is asked twice for the same.
    fn reason_to_skip(&self, planned: &Pair, need: &Matter) -> Option<String> {
        if need.stage != Stage::NeedReported {
            return Some(format!("需求“{}”，尚未报省", need.stage.chinese()));
        }
        if self.opted_out.contains(&planned.person) {
            return Some("本人已退出自动匹配".to_owned());
        }
        let ended = self.same(planned).filter(|pair| is_over(pair.stage) && pair.stage != Stage::PairWithdrawn);
        if let Some(ended) = ended {
            return Some(format!("本批次已办结：{}（{}）", ended.stage.chinese(), ended.id));
        }
        let mut of_person = self.of_people.get(&planned.person).into_iter().flatten();
        if let Some(live) = of_person.find(|pair| is_live(pair.stage)) {
            return Some(format!("此人另有在办推送 {}（{}），不打扰", live.id, live.stage.chinese()));
        }
        let same_post = |pair: &&Matter| {
            pair.parties.need.as_deref() == Some(&planned.need)
                && pair.body.whole(&POST) == Some(i64::from(planned.post))
                && is_live(pair.stage)
        };
        let live = self.existing.iter().find(same_post).filter(|_| planned.place == 0)?;
        Some(format!("岗位已有在办推送 {}（{}），不打扰", live.title, live.stage.chinese()))
    }

    /// Decides one opening by the rows of the process, like any act.
    fn open(
        &self,
        planned: &Pair,
        need: &Matter,
        person: &Person,
        actor: &Actor,
        by: &By<'_>,
    ) -> anyhow::Result<Result<Opening, Vec<String>>> {
        let rule = opening(Kind::Pair, Action::ProposePair).context("pairs are opened by proposals")?;
        let stage = *rule.targets().first().context("an opening act leads somewhere")?;
        let mut matter = Matter {
            id: String::new(),
            stage,
            version: 0,
            title: String::new(),
            parties: need.parties.clone(),
            body: Body::default(),
            due: None,
        };
        matter.parties.parent = Some(need.id.clone());
        seed::name(&mut matter, &need.title, person);
        let level = self.levels.get(&(planned.need.clone(), planned.person.clone())).copied();
        seed::place(&mut matter, planned, level);
        let inputs = Body::default().with(&RUN, self.run).with(&PERSON, person.id.as_str());
        let case = Case {
            matter: &matter,
            inputs: &inputs,
            facts: &self.facts(planned, need, person),
            doer: &Doer::Account(actor.clone()),
            now: by.at,
            today: today(by.at),
            parameters: self.register.parameters(),
            calendar: &self.calendar,
        };
        Ok(match decide(&case, Action::ProposePair) {
            Ok(transition) => Ok(Opening { matter: transition.after().clone(), transition }),
            Err(refusals) => {
                Err(refusals.into_iter().map(|one| format!("{}：{}", matter.title, one.message)).collect())
            }
        })
    }

    fn facts(&self, planned: &Pair, need: &Matter, person: &Person) -> Facts {
        let enterprise = need.parties.enterprise.as_deref().and_then(|code| self.enterprises.get(code));
        let mut findings = self.register.person(person);
        findings.extend(self.register.pair(enterprise, person));
        findings.extend(enterprise.into_iter().flat_map(|enterprise| self.register.enterprise(enterprise)));
        // Those that this run replaces are withdrawn before it opens anything.
        let stays = |pair: &&Matter| pair.stage != Stage::PairProposed && pair.stage != Stage::PairStandby;
        Facts {
            round: Some(self.round.clone()),
            parent: Some(need.clone()),
            related: self.of_people.get(&planned.person).into_iter().flatten().filter(stays).cloned().collect(),
            findings,
            counts: BTreeMap::from([
                (fact::OPTED_OUT, i64::from(self.opted_out.contains(&planned.person))),
                (fact::IN_PLAN, 1),
                (fact::RUN_CURRENT, i64::from(self.is_current)),
                (fact::RUN_AS_FROZEN, i64::from(self.is_as_frozen)),
            ]),
            ..Facts::default()
        }
    }

    /// Proposals that nobody has been told of and that are not in the plan, the alternates first: their going moves nobody up.
    /// A unit's own proposal (3.2c) is not the run's to withdraw.
    fn replaced(&self, draft: &Draft) -> Vec<Matter> {
        let kept: HashSet<&str> = draft.keeps.iter().map(|pair| pair.id.as_str()).collect();
        let is_replaced = |pair: &&Matter| {
            let untold = matches!(pair.stage, Stage::PairProposed | Stage::PairStandby);
            untold && !kept.contains(pair.id.as_str()) && !pair.body.has(&INSTEAD_OF)
        };
        let mut replaced: Vec<Matter> = self.existing.iter().filter(is_replaced).cloned().collect();
        replaced.sort_by_key(|pair| (pair.stage == Stage::PairProposed, pair.id.clone()));
        replaced
    }
}

/// Whether a pair stays as it is: it is under way, or it is the plan's own at the same place.
fn stands(pair: &Matter, planned: &Pair) -> bool {
    let untold = matches!(pair.stage, Stage::PairProposed | Stage::PairStandby);
    let same_place = pair.body.whole(&ORDER) == Some(i64::from(planned.place))
        && pair.body.whole(&POST) == Some(i64::from(planned.post));
    !is_over(pair.stage) && (!untold || same_place)
}
