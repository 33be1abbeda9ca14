//! The gallery in every appearance: light, complete, in the right language.

use std::collections::BTreeSet;

use axum::http::StatusCode;

use super::Visitor;
use super::light::assert_page_is_light;

#[tokio::test]
async fn the_gallery_is_light_in_both_languages() {
    for lang in ["zh", "en"] {
        let answer = Visitor::who_chose(&format!("{lang}.auto.normal")).get("/gallery").await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_page_is_light(&answer.body);
    }
}

#[tokio::test]
async fn the_gallery_shows_every_component() {
    let answer = Visitor::new().get("/gallery").await;
    for class in [
        "button-primary",
        "button-danger",
        "status-good",
        "level-4",
        "notice-error",
        "field-wrong",
        "toolbar",
        "table",
        "pages",
        "breadcrumb",
        "tabs",
        "steps",
        "values",
        "timeline",
        "whereabouts",
        "progress",
        "evidence",
        "findings",
        "contributions",
        "card",
        "details",
        "confirm",
        "input-file",
        "choice",
        "empty",
    ] {
        assert!(answer.body.contains(class), "no {class}");
    }
}

#[tokio::test]
async fn ids_are_unique_and_every_reference_has_its_target() {
    let body = Visitor::new().get("/gallery").await.body;
    let ids: Vec<&str> = values(&body, "id");
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len(), "{ids:?}");
    for name in ["for", "aria-describedby", "aria-labelledby"] {
        for reference in values(&body, name).iter().flat_map(|value| value.split(' ')) {
            assert!(unique.contains(reference), "{name} refers to {reference}");
        }
    }
    for href in values(&body, "href") {
        if let Some(fragment) = href.strip_prefix('#') {
            assert!(unique.contains(fragment), "a link leads to #{fragment}");
        }
    }
}

#[tokio::test]
async fn headings_never_skip_a_rank() {
    let body = Visitor::new().get("/gallery").await.body;
    let ranks: Vec<u32> =
        body.match_indices("<h").filter_map(|(at, _)| body[at + 2..].chars().next()?.to_digit(10)).collect();
    assert_eq!(ranks.iter().filter(|rank| **rank == 1).count(), 1);
    assert!(ranks.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{ranks:?}");
}

fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    html.split(&format!(" {attribute}=\"")).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}
