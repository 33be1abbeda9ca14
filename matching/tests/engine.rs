//! What the engine promises, shown through its public functions:
//!
//! 1. The leaves of a reason sum to the score, and the score is the one in the ranking.
//! 2. Cited phrases occur verbatim on both sides.
//! 3. Taking a work away never raises the score under the same term statistics.
//! 4. Shuffled input and any number of threads give the same result.
//! 5. People without works and needs of one word are flagged and kept.
//! 6. Duplicate ids are refused.
//! 7. The best few are the first of everybody: leaving people out by bounds changes nothing.
//! 8. People who come, change and go leave an engine that answers, bit for bit, as one that reads everybody at once under the
//!    same statistics; settled, as one built from them. What was said of others before stands meanwhile.
//! 9. The phrases of a need stand in it, those that its ranking rests on most first.
//! 10. A quantity of which both sides state a figure raises the score; one that no work states costs nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use matching::encoder::StoredVector;
use matching::engine::{ADDITIONS_MAX, BuildError, CHANGED_PERCENT_MAX, Cancelled, Engine, NEED_TERMS_MIN, merge_tops};
use matching::evidence::{ComparedNeed, Field, Place};
use matching::indicator::{Indicator, Limit, Outcome};
use matching::input::{NeedText, Profile, TeamRole, WorkText};
use matching::level::Flag;
use matching::reason::{Feature, Reason, What};
use matching::roll_up::roll_up;
use matching::score::Score;
use matching::weights::Weights;
use proptest::prelude::*;

fn work(id: &str, title: &str) -> WorkText {
    WorkText { id: id.into(), title: title.into(), ..WorkText::default() }
}

fn person(id: &str, titles: &[&str]) -> Profile {
    let works = titles.iter().enumerate().map(|(at, title)| work(&format!("{id}-{at}"), title)).collect();
    Profile { id: id.into(), works, ..Profile::default() }
}

fn need(title: &str, content: &str) -> NeedText {
    NeedText { id: "n1".into(), title: title.into(), content: content.into(), ..NeedText::default() }
}

fn engine(profiles: Vec<Profile>) -> Engine {
    Engine::build(profiles, Weights::published()).expect("ids differ")
}

fn sample() -> Vec<Profile> {
    vec![
        person("p1", &["高韧性立方氮化硼CBN单晶合成", "超硬材料触媒制备"]),
        person("p2", &["锂离子电池防爆结构", "电池热失控预警"]),
        person("p3", &["玉米秸秆饲料加工装置"]),
        person("p4", &["鋰離子電池隔膜涂覆工艺", "石墨烯导电剂", "锂电池回收"]),
        person("p5", &[]),
    ]
}

fn cbn() -> NeedText {
    need("高韧性立方氮化硼ＣＢＮ单晶的研制及其产业化", "粒度100/120，抗冲击韧性≥67%。触媒自制工艺优化。")
}

#[test]
fn the_person_whose_work_is_the_need_comes_first() {
    let ranking = engine(sample()).rank(&cbn(), 2);
    let ids: Vec<&str> = ranking.candidates.iter().map(|c| c.person.as_str()).collect();
    assert_eq!(ids[0], "p1");
    assert_eq!(ids.len(), 2);
}

#[test]
fn traditional_characters_meet_simplified_ones() {
    let ranking = engine(sample()).rank(&need("锂离子电池隔膜", ""), 1);
    assert_eq!(ranking.candidates[0].person, "p4");
}

#[test]
fn everybody_is_listed_when_all_are_asked_for() {
    let ranking = engine(sample()).rank(&cbn(), usize::MAX);
    assert_eq!(ranking.candidates.len(), 5);
    let without_works = ranking.candidates.iter().find(|c| c.person == "p5").expect("kept");
    assert_eq!(without_works.flags, [Flag::NoWorks, Flag::NothingShared]);
}

#[test]
fn a_need_of_one_word_is_answered_and_flagged() {
    let ranking = engine(sample()).rank(&need("电池", ""), 1);
    assert!(ranking.candidates[0].flags.contains(&Flag::ShortNeed));
    assert!(ranking.candidates[0].score > Score::default());
}

