//! Language, theme and size of type are kept by a cookie and applied by the server.

use axum::http::StatusCode;

use super::Visitor;

#[tokio::test]
async fn a_new_visitor_reads_chinese_in_the_systems_colours() {
    let answer = Visitor::new().get("/gallery").await;
    assert!(answer.body.contains(r#"<html lang="zh-CN" class="theme-auto type-normal">"#));
    assert!(answer.body.contains("<title>界面组件 - 总师通</title>"));
}

#[tokio::test]
async fn saved_settings_show_on_the_next_page_and_lead_back() {
    let mut visitor = Visitor::new();
    let answer = visitor.post("/appearance", "theme=contrast&type=larger&lang=en&return=%2Fgallery%3Fpage%3D2").await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/gallery?page=2"));
    let page = visitor.get("/gallery").await.body;
    assert!(page.contains(r#"<html lang="en" class="theme-contrast type-larger">"#));
}

#[tokio::test]
async fn the_language_switch_leaves_colours_and_size_alone() {
    let mut visitor = Visitor::who_chose("zh.dark.large");
    visitor.post("/appearance", "lang=en").await;
    assert!(visitor.get("/gallery").await.body.contains(r#"<html lang="en" class="theme-dark type-large">"#));
}

#[tokio::test]
async fn an_unknown_theme_comes_back_with_a_summary_and_the_other_choices_kept() {
    let answer = Visitor::new().post("/appearance", "theme=pink&type=large&lang=zh").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains(r##"<a href="#f-theme">配色不在可选范围内，请重新选择</a>"##));
    assert!(answer.body.contains(r#"value="large" checked"#));
}

#[tokio::test]
async fn the_form_never_leads_to_another_host() {
    for target in ["https%3A%2F%2Fexample.org", "%2F%2Fexample.org", "%2F%5Cexample.org", "%2F%0A%2Fexample.org", ""] {
        let answer = Visitor::new().post("/appearance", &format!("theme=dark&return={target}")).await;
        assert_eq!(answer.header("location"), "/", "{target}");
    }
}

#[tokio::test]
async fn a_broken_cookie_falls_back_to_the_default() {
    for cookie in ["", "xx", "zh.pink.huge", "zh.dark.large.more", "...."] {
        assert_eq!(Visitor::who_chose(cookie).get("/gallery").await.status, StatusCode::OK, "{cookie}");
    }
}
