//! The form kit: every problem at once, typed values kept, bounds with the message that names them.

use axum::http::StatusCode;
use chrono::NaiveDate;
use platform::web::form::{FORM_FIELDS_MAX, Form};
use platform::web::kit::error_summary::ErrorSummary;
use platform::web::kit::field::{AREA_CHARS_MAX, Choices, LINE_CHARS_MAX, OptionItem, TextField};
use platform::web::texts::{Lang, Texts};

use super::Visitor;

const CHINESE: Texts = Texts::new(Lang::Chinese);

fn form(fields: &[(&str, &str)]) -> Form {
    Form::from_fields(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())), CHINESE)
}

fn title() -> TextField {
    TextField::line("title", "需求名称").required().at_most(5)
}

#[test]
fn every_problem_is_reported_at_once_and_what_was_typed_is_kept() {
    let until = TextField::date("until", "期限");
    let mut form = form(&[("title", ""), ("until", "明年")]);
    form.text(&title());
    form.date(&until);
    let summary = ErrorSummary::of(&form).to_string();
    assert!(summary.contains("有 2 处需要修改，尚未保存"));
    assert!(summary.contains(r##"<a href="#f-title">请填写需求名称</a>"##), "{summary}");
    let field = until.filled(&form).to_string();
    assert!(
        field.contains(r#"type="text" value="明年""#) && field.contains("应为日期，例如 2025-03-01，现为“明年”"),
        "{field}"
    );
    assert!(field.contains(r#"aria-describedby="f-until-error""#) && field.contains(r#"aria-invalid="true""#));
}

#[test]
fn text_is_bounded_in_characters_not_bytes() {
    for (text, right) in [("石墨烯材", true), ("石墨烯材料", true), ("石墨烯材料学", false)] {
        let mut form = form(&[("title", text)]);
        form.text(&title());
        assert_eq!(!form.has_problems(), right, "{text}");
    }
    let mut form = form(&[("title", "石墨烯材料学")]);
    form.text(&title());
    assert_eq!(form.problem_at("title"), "需求名称最多 5 个字，现为 6 个字，请缩短");
}

#[test]
fn fields_without_a_bound_of_their_own_have_the_kits() {
    for (field, max) in
        [(TextField::line("x", "名称"), LINE_CHARS_MAX), (TextField::area("x", "内容", 3), AREA_CHARS_MAX)]
    {
        for (length, right) in [(max - 1, true), (max, true), (max + 1, false)] {
            let mut form = form(&[("x", &"石".repeat(length))]);
            form.text(&field);
            assert_eq!(!form.has_problems(), right, "{length}");
        }
    }
}

#[tokio::test]
async fn a_form_of_too_many_fields_is_refused() {
    let mut visitor = Visitor::new();
    let fields = |count: usize| format!("theme=dark{}", "&x=1".repeat(count - "csrf theme".split(' ').count()));
    for (count, status) in [
        (FORM_FIELDS_MAX - 1, StatusCode::SEE_OTHER),
        (FORM_FIELDS_MAX, StatusCode::SEE_OTHER),
        (FORM_FIELDS_MAX + 1, StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(visitor.post("/appearance", &fields(count)).await.status, status, "{count}");
    }
}

#[test]
fn text_is_trimmed_and_line_ends_become_plain() {
    let area = TextField::area("content", "内容", 4);
    assert_eq!(form(&[("content", "  一\r\n二  ")]).text(&area), "一\n二");
}

#[test]
fn characters_that_cannot_be_shown_are_refused() {
    for text in ["石\u{0}墨", "石\u{fffd}墨", "石\u{7}", "石\n墨"] {
        let mut form = form(&[("title", text)]);
        form.text(&title());
        assert_eq!(form.problem_at("title"), "需求名称含有无法显示的字符，请删除后重新填写");
    }
}

#[test]
fn dates_and_numbers_are_read_within_their_bounds() {
    let until = TextField::date("until", "期限");
    let posts = TextField::number("posts", "人数");
    assert_eq!(form(&[("until", "2025-03-01")]).date(&until), NaiveDate::from_ymd_opt(2025, 3, 1));
    assert_eq!(form(&[]).date(&until), None);
    for (text, read) in [("0", None), ("1", Some(1)), ("5", Some(5)), ("6", None), ("二", None), ("1.0", None)] {
        let mut form = form(&[("posts", text)]);
        assert_eq!(form.whole_number(&posts, 1..=5), read, "{text}");
        assert_eq!(form.has_problems(), read.is_none(), "{text}");
    }
}

#[test]
fn a_choice_that_was_not_offered_is_refused() {
    let mode = || Choices::radio("mode", "方式", [OptionItem::new("a", "甲"), OptionItem::new("b", "乙")]).required();
    assert_eq!(form(&[("mode", "b")]).choice(&mode()).as_deref(), Some("b"));
    let mut foreign = form(&[("mode", "c")]);
    assert_eq!(foreign.choice(&mode()), None);
    assert_eq!(foreign.problem_at("mode"), "方式不在可选范围内，请重新选择");
    let mut none = form(&[]);
    assert_eq!(none.choice(&mode()), None);
    assert_eq!(none.problem_at("mode"), "请选择方式");
}

#[test]
fn what_was_typed_cannot_become_markup() {
    let form = form(&[("title", r#""><script>alert(1)</script>"#)]);
    let field = title().filled(&form).to_string();
    assert!(!field.contains("<script>"), "{field}");
}

#[test]
fn a_secret_is_never_shown_again() {
    let secret = TextField::password("secret", "密码", "current-password");
    assert!(!secret.filled(&form(&[("secret", "hunter2")])).to_string().contains("hunter2"));
}