#[test]
fn a_need_is_short_below_its_bound_only() {
    let of_terms = |terms: usize| need(&"钢铁冶炼炉渣".chars().take(terms + 1).collect::<String>(), "");
    let is_short = |terms| engine(sample()).rank(&of_terms(terms), 1).candidates[0].flags.contains(&Flag::ShortNeed);
    assert_eq!([NEED_TERMS_MIN - 1, NEED_TERMS_MIN, NEED_TERMS_MIN + 1].map(is_short), [true, false, false]);
}

#[test]
fn an_empty_need_and_an_empty_engine_do_not_panic() {
    let nothing = engine(Vec::new());
    assert!(nothing.rank(&cbn(), 10).candidates.is_empty());
    let ranking = engine(sample()).rank(&need("", ""), 3);
    assert!(ranking.candidates.iter().all(|c| c.score == Score::default() && c.flags.contains(&Flag::ShortNeed)));
    assert_eq!(ranking.candidates.len(), 3);
}

#[test]
fn a_need_of_a_megabyte_is_read_to_its_bound_and_flagged() {
    let long = need("立方氮化硼", &"单晶合成工艺，".repeat(50_000));
    let ranking = engine(sample()).rank(&long, 1);
    assert!(ranking.candidates[0].flags.contains(&Flag::CutNeed));
}

#[test]
fn duplicate_ids_are_refused() {
    let twice = vec![person("p1", &["甲"]), person("p1", &["乙"])];
    let refusal = Engine::build(twice, Weights::published()).expect_err("duplicate");
    assert_eq!(refusal, BuildError::DuplicatePerson("p1".into()));
    let mut one = person("p1", &["甲", "乙"]);
    one.works[1].id = "p1-0".into();
    let refusal = Engine::build(vec![one], Weights::published()).expect_err("duplicate");
    assert_eq!(refusal, BuildError::DuplicateWork { person: "p1".into(), work: "p1-0".into() });
}

#[test]
fn a_team_shows_its_best_evidence_and_its_deputy_first() {
    let in_team = |mut profile: Profile, role| {
        profile.team = "超硬材料团队".into();
        profile.team_role = Some(role);
        profile
    };
    let people = vec![
        in_team(person("lead", &["立方氮化硼单晶"]), TeamRole::Lead),
        in_team(person("member", &["立方氮化硼合成触媒"]), TeamRole::Member),
        in_team(person("second", &["高压设备"]), TeamRole::Deputy),
        person("other", &["水稻"]),
    ];
    let ranking = engine(people).rank(&cbn(), 4);
    let lead = ranking.candidates.iter().find(|c| c.person == "lead").expect("listed");
    let team = lead.team.as_ref().expect("in a team");
    assert_eq!(team.alternates, ["second", "member"]);
    assert_eq!(team.best.as_ref().map(|(person, _)| person.as_str()), Some("member"));
    assert!(ranking.candidates.iter().find(|c| c.person == "other").expect("listed").team.is_none());
}

#[test]
fn the_gap_to_the_last_chosen_is_told_feature_by_feature() {
    let explanation = engine(sample()).explain(&cbn(), "p3", 1).expect("known");
    let gap = explanation.gap.expect("not chosen");
    assert_eq!(gap.last_chosen, "p1");
    let difference: u64 = gap.features.iter().map(|(_, own, last)| last.millionths() - own.millionths()).sum();
    assert_eq!(difference, gap.missing.millionths());
    assert!(engine(sample()).explain(&cbn(), "p1", 1).expect("known").gap.is_none());
    assert!(engine(sample()).explain(&cbn(), "nobody", 1).is_none());
}

#[test]
fn a_ranking_of_many_needs_can_be_cancelled() {
    let needs = vec![cbn(); 8];
    let stop_at_once = |_| ControlFlow::Break(());
    assert_eq!(engine(sample()).rank_all(&needs, 5, &stop_at_once), Err(Cancelled));
    let go_on = |_| ControlFlow::Continue(());
    assert_eq!(engine(sample()).rank_all(&needs, 5, &go_on).expect("not cancelled").len(), 8);
}

