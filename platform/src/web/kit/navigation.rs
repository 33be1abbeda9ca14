//! Ways between pages: where one is (breadcrumb), views of one record (tabs), the stages of a process (steps).

use askama::Template;

use crate::texts;
use crate::web::texts::{Lang, Texts};

texts! {
    breadcrumb: "当前位置", "You are here";
    step_done: "已完成", "done";
    step_current: "进行中", "under way";
    step_todo: "未开始", "not started";
}

/// A place and its address; the last place of a breadcrumb has none.
#[derive(Clone, Debug)]
struct Place {
    label: String,
    href: String,
    current: bool,
}

/// The way from the first page to this one.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/breadcrumb.html")]
pub struct Breadcrumb {
    label: &'static str,
    places: Vec<Place>,
    here: String,
}

/// Views of one record, as links.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/tabs.html")]
pub struct Tabs {
    label: String,
    places: Vec<Place>,
}

/// Where a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// Behind us.
    Done,
    /// Where things are.
    Current,
    /// To come.
    Todo,
}

#[derive(Clone, Debug)]
struct Step {
    label: String,
    remark: String,
    word: &'static str,
    class: &'static str,
    current: bool,
}

/// The stages of a process in their order.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/steps.html")]
pub struct Steps {
    label: String,
    steps: Vec<Step>,
}

super::components!(Breadcrumb, Tabs, Steps);

impl Breadcrumb {
    /// The places above this page, outermost first, and this page's name.
    pub fn new(t: Texts, above: &[(&str, &str)], here: impl Into<String>) -> Self {
        let places = above
            .iter()
            .map(|(href, label)| Place { label: (*label).to_owned(), href: (*href).to_owned(), current: false })
            .collect();
        Self { label: t.breadcrumb(), places, here: here.into() }
    }
}

impl Tabs {
    /// Views as (address, word); `current` is the address of this one.
    pub fn new(label: impl Into<String>, views: &[(String, String)], current: &str) -> Self {
        let places = views
            .iter()
            .map(|(href, label)| Place { label: label.clone(), href: href.clone(), current: href == current })
            .collect();
        Self { label: label.into(), places }
    }
}

impl Steps {
    /// An empty row of steps with its name.
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), steps: Vec::new() }
    }

    /// One more step; the remark is a date or an office.
    #[must_use]
    pub fn step(mut self, label: impl Into<String>, remark: impl Into<String>, state: StepState, t: Texts) -> Self {
        let (word, class) = match state {
            StepState::Done => (t.step_done(), "done"),
            StepState::Current => (t.step_current(), "current"),
            StepState::Todo => (t.step_todo(), "todo"),
        };
        let current = state == StepState::Current;
        self.steps.push(Step { label: label.into(), remark: remark.into(), word, class, current });
        self
    }
}
