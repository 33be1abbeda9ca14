//! The demonstration province at work: from the first notice to any day of the programme, act by act.
//!
//! Every working day each awaited office or person decides ([`Cast`]) and acts through the same way as a page does, so what
//! comes out is what the rules permit. One transaction a day; a step that is refused is taken back and counted.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use anyhow::Context as _;
use chrono::{Datelike as _, NaiveDate, TimeZone as _, Utc};
use programme::access::{Actor, Role};
use programme::calendar::WorkingCalendar;
use programme::finding::{Force, Outcome as Answer};
use programme::process::{
    Action, Body, Doer, Field, Kind, Matter, OVERRIDES, Refusal, SASAC, Stage, appointment, assessment, field, opening,
    round,
};
use store::matter::{self, Kept, Link};
use store::{By, Timestamp, Tx};

use super::Desk;
use super::acts::{self, Outcome};
use super::matching::Wishes;
use super::proposals::{self, Made};
use super::runs;
use crate::clock::today;
use crate::demonstration::cast::{Cast, Choice, Day, filled, rule_at, scores, working_days_between};
use crate::demonstration::{Province, SECOND_LOGIN};

/// Which needs of the province are asked in the first, second and third round.
const NEEDS_OF_ROUNDS: [std::ops::Range<usize>; 3] = [0..100, 100..130, 130..150];
/// Working days from the draft of a round to its notice: the assessment and four countersignatures come between.
const DRAFTED_BEFORE_NOTICE: usize = 14;
/// Needs that are drafted on one day.
const DRAFTS_A_DAY: usize = 12;
/// Working days from the notice to the end of needs, reports, answers and talks.
const DEADLINES: [u32; 4] = [14, 21, 33, 43];
/// Of a hundred working days of a term, those on which the chief technologist serves: 62 of 248 with some to spare.
const SERVICE_PERCENT: u64 = 26;

/// What was played.
#[derive(Clone, Debug, Default)]
pub struct Played {
    /// Acts done.
    pub acts: usize,
    /// Acts refused, by action and code of the refusal, with how often: rules at work, not faults.
    pub refused: BTreeMap<(Action, &'static str), usize>,
    /// The last sentence of each kind of refusal, for whoever reads the story.
    pub sentences: BTreeMap<(Action, &'static str), String>,
}

/// Plays the province up to and including a day.
pub async fn play(desk: &Desk, province: &Province, notice_day: NaiveDate, until: NaiveDate) -> anyhow::Result<Played> {
    let calendar = WorkingCalendar::embedded();
    let mut stage = Play::new(desk, province, notice_day);
    let mut day = notice_day - chrono::Days::new(30);
    while day <= until {
        if calendar.is_working_day(day) {
            stage.day(day).await.with_context(|| format!("play {day}"))?;
        }
        day = day.succ_opt().context("the calendar goes on")?;
    }
    Ok(stage.played)
}

struct Play<'a> {
    desk: &'a Desk,
    province: &'a Province,
    cast: Cast,
    notice_day: NaiveDate,
    drafted: usize,
    played: Played,
}

impl<'a> Play<'a> {
    fn new(desk: &'a Desk, province: &'a Province, notice_day: NaiveDate) -> Self {
        let cast = Cast::new(crate::demonstration::SEED);
        Self { desk, province, cast, notice_day, drafted: 0, played: Played::default() }
    }