#[test]
fn the_tops_of_two_parts_merge_into_the_top_of_the_whole() {
    let whole = engine(sample()).rank(&cbn(), 5).candidates;
    let parts = vec![whole[2..].to_vec(), whole[..2].to_vec()];
    assert_eq!(merge_tops(parts, 5), whole);
}

#[test]
fn people_who_came_later_are_found_and_shift_nobody_else() {
    let before = engine(sample());
    let newcomer = Profile { team: "电池组".into(), ..person("p0", &["锂离子电池回收"]) };
    let after = before.with(vec![newcomer], &BTreeSet::from(["p3"])).expect("ids differ");
    assert_eq!((after.people(), after.works(), after.profile("p3")), (5, 8, None));
    let about = need("锂离子电池回收", "");
    let known = |engine: &Engine, id: &str| engine.explain(&about, id, 9).expect("known").candidate.score;
    assert!(known(&after, "p0") > known(&after, "p4"));
    assert!(["p1", "p2", "p4", "p5"].iter().all(|id| known(&before, id) == known(&after, id)));
    assert!(before.is_settled() && !after.is_settled() && after.settled().is_settled());
    let twice = vec![person("p1", &["甲"]), person("p1", &["乙"])];
    assert_eq!(before.with(twice, &BTreeSet::new()).expect_err("duplicate"), BuildError::DuplicatePerson("p1".into()));
}

#[test]
fn statistics_are_due_beyond_a_share_of_the_entries_or_a_number_of_additions() {
    let of = |first: usize, people: usize| -> Vec<Profile> {
        (first..first + people).map(|at| person(&format!("p{at:03}"), &["锂离子电池"])).collect()
    };
    let base = engine(of(0, 100));
    let is_due = |added: usize, gone: usize| {
        let gone: Vec<String> = (0..gone).map(|at| format!("p{at:03}")).collect();
        let gone = gone.iter().map(String::as_str).collect();
        base.with(of(100, added), &gone).expect("ids differ").is_due()
    };
    let bound = CHANGED_PERCENT_MAX;
    assert_eq!([bound - 1, bound, bound + 1].map(|added| is_due(added, 0)), [false, false, true]);
    assert_eq!([bound - 1, bound, bound + 1].map(|gone| is_due(1, gone - 1)), [false, false, true]);
    let mut grown = base.clone();
    let mut due = Vec::new();
    for _ in 0..=ADDITIONS_MAX {
        grown = grown.with(Vec::new(), &BTreeSet::new()).expect("nobody");
        due.push(grown.is_due());
    }
    assert_eq!(due[ADDITIONS_MAX - 2..], [false, false, true]);
}

#[test]
fn the_first_vectors_wait_until_the_statistics_are_counted_anew() {
    let base = engine((0..100).map(|at| person(&format!("p{at:03}"), &["锂离子电池"])).collect());
    let vector = StoredVector::of(&[0.6, 0.8]);
    let mut encoded = person("p000", &["锂离子电池"]);
    encoded.works[0].vector = Some(vector.clone());
    let grown = base.with(vec![encoded], &BTreeSet::new()).expect("ids differ");
    let asked = NeedText { vector: Some(vector), ..need("锂离子电池", "") };
    let has_gap_of = |engine: &Engine| {
        let gap = engine.explain(&asked, "p050", 1).expect("known").gap.expect("not chosen");
        gap.features.iter().any(|(feature, ..)| *feature == Feature::Meaning)
    };
    assert!(grown.is_due() && !has_gap_of(&grown) && has_gap_of(&grown.settled()));
}

/// Texts with enough common material to match: words of a few fields, a Latin name, a number.
fn text() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "立方氮化硼",
        "单晶",
        "CBN",
        "触媒",
        "锂电池",
        "電池",
        "隔膜",
        "石墨烯",
        "秸秆",
        "饲料",
        "100/120",
        "≥67%",
        "，",
        "。",
        "的研发",
        "ＰＭ２．５",
        "钢",
        " ",
        "现有工作基础：",
        "\n",
    ]);
    proptest::collection::vec(word, 0..12).prop_map(|words| words.concat())
}

