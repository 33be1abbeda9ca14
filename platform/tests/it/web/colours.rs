//! Contrast of the tokens (WCAG 2.2, 1.4.3 and 1.4.11), computed from the style sheet for each theme.

use std::collections::BTreeMap;

use platform::web::assets::{all, tokens};

/// Colours of text with the grounds they stand on.
const TEXTS: &[(&str, &[&str])] = &[
    (
        "--ink",
        &["--ground", "--paper", "--sunken", "--active-ground", "--good-ground", "--attention-ground", "--bad-ground"],
    ),
    (
        "--soft",
        &["--ground", "--paper", "--sunken", "--active-ground", "--good-ground", "--attention-ground", "--bad-ground"],
    ),
    ("--link", &["--ground", "--paper", "--active-ground", "--good-ground", "--attention-ground", "--bad-ground"]),
    (
        "--link-hover",
        &["--ground", "--paper", "--active-ground", "--good-ground", "--attention-ground", "--bad-ground"],
    ),
    ("--brand-ink", &["--brand"]),
    ("--brand-soft", &["--brand"]),
    ("--primary-ink", &["--primary", "--primary-hover"]),
    ("--mark-ink", &["--mark"]),
    ("--good", &["--good-ground"]),
    ("--attention", &["--attention-ground", "--ground", "--paper"]),
    ("--bad", &["--bad-ground", "--ground", "--paper"]),
    ("--active", &["--active-ground", "--ground", "--paper"]),
];

/// Edges of controls and the focus ring with the grounds they stand on.
const EDGES: &[(&str, &[&str])] = &[
    ("--edge", &["--ground", "--paper"]),
    ("--focus", &["--ground", "--paper"]),
    ("--primary", &["--ground", "--paper"]),
];

const AA: f64 = 4.5;
const AAA: f64 = 7.0;
const EDGE: f64 = 3.0;

#[test]
fn text_has_4_5_to_1_in_every_theme_and_7_to_1_in_high_contrast() {
    for (theme, least) in [(":root", AA), (".theme-dark", AA), (".theme-contrast", AAA)] {
        assert_contrast(theme, TEXTS, least);
    }
}

#[test]
fn edges_of_controls_have_3_to_1_in_every_theme() {
    for theme in [":root", ".theme-dark", ".theme-contrast"] {
        assert_contrast(theme, EDGES, EDGE);
    }
}

#[test]
fn contrast_is_that_of_the_standard() {
    assert!((contrast("#ffffff", "#000000") - 21.0).abs() < 1e-9);
    assert!((contrast("#767676", "#ffffff") - 4.54).abs() < 0.01);
    assert!((contrast("#ffffff", "#767676") - 4.54).abs() < 0.01);
}

fn assert_contrast(theme: &str, pairs: &[(&str, &[&str])], least: f64) {
    let css = String::from_utf8(all()["zongshi.css"].bytes.clone()).expect("the style sheet is text");
    let colours = tokens(&css, theme);
    let low: Vec<String> = pairs
        .iter()
        .flat_map(|(text, grounds)| grounds.iter().map(move |ground| (*text, *ground)))
        .map(|(text, ground)| (text, ground, contrast(colour(&colours, text), colour(&colours, ground))))
        .filter(|(_, _, found)| *found < least)
        .map(|(text, ground, found)| format!("{theme}: {text} on {ground} is {found:.2}"))
        .collect();
    assert!(low.is_empty(), "{low:#?}");
}

fn colour<'a>(colours: &BTreeMap<&'a str, &'a str>, name: &str) -> &'a str {
    colours.get(name).unwrap_or_else(|| panic!("no token {name}"))
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(colour: &str) -> f64 {
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).expect("a colour is #rrggbb")) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}