    async fn day(&mut self, day: NaiveDate) -> anyhow::Result<()> {
        let at = morning(day);
        let clock = By { at, login: "console", origin: "console" };
        self.played.acts += acts::clock::pass(self.desk, &clock).await?;
        self.match_if_due(day, at).await?;
        let mut tx = self.desk.database.write().await?;
        let waiting = matter::awaiting(&mut tx).await?;
        let reviewing = waiting.iter().any(|kept| kept.matter.stage == Stage::ListingReview);
        let objected = waiting.iter().any(|kept| kept.matter.kind() == Kind::Objection);
        for kept in &waiting {
            let moved = today(kept.moved);
            let seen = Day { date: day, waited: working_days_between(moved, day), reviewing, objected };
            self.serve(&mut tx, kept, seen, at).await?;
        }
        self.open_what_is_due(&mut tx, day, at).await?;
        self.work_in_terms(&mut tx, day, at).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Lets those who are awaited act, once a day for each matter.
    async fn serve(&mut self, tx: &mut Tx, kept: &Kept, day: Day, at: Timestamp) -> anyhow::Result<()> {
        let matter = &kept.matter;
        if matter.stage == Stage::AssessmentDue {
            return self.assess(tx, matter, at).await;
        }
        for (role, binding) in matter.awaited() {
            let Some(choice) = self.cast.choose(matter, role, day) else { continue };
            if self.act(tx, matter, (role, &binding), choice, at).await? {
                break;
            }
        }
        Ok(())
    }

    /// One act by an office or person; whether it was done.
    async fn act(
        &mut self,
        tx: &mut Tx,
        matter: &Matter,
        (role, binding): (Role, &str),
        (action, chosen): Choice,
        at: Timestamp,
    ) -> anyhow::Result<bool> {
        let Some(row) = rule_at(matter.stage, action) else { return Ok(false) };
        let (actor, login) = match action {
            // Whoever struck a name does not freeze the list.
            Action::FreezeListing => (Actor::new(SECOND_LOGIN, role, None)?, SECOND_LOGIN.to_owned()),
            _ => self.actor(role, binding)?,
        };
        let sent = filled(row, matter, &chosen, today(at));
        let (inputs, _) = field::read(row.fields, &sent);
        let by = By { at, login: &login, origin: "demonstration" };
        self.step(tx, &by, &Doer::Account(actor), matter, action, &inputs).await
    }

    async fn step(
        &mut self,
        tx: &mut Tx,
        by: &By<'_>,
        doer: &Doer,
        matter: &Matter,
        action: Action,
        inputs: &Body,
    ) -> anyhow::Result<bool> {
        tx.mark().await?;
        let outcome = acts::act_in(tx, self.desk, by, doer, matter, action, inputs).await?;
        let done = matches!(outcome, Outcome::Done(_));
        tx.settle(done).await?;
        match outcome {
            Outcome::Done(_) => self.played.acts += 1,
            Outcome::Refused(reasons) => self.note(action, reasons),
            Outcome::Stale(_) => {}
        }
        Ok(done)
    }

    fn note(&mut self, action: Action, reasons: Vec<Refusal>) {
        for reason in reasons {
            *self.played.refused.entry((action, reason.code)).or_default() += 1;
            self.played.sentences.insert((action, reason.code), reason.message);
        }
    }

    /// The account of an office or person: the demonstration's own where there is one, else named after whom it stands for.
    fn actor(&self, role: Role, binding: &str) -> anyhow::Result<(Actor, String)> {
        let bound = (!binding.is_empty()).then_some(binding);
        let known = self.province.accounts.iter().find(|one| one.role == role && one.binding.as_deref() == bound);
        let login = known.map_or_else(|| self.name_of(role, binding), |account| account.login.to_owned());
        Ok((Actor::new(&login, role, bound)?, login))
    }

    fn name_of(&self, role: Role, binding: &str) -> String {
        let province = self.province;
        match role {
            Role::CityScience | Role::CityIndustry => {
                let city = programme::regions::by_code(binding).map_or(binding, |region| region.name);
                let office = if role == Role::CityScience { "科技局" } else { "工信局" };
                format!("{city}{office}（演示）")
            }
            Role::Enterprise => {
                let of = province.enterprises.iter().find(|one| one.credit_code.as_deref() == Some(binding));
                of.and_then(|one| one.name.clone()).unwrap_or_else(|| binding.to_owned())
            }
            Role::Person => {
                let person = province.people.iter().find(|one| one.id == binding);
                person.and_then(|one| one.name.clone()).unwrap_or_else(|| binding.to_owned())
            }
            _ => binding.to_owned(),
        }
    }

    /// A matter that somebody opens; whether it was done.
    async fn open(
        &mut self,
        tx: &mut Tx,
        (role, binding): (Role, &str),
        (kind, action): (Kind, Action),
        under: Option<&str>,
        chosen: &[(&'static str, String)],
        at: Timestamp,
    ) -> anyhow::Result<bool> {
        let (actor, login) = self.actor(role, binding)?;
        self.open_as(tx, &Doer::Account(actor), &login, (kind, action), under, chosen, at).await
    }

    #[expect(clippy::too_many_arguments, reason = "one act in full, in one private place")]
    async fn open_as(
        &mut self,
        tx: &mut Tx,
        doer: &Doer,
        login: &str,
        (kind, action): (Kind, Action),
        under: Option<&str>,
        chosen: &[(&'static str, String)],
        at: Timestamp,
    ) -> anyhow::Result<bool> {
        let rule = opening(kind, action).context("the act opens the kind")?;
        let fields: Vec<&Field> = rule.fields.to_vec();
        let blank = acts::seed::seed(tx, doer, kind, action, under, &Body::default()).await?;
        let (inputs, _) = field::read(&fields, &filled(rule, &blank, chosen, today(at)));
        let seed = acts::seed::seed(tx, doer, kind, action, under, &inputs).await?;
        let by = By { at, login, origin: "demonstration" };
        self.step(tx, &by, doer, &seed, action, &inputs).await
    }

    /// Rounds, needs, lists, objections, batches: what begins on a day.
    async fn open_what_is_due(&mut self, tx: &mut Tx, day: NaiveDate, at: Timestamp) -> anyhow::Result<()> {
        self.open_round(tx, day, at).await?;
        let rounds = matter::linked(tx, Link::OfKind(Kind::Round)).await?;
        for round in &rounds {
            match round.stage {
                Stage::RoundOpen => {
                    self.engage_matcher(tx, round, at).await?;
                    self.draft_needs(tx, round, at).await?;
                }
                Stage::RoundCollected => self.go_on_with_round(tx, round, day, at).await?,
                _ => {}
            }
        }
        self.object(tx, day, at).await?;
        self.open_batch(tx, day, at).await
    }

    async fn open_round(&mut self, tx: &mut Tx, day: NaiveDate, at: Timestamp) -> anyhow::Result<()> {
        let calendar = WorkingCalendar::embedded();
        for year in 0..3 {
            let notice = self.notice_day.checked_add_months(chrono::Months::new(12 * year)).context("a year later")?;
            let notice = if calendar.is_working_day(notice) { notice } else { calendar.next_working_day(notice) };
            if working_days_between(day, notice) != DRAFTED_BEFORE_NOTICE || day >= notice {
                continue;
            }
            let [needs, reports, answers, talks] =
                DEADLINES.map(|days| calendar.working_days_later(notice, days).to_string());
            let form = [
                ("year", notice.year().to_string()),
                ("notice_title", format!("关于组织开展{}年度科技总师选派工作的通知（演示）", notice.year())),
                ("notice_day", notice.to_string()),
                ("needs_day", needs),
                ("reports_day", reports),
                ("answers_day", answers),
                ("talks_day", talks),
            ];
            self.open(tx, (Role::Province, ""), (Kind::Round, Action::DraftRound), None, &form, at).await?;
        }
        Ok(())
    }

    async fn draft_needs(&mut self, tx: &mut Tx, round: &Matter, at: Timestamp) -> anyhow::Result<()> {
        let year = round.body.whole(&round::YEAR).unwrap_or_default() - i64::from(self.notice_day.year());
        let Some(range) = usize::try_from(year).ok().and_then(|year| NEEDS_OF_ROUNDS.get(year)) else { return Ok(()) };
        self.drafted = self.drafted.max(range.start);
        for _ in 0..DRAFTS_A_DAY {
            if self.drafted >= range.end.min(self.province.forms.len()) {
                break;
            }
            let (need, form) = (&self.province.needs[self.drafted], self.province.forms[self.drafted].clone());
            self.drafted += 1;
            let code = need.enterprise.as_ref().and_then(|of| of.credit_code.clone()).unwrap_or_default();
            self.open(tx, (Role::Enterprise, &code), (Kind::Need, Action::DraftNeed), None, &form, at).await?;
        }
        Ok(())
    }

    /// After the talks the list is opened; after publication the round is concluded.
    async fn go_on_with_round(
        &mut self,
        tx: &mut Tx,
        round: &Matter,
        day: NaiveDate,
        at: Timestamp,
    ) -> anyhow::Result<()> {
        let listings = matter::linked(tx, Link::OfRound(&round.id, Kind::Listing)).await?;
        let province = (Role::Province, "");
        match listings.last() {
            None if round.body.day(&round::TALKS_DAY).is_some_and(|last| day > last) => {
                self.open(tx, province, (Kind::Listing, Action::OpenListing), Some(&round.id), &[], at).await?;
            }
            Some(listing) if listing.stage == Stage::ListingReview => self.judge(tx, listing, day, at).await?,
            Some(listing) if listing.stage == Stage::ListingPublished => {
                let objections = matter::linked(tx, Link::Children(&listing.id, Kind::Objection)).await?;
                if objections.iter().all(|objection| objection.stage.waits().is_empty()) {
                    self.act(tx, round, province, (Action::ConcludeRound, Vec::new()), at).await?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The province strikes whoever does not meet the conditions when the list is made, and writes down what no register answers.
    async fn judge(&mut self, tx: &mut Tx, listing: &Matter, day: NaiveDate, at: Timestamp) -> anyhow::Result<()> {
        let round = listing.parties.round.as_deref().unwrap_or_default();
        let pairs = matter::linked(tx, Link::OfRound(round, Kind::Pair)).await?;
        let current = matter::find(tx, round).await?.map(|kept| kept.matter);
        let findings = acts::facts::listing::findings_of(tx, self.desk, &pairs, current.as_ref(), day).await?;
        let of = |pair: &Matter, outcome: Answer| {
            let mut found = findings.get(&pair.id).into_iter().flatten();
            found.find(|one| one.force == Force::Must && one.outcome == outcome).map(|one| one.explanation().to_owned())
        };
        for pair in &pairs {
            if let Some(why) = of(pair, Answer::Broken) {
                let choice = (Action::StrikePair, vec![("reason", why)]);
                self.act(tx, pair, (Role::Province, ""), choice, at).await?;
            }
        }
        let open = pairs.iter().any(|pair| of(pair, Answer::Unknown).is_some());
        if open && !listing.body.has(&OVERRIDES) {
            let form = [("override_code", "listing.unverified"), ("override_reason", "已逐项电话核实（演示）")];
            let form = form.map(|(key, text)| (key, text.to_owned())).to_vec();
            self.act(tx, listing, (Role::Province, ""), (Action::GrantOverride, form), at).await?;
        }
        Ok(())
    }

    /// On the second day of a notice two people object by name, one does not say who.
    async fn object(&mut self, tx: &mut Tx, day: NaiveDate, at: Timestamp) -> anyhow::Result<()> {
        for listing in matter::linked(tx, Link::OfKind(Kind::Listing)).await? {
            let start = listing.body.day(&programme::process::listing::NOTICE_START);
            if listing.stage != Stage::ListingNotice || start.is_none_or(|start| working_days_between(start, day) != 2)
            {
                continue;
            }
            let pairs = matter::final_names(tx, &listing.id).await?;
            let objectors = [("周某某（演示）", "0451-00000000"), ("吴某某（演示）", "0452-00000000"), ("", "")];
            for ((name, contact), pair) in objectors.iter().zip(pairs.iter().step_by(7)) {
                let form = [
                    ("objection_pair", pair.clone()),
                    ("objector", (*name).to_owned()),
                    ("objector_contact", (*contact).to_owned()),
                    ("objection_facts", "反映该人选与接收企业存在未申报的合作关系，附合同复印件（演示）。".to_owned()),
                ];
                let what = (Kind::Objection, Action::FileObjection);
                self.open_as(tx, &Doer::Public, "public", what, Some(&listing.id), &form, at).await?;
            }
        }
        Ok(())
    }

    /// A third party may look too, under pseudonyms.
    async fn engage_matcher(&mut self, tx: &mut Tx, round: &Matter, at: Timestamp) -> anyhow::Result<()> {
        if round.body.has(&round::MATCHER) {
            return Ok(());
        }
        let form = [
            (round::MATCHER.key, "第三方匹配机构（演示）".to_owned()),
            (round::MATCHER_CONTRACT.key, "委托匹配协议（演示）".to_owned()),
        ];
        self.act(tx, round, (Role::Province, ""), (Action::EngageMatcher, form.to_vec()), at).await?;
        Ok(())
    }

    /// When every assessment of a summer is in, the province gathers them.
    async fn open_batch(&mut self, tx: &mut Tx, day: NaiveDate, at: Timestamp) -> anyhow::Result<()> {
        let assessments = matter::linked(tx, Link::OfKind(Kind::Assessment)).await?;
        let reported = assessments.iter().filter(|one| one.stage == Stage::AssessmentReported).count();
        let due = |one: &&Matter| {
            matches!(one.stage, Stage::AssessmentDue | Stage::AssessmentScored)
                && one.body.day(&appointment::TERM_END).is_some_and(|end| end <= day)
        };
        let batches = matter::linked(tx, Link::OfKind(Kind::Batch)).await?;
        let running = batches.iter().any(|batch| batch.stage != Stage::BatchNotified);
        let over = assessments.iter().filter(|one| one.stage == Stage::AssessmentReported);
        let over = over.filter_map(|one| one.body.day(&appointment::TERM_END)).all(|end| end < day);
        if reported > 0 && over && !running && assessments.iter().filter(due).count() == 0 {
            let form = [(assessment::BATCH_TITLE.key, format!("{}年度考评汇总（演示）", day.year()))];
            self.open(tx, (Role::Province, ""), (Kind::Batch, Action::OpenBatch), None, &form, at).await?;
        }
        Ok(())
    }

    /// In the window of an assessment the person sums up, the enterprise rates, the organiser scores on the next day.
    async fn assess(&mut self, tx: &mut Tx, matter: &Matter, at: Timestamp) -> anyhow::Result<()> {
        let chance = self.cast.percent(&matter.id, "score");
        let parties = matter.parties.clone();
        let (person, enterprise) = (parties.person.unwrap_or_default(), parties.enterprise.unwrap_or_default());
        if !matter.body.has(&assessment::RATING) && !chance.is_multiple_of(9) {
            let rating =
                vec![("rating", (75 + chance / 4).to_string()), ("rating_reason", "到位及时（演示）".to_owned())];
            self.act(tx, matter, (Role::Enterprise, &enterprise), (Action::RateService, rating), at).await?;
            return Ok(());
        }
        if !matter.body.has(&assessment::SUMMARY) && !chance.is_multiple_of(7) {
            let declared = (chance % 4).to_string();
            let form = vec![("declared_results", declared), ("declared_problems", (chance % 3).to_string())];
            self.act(tx, matter, (Role::Person, &person), (Action::SummariseTerm, form), at).await?;
            return Ok(());
        }
        let log = acts::facts::assessment::log(tx, parties.parent.as_deref().unwrap_or_default()).await?;
        let at_stage = |stage: Stage| -> Vec<&str> {
            log.iter().filter(|entry| entry.stage == stage).map(|entry| entry.id.as_str()).collect()
        };
        let mut form = scores(chance, &at_stage(Stage::ServiceConfirmed), &at_stage(Stage::DifficultySolved));
        form.push(("satisfaction", "80".to_owned()));
        let sasac = parties.organiser == SASAC;
        let organiser = if sasac { (Role::Sasac, "") } else { (Role::CityScience, parties.organiser.as_str()) };
        self.act(tx, matter, organiser, (Action::ScoreAssessment, form), at).await?;
        Ok(())
    }

    /// What happens in the terms: service, contacts, problems, support, early ends.
    async fn work_in_terms(&mut self, tx: &mut Tx, day: NaiveDate, at: Timestamp) -> anyhow::Result<()> {
        for appointment in matter::linked(tx, Link::OfKind(Kind::Appointment)).await? {
            let (start, end) =
                (appointment.body.day(&appointment::TERM_START), appointment.body.day(&appointment::TERM_END));
            let (Some(start), Some(end)) = (start, end) else { continue };
            if appointment.stage == Stage::AppointmentForce && (start..=end).contains(&day) {
                self.work(tx, &appointment, (day - start).num_days(), day, at).await?;
            }
        }
        Ok(())
    }

    async fn work(&mut self, tx: &mut Tx, of: &Matter, nth: i64, day: NaiveDate, at: Timestamp) -> anyhow::Result<()> {
        let parties = of.parties.clone();
        let (person, enterprise) = (parties.person.unwrap_or_default(), parties.enterprise.unwrap_or_default());
        let organiser = if parties.organiser == SASAC {
            (Role::Sasac, String::new())
        } else {
            (Role::CityScience, parties.organiser)
        };
        let organiser = (organiser.0, organiser.1.as_str());
        let fate = self.cast.percent(&of.id, "fate");
        let under = Some(of.id.as_str());
        let silent = fate >= 90 && (200..290).contains(&nth);
        if !silent && self.cast.percent(&of.id, &format!("serve-{day}")) < SERVICE_PERCENT {
            let duty =
                ["needs", "development", "development", "platform"][usize::try_from(nth % 4).unwrap_or_default()];
            let form = [
                ("duty", duty.to_owned()),
                ("service_place", "企业生产现场".to_owned()),
                ("result", "指导试验方案，整理数据，提出工艺调整意见（演示）。".to_owned()),
            ];
            self.open(tx, (Role::Person, &person), (Kind::Service, Action::LogService), under, &form, at).await?;
        }
        if day.day() <= 7 && day.weekday() == chrono::Weekday::Wed && day.month().is_multiple_of(3) {
            self.open(tx, organiser, (Kind::Contact, Action::RecordContact), under, &[], at).await?;
        }
        match nth {
            60..=66 if fate.is_multiple_of(5) && day.weekday() == chrono::Weekday::Tue => {
                let form = [("difficulty", "中试设备接口与企业产线不一致，需协调改造经费（演示）".to_owned())];
                self.open(
                    tx,
                    (Role::Enterprise, &enterprise),
                    (Kind::Difficulty, Action::RaiseDifficulty),
                    under,
                    &form,
                    at,
                )
                .await?;
            }
            150..=156 if fate.is_multiple_of(4) && day.weekday() == chrono::Weekday::Tue => {
                let form = [("project", "校（院）企对接专题（演示）".to_owned()), ("amount_yuan", "200000".to_owned())];
                self.open(tx, (Role::Province, ""), (Kind::Support, Action::RecordSupport), under, &form, at).await?;
            }
            180..=186
                if fate.is_multiple_of(3) && day.weekday() == chrono::Weekday::Tue && organiser.0 != Role::Sasac =>
            {
                let share = self.cast.percent(organiser.1, "support");
                let form = [
                    ("fund", "city".to_owned()),
                    ("project", "科技总师市级配套（演示）".to_owned()),
                    ("amount_yuan", (50_000 + share * 500).to_string()),
                    ("ratio_percent", (50 + share / 4).to_string()),
                ];
                self.open(tx, organiser, (Kind::Support, Action::RecordSupport), under, &form, at).await?;
            }
            300..=306 if fate < 6 && day.weekday() == chrono::Weekday::Thu => {
                let last = day + chrono::Days::new(30);
                let form = vec![("effective_day", last.to_string())];
                self.act(tx, of, (Role::Enterprise, &enterprise), (Action::RequestEnd, form), at).await?;
            }
            _ => {}
        }
        Ok(())
    }

    /// The day after reports close the round's needs are matched, and the plan becomes proposals.
    async fn match_if_due(&mut self, day: NaiveDate, at: Timestamp) -> anyhow::Result<()> {
        let mut tx = self.desk.database.read().await?;
        let rounds = matter::linked(&mut tx, Link::OfKind(Kind::Round)).await?;
        let due = |round: &&Matter| {
            round.stage == Stage::RoundCollected && round.body.day(&round::REPORTS_DAY).is_some_and(|last| day > last)
        };
        let Some(round) = rounds.iter().find(due) else { return Ok(()) };
        if !matter::linked(&mut tx, Link::OfRound(&round.id, Kind::Pair)).await?.is_empty() {
            return Ok(());
        }
        drop(tx);
        let wishes = Wishes { round: Some(round.id.clone()), ..Wishes::default() };
        let materials = runs::materials(self.desk, day, &wishes).await?;
        let found =
            tokio::task::spawn_blocking(move || runs::find(&materials, &wishes, true, &|_| ControlFlow::Continue(())));
        let found = found.await.context("match in the background")??.map_err(anyhow::Error::new)?;
        let (actor, login) = self.actor(Role::Province, "")?;
        let by = By { at, login: &login, origin: "demonstration" };
        let mut tx = self.desk.database.write().await?;
        let run = runs::keep(&mut tx, &by, &found).await?;
        tx.commit().await?;
        if let Made::Refused(draft) = proposals::from_run(self.desk, &by, &actor, run, &round.id).await? {
            anyhow::bail!("the run of {} makes no proposals: {}", round.id, draft.refusals.join("；"));
        }
        Ok(())
    }
}

/// Ten in the morning in Beijing.
fn morning(day: NaiveDate) -> Timestamp {
    let two = day.and_hms_opt(2, 0, 0).unwrap_or_else(|| unreachable!("two o'clock exists on every day"));
    Utc.from_utc_datetime(&two)
}
