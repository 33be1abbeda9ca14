//! Headers, the forms' token, foreign posts.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Request, StatusCode};

use super::Visitor;

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    for path in ["/gallery", "/no-such-page", "/appearance"] {
        let answer = Visitor::new().get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "same-origin");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn a_form_without_the_token_or_with_another_is_refused() {
    let mut visitor = Visitor::new();
    visitor.get("/gallery").await;
    for body in ["theme=dark", "csrf=&theme=dark", "csrf=00000000000000000000000000000000&theme=dark"] {
        let answer = visitor.post_raw("/appearance", body.to_owned()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{body}");
        assert!(answer.body.contains("页面已过期"));
    }
}

#[tokio::test]
async fn the_token_stays_the_same_for_a_visitor_and_differs_between_visitors() {
    let (mut first, mut second) = (Visitor::new(), Visitor::new());
    let set = first.get("/gallery").await.header("set-cookie").to_owned();
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax"), "{set}");
    assert_eq!(first.get("/gallery").await.header("set-cookie"), "");
    assert_ne!(second.get("/gallery").await.header("set-cookie"), set);
}

#[tokio::test]
async fn a_post_from_another_site_is_refused_even_with_the_token() {
    let mut visitor = Visitor::new();
    visitor.get("/gallery").await;
    let token = visitor.token().to_owned();
    let post = |name: &'static str, value: &'static str| {
        Request::post("/appearance")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("host", "zongshi.example")
            .header(name, value)
            .body(Body::from(format!("csrf={token}&theme=dark")))
            .expect("a request")
    };
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let expected = if value == "null" { StatusCode::SEE_OTHER } else { StatusCode::FORBIDDEN };
        assert_eq!(visitor.send(post(name, value)).await.status, expected, "{name}: {value}");
    }
    let own = visitor.send(post("origin", "https://zongshi.example")).await;
    assert_eq!(own.status, StatusCode::SEE_OTHER);
}
