//! 1. The known examples pass or fail as stated.
//! 2. Width, case and outer space do not matter.
//! 3. An error names the character and what was meant.
//! 4. One wrong character never passes.
//! 5. Numbers print themselves masked.

use programme::identifiers::{CreditCode, IdentifierError, Mobile, ResidentId};
use programme::record::Sex;
use proptest::prelude::*;

const CREDIT_CODES: [&str; 5] =
    ["91350100M000100Y43", "91230199MA0000015K", "91230600MA1AAAA112", "91231200MA00000X7T", "12230000414000019P"];
const RESIDENT_IDS: [&str; 3] = ["11010519491231002X", "440524188001010014", "230101197001010013"];

#[test]
fn the_known_credit_codes_pass() {
    for code in CREDIT_CODES {
        let parsed = CreditCode::parse(code).unwrap();
        assert_eq!(parsed.as_str(), code);
        assert!(parsed.organisation_code_holds(), "{code}");
        assert_eq!(parsed.is_enterprise(), code.starts_with("91"));
    }
}

#[test]
fn an_organisation_code_that_breaks_its_own_check_is_only_told() {
    let mut last_symbols = ('0'..='9').chain('A'..='Z');
    let code = last_symbols.find_map(|last| CreditCode::parse(&format!("91350100M000100Y5{last}")).ok());
    assert!(!code.expect("one last symbol fits").organisation_code_holds());
}

#[test]
fn a_wrong_credit_code_says_what_is_wrong() {
    let message = |code: &str| CreditCode::parse(code).unwrap_err().to_string();
    insta::assert_snapshot!(message("91350100M000100Y4Z"), @"第 18 位“Z”不能出现在此处，是否应为数字 2");
    insta::assert_snapshot!(message("9135O1OOM000100Y43"), @"第 5 位“O”不能出现在此处，是否应为数字 0；第 7 位“O”不能出现在此处，是否应为数字 0；第 8 位“O”不能出现在此处，是否应为数字 0");
    insta::assert_snapshot!(message("91350100M000100Y44"), @"第 18 位校验码为 4，按前 17 位应为 3，请逐位核对证件");
    insta::assert_snapshot!(message("91350100M000100Y4"), @"应为 18 位，现为 17 位");
    insta::assert_snapshot!(message("91350100M000100V43"), @"第 16 位“V”不能出现在此处，请核对证件");
    insta::assert_snapshot!(message("000000000000000000"), @"第 1 位“0”不能出现在此处，请核对证件");
    assert_eq!(CreditCode::parse("").unwrap_err().code(), "length");
}

#[test]
fn letters_are_taken_for_the_digits_they_look_like() {
    for (typed, meant) in [('O', '0'), ('I', '1'), ('Z', '2'), ('S', '5'), ('o', '0'), ('Ｓ', '5')] {
        let code = format!("9123019{typed}MA0000015K");
        let Err(IdentifierError::Characters(wrong)) = CreditCode::parse(&code) else { panic!("{code}") };
        assert_eq!((wrong.len(), wrong[0].position, wrong[0].suggestion), (1, 8, Some(meant)));
    }
}

#[test]
fn the_known_resident_ids_pass_and_give_their_birth_date() {
    for (id, birth) in RESIDENT_IDS.into_iter().zip(["1949-12-31", "1880-01-01", "1970-01-01"]) {
        let parsed = ResidentId::parse(id).unwrap();
        assert_eq!((parsed.full(), parsed.birth().to_string().as_str()), (id, birth));
    }
}

#[test]
fn the_17th_digit_of_a_resident_id_states_the_sex() {
    let sexes = ["11010519491231002X", "440524188001010014"].map(|id| ResidentId::parse(id).unwrap().sex());
    assert_eq!(sexes, [Sex::Female, Sex::Male]);
}

#[test]
fn a_resident_id_with_the_right_check_but_no_such_day_is_refused() {
    for (id, date) in [("230604198502290018", "1985-02-29"), ("230103198602300021", "1986-02-30")] {
        let error = ResidentId::parse(id).unwrap_err();
        assert_eq!(error, IdentifierError::ImpossibleBirth(date.to_owned()));
        assert_eq!(error.code(), "impossible_birth");
    }
}

#[test]
fn width_case_and_outer_space_do_not_matter() {
    assert_eq!(ResidentId::parse(" 11010519491231002x　").unwrap().full(), RESIDENT_IDS[0]);
    assert_eq!(CreditCode::parse("９１２３０１９９ｍａ0000015k").unwrap().as_str(), CREDIT_CODES[1]);
    assert_eq!(Mobile::parse("１３８００００００００").unwrap().full(), "13800000000");
}

#[test]
fn a_mobile_number_begins_with_1_and_3_to_9() {
    assert!(Mobile::parse("13000000000").is_ok() && Mobile::parse("19999999999").is_ok());
    for wrong in ["12800000000", "23800000000", "1380000000", "138000000000", "+8613800000000", "1380000000a"] {
        assert!(Mobile::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn personal_numbers_print_themselves_masked() {
    let id = ResidentId::parse(RESIDENT_IDS[2]).unwrap();
    assert_eq!((id.to_string(), format!("{id:?}")), ("23****************".to_owned(), "23****************".to_owned()));
    let mobile = Mobile::parse("13812340000").unwrap();
    assert_eq!((mobile.to_string(), format!("{mobile:?}")), ("138****0000".to_owned(), "138****0000".to_owned()));
}

proptest! {
    #[test]
    fn one_wrong_character_never_passes(which in 0usize..5, at in 0usize..18, symbol in "[0-9A-HJ-NP-RTUW-Y]") {
        let mut code = CREDIT_CODES[which].to_owned();
        prop_assume!(code[at..=at] != symbol);
        code.replace_range(at..=at, &symbol);
        prop_assert!(CreditCode::parse(&code).is_err());
    }

    #[test]
    fn any_text_is_read_or_refused_without_panic(text in "\\PC{0,24}") {
        let _ = (CreditCode::parse(&text), ResidentId::parse(&text), Mobile::parse(&text));
    }
}
