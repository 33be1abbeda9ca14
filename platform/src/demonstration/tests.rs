//! What the demonstration promises: sizes, sameness for a seed, ids, coherence, the cases on purpose.

use std::collections::BTreeSet;

use sm3::{Digest, Sm3};

use super::*;

fn hash(seed: u64) -> Vec<u8> {
    let mut hash = Sm3::new();
    for (_, text) in files::texts(&province(seed)).unwrap() {
        hash.update(text.as_bytes());
    }
    hash.finalize().to_vec()
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    assert_eq!(hash(SEED), hash(SEED));
    assert_ne!(hash(SEED), hash(SEED + 1));
}

#[test]
fn sizes_are_exact_for_any_seed() {
    for seed in [SEED, 1, 99] {
        let made = province(seed);
        let works: usize = made.people.iter().map(|person| person.works.len()).sum();
        assert_eq!(
            (made.enterprises.len(), made.needs.len(), made.units.len(), made.people.len(), works),
            (ENTERPRISES, NEEDS, UNITS, PEOPLE, WORKS)
        );
    }
}

#[test]
fn ids_credit_codes_names_and_titles_of_works_are_used_once() {
    let made = province(SEED);
    let once = |values: Vec<&str>| {
        let all = values.len();
        assert_eq!(values.into_iter().collect::<BTreeSet<_>>().len(), all);
    };
    once(made.needs.iter().map(|need| need.id.as_str()).collect());
    once(made.people.iter().map(|person| person.id.as_str()).collect());
    once(made.people.iter().filter_map(|person| person.name.as_deref()).collect());
    once(made.enterprises.iter().filter_map(|enterprise| enterprise.credit_code.as_deref()).collect());
    for enterprise in &made.enterprises {
        programme::identifiers::CreditCode::parse(enterprise.credit_code.as_deref().unwrap()).unwrap();
    }
    once(made.people.iter().flat_map(|person| &person.works).map(|work| work.title.as_str()).collect());
}

#[test]
fn no_slot_and_no_range_is_left_unfilled() {
    let made = province(SEED);
    let works = made.people.iter().flat_map(|person| &person.works).flat_map(|work| [&work.title, &work.summary]);
    let texts = made.needs.iter().flat_map(|need| [&need.title, &need.content]).chain(works);
    for text in texts.chain(made.people.iter().filter_map(|person| person.directions.as_ref())) {
        assert!(!text.contains(['[', ']', '{', '}']), "{text}");
    }
}

#[test]
fn every_role_has_an_account_that_fits_its_binding() {
    let made = province(SEED);
    for role in programme::access::Role::ALL {
        let account = made.accounts.iter().find(|account| account.role == *role).unwrap_or_else(|| panic!("{role:?}"));
        programme::access::Actor::new(account.login, *role, account.binding.as_deref()).unwrap();
    }
}

#[test]
fn every_name_shows_that_it_is_invented() {
    let made = province(SEED);
    let names =
        made.enterprises.iter().map(|of| of.name.as_deref()).chain(made.people.iter().map(|of| of.name.as_deref()));
    for name in names.chain(made.units.iter().map(|unit| Some(unit.name.as_str()))) {
        assert!(name.is_some_and(|name| name.ends_with("（演示）")), "{name:?}");
    }
}

#[test]
fn all_thirteen_cities_and_prefectures_have_an_enterprise() {
    let cities: BTreeSet<String> =
        province(SEED).enterprises.iter().filter_map(|of| Some(of.region.as_ref()?[..4].to_owned())).collect();
    assert_eq!(cities.len(), 13, "{cities:?}");
}

#[test]
fn the_cases_on_purpose_are_there() {
    let made = province(SEED);
    let over = NOTICE_DAY - chrono::Months::new(12 * 56);
    assert!(made.people.iter().any(|person| person.birth == NaiveDate::from_ymd_opt(1969, 7, 10)));
    assert!(made.people.iter().filter(|person| person.birth.is_some_and(|birth| birth <= over)).count() >= 10);
    assert!(made.people.iter().filter(|person| person.works.is_empty()).count() >= 10);
    assert!(made.needs.iter().filter(|need| need.content.is_empty()).count() >= 4);
    assert!(
        made.shareholders
            .iter()
            .any(|holder| holder.founder && holder.holder_id.as_deref().is_some_and(|id| id.starts_with('P')))
    );
    assert_eq!(made.misconduct.len(), 3);
    let expired = made
        .enterprises
        .iter()
        .filter(|of| of.qualifications.iter().all(|held| held.valid_until.is_some_and(|day| day < NOTICE_DAY)));
    assert!(expired.count() >= 4);
}

#[test]
fn most_needs_have_an_expert_some_only_neighbours_and_a_few_nobody() {
    let made = province(SEED);
    let best = |need: &programme::record::Need| {
        made.truth.iter().filter(|pair| pair.need == need.id).map(|pair| pair.level).max()
    };
    let count = |level| made.needs.iter().filter(|need| best(need) == Some(level)).count();
    assert!(count(4) >= 110, "{}", count(4));
    assert!(count(3) + count(2) >= 8, "{}", count(3) + count(2));
    assert!((2..=15).contains(&count(1)), "{}", count(1));
}
