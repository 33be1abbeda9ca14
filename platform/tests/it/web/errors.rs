//! Answers other than the wished-for page keep the site's look, language and the request number.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use platform::web::errors::{Failure, bytes_in_words};
use platform::web::form::FORM_BYTES_MAX;
use platform::web::{Site, around};

use super::Visitor;
use super::light::assert_page_is_light;

#[tokio::test]
async fn an_unknown_address_is_answered_with_a_page_and_the_way_out() {
    let answer = Visitor::new().get("/no-such-page").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.body.contains("<h1>没有找到这个页面</h1>") && answer.body.contains("返回首页"));
    assert_page_is_light(&answer.body);
}

#[tokio::test]
async fn an_error_page_speaks_the_visitors_language() {
    let answer = Visitor::who_chose("en.dark.normal").get("/no-such-page").await;
    assert!(answer.body.contains("Page not found") && answer.body.contains("theme-dark"));
}

#[tokio::test]
async fn a_method_that_an_address_does_not_take_is_a_page_too() {
    let answer = Visitor::new().post("/gallery", "").await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(answer.body.contains("这个网址不接受这种请求"));
}

#[tokio::test]
async fn a_form_above_the_limit_is_refused_with_the_limit_named() {
    let mut visitor = Visitor::new();
    let fill = |length: usize| format!("theme=dark&fill={}", "x".repeat(length));
    let room = FORM_BYTES_MAX - "csrf=".len() - 32 - "&".len() - fill(0).len();
    assert_eq!(visitor.post("/appearance", &fill(room - 1)).await.status, StatusCode::SEE_OTHER);
    assert_eq!(visitor.post("/appearance", &fill(room)).await.status, StatusCode::SEE_OTHER);
    let answer = visitor.post("/appearance", &fill(room + 1)).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.body.contains("上限为 512 KB"), "{}", answer.body);
}

#[tokio::test]
async fn a_fault_and_a_panic_show_the_request_number_and_nothing_of_the_cause() {
    let routes = Router::new()
        .route("/fault", get(|| async { Failure::Fault(anyhow::anyhow!("the secret cause")) }))
        .route("/panic", get(|| async { panicking("the secret cause") }));
    let mut visitor = Visitor::of(around(routes, Site::default()));
    for path in ["/fault", "/panic"] {
        let answer = visitor.get(path).await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
        let number = answer.header("x-request-id").to_owned();
        assert!(answer.body.contains(&format!("请求编号 {number}")) && number.len() == 8);
        assert!(!answer.body.contains("secret"));
    }
}

fn panicking(cause: &str) -> StatusCode {
    assert!(cause.is_empty(), "{cause}");
    StatusCode::OK
}

#[tokio::test]
async fn a_refusal_says_why() {
    let why = || async { Failure::Forbidden("只有省科技厅可以发起匹配".into()) };
    let routes = Router::new().route("/match", get(why));
    let answer = Visitor::of(around(routes, Site::default())).get("/match").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(answer.body.contains("只有省科技厅可以发起匹配"));
}

#[test]
fn limits_are_said_in_the_largest_whole_unit() {
    assert_eq!(bytes_in_words(512 * 1024), "512 KB");
    assert_eq!(bytes_in_words(10 * 1024 * 1024), "10 MB");
}