/// Some texts have vectors, some have none.
fn some_vector() -> impl Strategy<Value = Option<StoredVector>> {
    prop::option::of(proptest::collection::vec(-1.0f32..1.0, 4).prop_map(|numbers| StoredVector::of(&numbers)))
}

prop_compose! {
    fn some_need()(title in text(), content in text(), keywords in proptest::collection::vec(text(), 0..3), vector in some_vector()) -> NeedText {
        NeedText { id: "n1".into(), title, content, keywords, vector, indicators: Vec::new() }
    }
}

prop_compose! {
    fn some_work()(title in text(), summary in text(), keywords in proptest::collection::vec(text(), 0..2), year in prop::option::of(2000..2026), vector in some_vector()) -> WorkText {
        WorkText { title, summary, keywords, year, vector, ..WorkText::default() }
    }
}

fn some_people() -> impl Strategy<Value = Vec<Profile>> {
    let works = proptest::collection::vec(some_work(), 0..5);
    proptest::collection::vec((works, text()), 1..8).prop_map(|people| {
        let numbered = people.into_iter().enumerate();
        numbered.map(|(at, (works, directions))| profile(at, works, directions)).collect()
    })
}

fn profile(at: usize, mut works: Vec<WorkText>, directions: String) -> Profile {
    works.iter_mut().enumerate().for_each(|(number, work)| work.id = format!("p{at}-{number}"));
    Profile { id: format!("p{at}"), directions, works, ..Profile::default() }
}

fn all_of(people: &[Profile]) -> BTreeSet<&str> {
    people.iter().map(|person| person.id.as_str()).collect()
}

/// Everything that an engine says of a need.
fn answers(engine: &Engine, need: &NeedText) -> String {
    let of_all = engine.rank_explained(need, usize::MAX);
    let of_some = engine.rank(need, 2);
    serde_json::to_string(&(of_all, of_some)).expect("writes")
}

fn sums_hold(reason: &Reason) -> bool {
    let sum: u64 = reason.parts.iter().map(|part| part.score.millionths()).sum();
    reason.parts.is_empty() || (sum == reason.score.millionths() && reason.parts.iter().all(sums_hold))
}

fn in_need<'a>(need: &'a NeedText, place: &Place) -> &'a str {
    let text = match place.field {
        Field::Title => &need.title,
        Field::Body => &need.content,
        Field::Keyword(number) => &need.keywords[number],
    };
    &text[place.from..place.to]
}

fn in_work<'a>(work: &'a WorkText, place: &Place) -> &'a str {
    let text = match place.field {
        Field::Title => &work.title,
        Field::Body => &work.summary,
        Field::Keyword(number) => &work.keywords[number],
    };
    &text[place.from..place.to]
}

/// What a leaf names: its phrase, or its scattered terms.
fn cited(what: &What) -> Vec<String> {
    match what {
        What::Phrase(shared) if !shared.need().is_empty() && !shared.work().is_empty() => {
            vec![shared.phrase().to_owned()]
        }
        What::Scattered { terms } => terms.iter().map(ToString::to_string).collect(),
        What::Feature { feature: Feature::Meaning } => Vec::new(),
        other => panic!("a leaf is a phrase or scattered terms: {other:?}"),
    }
}

fn whole(texts: &[&str], keywords: &[String]) -> String {
    normalised(&format!("{} {}", texts.join(" "), keywords.join(" ")))
}

fn text_of(profile: &Profile, what: &What) -> String {
    let (What::BestWork { id, .. } | What::SupportingWork { id, .. }) = what else { panic!("a work: {what:?}") };
    let work = profile.works.iter().find(|work| work.id == *id);
    work.map_or(normalised(&profile.directions), |work| whole(&[&work.title, &work.summary], &work.keywords))
}

