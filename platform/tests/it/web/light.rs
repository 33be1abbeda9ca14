//! What a page may weigh and where it may reach.

/// The most bytes of one page, and of all assets together.
pub const PAGE_BYTES_MAX: usize = 100 * 1024;

/// Fails when a page is heavier than [`PAGE_BYTES_MAX`], reaches another host, or has script or style inline.
pub fn assert_page_is_light(html: &str) {
    let faults = faults(html);
    assert!(faults.is_empty(), "{faults:#?}");
}

/// What is wrong with a page, in words.
pub fn faults(html: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if html.len() > PAGE_BYTES_MAX {
        faults.push(format!("{} bytes, the limit is {PAGE_BYTES_MAX}", html.len()));
    }
    for name in ["src", "href", "action", "srcset", "data", "poster", "formaction"] {
        let reaches = values(html, name).filter(|value| value.contains("://") || value.starts_with("//"));
        faults.extend(reaches.map(|value| format!("reaches another host: {name}={value}")));
    }
    for inline in [" style=\"", "<style", " onclick=", " onload=", "javascript:"] {
        if html.contains(inline) {
            faults.push(format!("inline: {inline}"));
        }
    }
    faults
}

fn values<'a>(html: &'a str, attribute: &str) -> impl Iterator<Item = &'a str> {
    let start = format!(" {attribute}=\"");
    html.split(&start).skip(1).filter_map(|rest| rest.split('"').next()).collect::<Vec<_>>().into_iter()
}

#[test]
fn a_page_of_the_limit_is_light_and_one_byte_more_is_not() {
    assert_page_is_light(&"x".repeat(PAGE_BYTES_MAX - 1));
    assert_page_is_light(&"x".repeat(PAGE_BYTES_MAX));
    assert_eq!(faults(&"x".repeat(PAGE_BYTES_MAX + 1)).len(), 1);
}

#[test]
fn a_page_that_reaches_another_host_is_not_light() {
    assert_page_is_light(r#"<a href="/needs">https://example.org as text is fine</a>"#);
    assert_eq!(faults(r#"<script src="https://example.org/x.js"></script>"#).len(), 1);
    assert_eq!(faults(r#"<img src="//example.org/x.png">"#).len(), 1);
    assert_eq!(faults(r#"<p style="color: red">"#).len(), 1);
}
