//! A part of a page with its own heading and acts.

use askama::Template;

use super::Markup;

/// A card.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/card.html")]
pub struct Card {
    title: Markup,
    aside: Markup,
    body: Markup,
    actions: Markup,
}

super::components!(Card);

impl Card {
    /// A heading (of the third rank) and what stands under it.
    pub fn new(title: impl Into<Markup>, body: impl Into<Markup>) -> Self {
        Self { title: title.into(), aside: Markup::default(), body: body.into(), actions: Markup::default() }
    }

    /// Shown beside the heading: a status word, a level.
    #[must_use]
    pub fn aside(mut self, aside: impl Into<Markup>) -> Self {
        self.aside = aside.into();
        self
    }

    /// Buttons and links at the foot.
    #[must_use]
    pub fn actions(mut self, actions: impl Into<Markup>) -> Self {
        self.actions = actions.into();
        self
    }
}