fn normalised(text: &str) -> String {
    matching::text::glyphs(text).iter().map(|glyph| glyph.ch).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn leaves_sum_to_the_score_of_the_ranking(need in some_need(), people in some_people()) {
        let engine = engine(people);
        for candidate in engine.rank(&need, usize::MAX).candidates {
            let explanation = engine.explain(&need, &candidate.person, 1).expect("known");
            prop_assert_eq!(&explanation.candidate, &candidate);
            prop_assert_eq!(explanation.reason.score, candidate.score);
            prop_assert!(sums_hold(&explanation.reason));
            let leaves: u64 = explanation.reason.leaves().iter().map(|leaf| leaf.score.millionths()).sum();
            prop_assert_eq!(leaves, candidate.score.millionths());
        }
    }

    #[test]
    fn every_leaf_of_a_score_is_on_both_sides(need in some_need(), people in some_people()) {
        let engine = engine(people);
        let in_need = whole(&[&need.title, &need.content], &need.keywords);
        for candidate in engine.rank(&need, usize::MAX).candidates {
            let reason = engine.explain(&need, &candidate.person, 1).expect("known").reason;
            let profile = engine.profile(&candidate.person).expect("known");
            for part in &reason.parts {
                let in_work = text_of(profile, &part.what);
                for leaf in part.leaves() {
                    let cited = cited(&leaf.what);
                    prop_assert!(!cited.is_empty() || need.vector.is_some());
                    prop_assert!(cited.iter().all(|text| in_need.contains(text) && in_work.contains(text)), "{:?}", leaf);
                }
            }
        }
    }

    #[test]
    fn cited_phrases_occur_verbatim_on_both_sides(need in some_need(), work in some_work()) {
        for shared in ComparedNeed::of(&need).shared_phrases(&work) {
            let phrase = shared.phrase();
            prop_assert!(!shared.need().is_empty() && !shared.work().is_empty());
            prop_assert!(shared.need().iter().all(|place| normalised(in_need(&need, place)) == phrase));
            prop_assert!(shared.work().iter().all(|place| normalised(in_work(&work, place)) == phrase));
            prop_assert!(!shared.words().is_empty() && shared.words().iter().all(|word| phrase.contains(word)));
        }
    }

    #[test]
    fn taking_a_work_away_never_raises_the_score(need in some_need(), people in some_people()) {
        let engine = engine(people.clone());
        for candidate in engine.rank(&need, usize::MAX).candidates {
            let scores = engine.work_scores_of(&need, &candidate.person).expect("known");
            let total = roll_up(&scores, engine.weights()).total();
            for gone in 0..scores.len() {
                let mut fewer = scores.clone();
                fewer.remove(gone);
                prop_assert!(roll_up(&fewer, engine.weights()).total() <= total);
            }
        }
    }

    #[test]
    fn the_best_few_are_the_first_of_everybody(need in some_need(), people in some_people(), top in 1..6usize) {
        let engine = engine(people);
        let everybody = engine.rank(&need, usize::MAX).candidates;
        prop_assert_eq!(engine.rank(&need, top).candidates, &everybody[..top.min(everybody.len())]);
    }

    #[test]
    fn shuffled_people_and_works_give_the_same_ranking(need in some_need(), people in some_people()) {
        let mut shuffled = people.clone();
        shuffled.reverse();
        for person in &mut shuffled {
            person.works.reverse();
        }
        prop_assert_eq!(engine(people).rank(&need, 5), engine(shuffled).rank(&need, 5));
    }

    #[test]
    fn people_who_come_change_and_go_are_as_if_it_had_always_been_so(
        need in some_need(), first in some_people(), later in proptest::collection::vec((some_people(), 0..8usize, 0..4usize), 1..4),
    ) {
        let first: Vec<Profile> = first.into_iter().map(|person| Profile { team: "甲组".into(), ..person }).collect();
        let base = engine(first.clone());
        let by_id = |people: &[Profile]| people.iter().map(|person| (person.id.clone(), person.clone())).collect::<Vec<_>>();
        let mut everybody: BTreeMap<String, Profile> = by_id(&first).into_iter().collect();
        let mut grown = base.clone();
        for (people, skipped, leaver) in later {
            let changed: Vec<Profile> = people.into_iter().skip(skipped / 2).collect();
            let gone = format!("p{leaver}");
            grown = grown.with(changed.clone(), &BTreeSet::from([gone.as_str()])).expect("ids differ");
            everybody.remove(&gone);
            everybody.extend(by_id(&changed));
        }
        let people: Vec<Profile> = everybody.values().cloned().collect();
        let at_once = base.with(people.clone(), &all_of(&first)).expect("ids differ");
        prop_assert_eq!(answers(&grown, &need), answers(&at_once, &need));
        let built = answers(&engine(people.clone()), &need);
        prop_assert_eq!(answers(&grown.settled(), &need), built.as_str());
        let settled_at_once = base.settled_with(people, &all_of(&first)).expect("ids differ");
        prop_assert_eq!(answers(&settled_at_once, &need), built.as_str());
    }
}

#[test]
fn one_thread_and_four_give_the_same_bytes() {
    let people: Vec<Profile> =
        (0..300).map(|at| person(&format!("p{at}"), &["锂离子电池隔膜", "秸秆饲料", "石墨烯"][..=(at % 3)])).collect();
    let needs = [cbn(), need("石墨烯锂电池", "秸秆")];
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        let go_on = |_| ControlFlow::Continue(());
        let rankings = pool.install(|| engine(people.clone()).rank_all(&needs, 50, &go_on)).expect("not cancelled");
        serde_json::to_string(&rankings).expect("writes")
    };
    assert_eq!(with(1), with(4));
}

#[test]
fn the_phrases_of_a_need_stand_in_it_and_lead_with_what_its_title_names() {
    let engine = engine(vec![person("p1", &["石墨烯防腐涂层的制备"])]);
    let need = need("石墨烯防腐涂层的研发", "目前的涂层附着力差，拟采用等离子喷涂，提高系统的性能。");
    let phrases = engine.phrases(&need, 10);
    assert!(phrases[0].phrase.contains("石墨烯"), "{phrases:?}");
    assert!(phrases.iter().any(|one| one.phrase.contains("等离子")), "{phrases:?}");
    assert!(phrases.iter().all(|one| !one.phrase.contains("研发") && one.phrase != "系统"), "{phrases:?}");
    assert!(phrases.windows(2).all(|pair| pair[0].share >= pair[1].share), "{phrases:?}");
    for one in &phrases {
        let text = if one.place.field == Field::Title { &need.title } else { &need.content };
        assert_eq!(text[one.place.from..one.place.to], one.phrase);
    }
    assert_eq!(engine.phrases(&need, 1).len(), 1);
    assert_eq!(engine.phrases(&NeedText::default(), 10), []);
}

#[test]
fn a_quantity_that_both_state_raises_the_score_and_one_that_no_work_states_costs_nothing() {
    let stated = |name: &str, limit, value: f64| Indicator {
        name: name.into(),
        dimension: "%".into(),
        limit,
        low: value,
        high: value,
        text: format!("{name} {value}"),
        place: Place { field: Field::Body, from: 0, to: 0 },
    };
    let with = |indicators: Vec<Indicator>| {
        let mut one = person("p1", &["石墨烯防腐涂层"]);
        one.works[0].indicators = indicators;
        engine(vec![one, person("p2", &["水稻秸秆还田"])])
    };
    let plain = need("石墨烯涂层", "");
    let asking = NeedText { indicators: vec![stated("抗冲击韧性", Limit::AtLeast, 0.67)], ..plain.clone() };
    let score = |engine: &Engine, need: &NeedText| engine.rank(need, 1).candidates[0].score;
    let (stating, silent) = (with(vec![stated("涂层抗冲击韧性", Limit::Value, 0.7)]), with(Vec::new()));
    assert_eq!(score(&silent, &asking), score(&silent, &plain));
    assert!(score(&stating, &asking) > score(&stating, &plain));
    let explained = stating.explain(&asking, "p1", 1).expect("known");
    let [compared] = &explained.evidence[0].indicators[..] else { panic!("{:?}", explained.evidence) };
    assert_eq!(compared.outcome, Outcome::Met);
    let leaves: u64 = explained.reason.leaves().iter().map(|leaf| leaf.score.millionths()).sum();
    assert_eq!(leaves, explained.candidate.score.millionths());
}
