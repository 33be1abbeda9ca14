//! Records back to columns: the mirror of the readers, for exports that can be imported again without loss.

use chrono::NaiveDate;

use crate::record::{
    CalendarDay, Enterprise, Misconduct, Need, OwnedWork, Person, Qualification, Shareholder, Unit, Work,
};
use crate::regions;

/// A value on its way into a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Text.
    Text(String),
    /// A word of a vocabulary: its code for machines, its Chinese for people.
    Word {
        /// For JSON.
        code: &'static str,
        /// For sheets.
        chinese: &'static str,
    },
    /// A code with a name that people read: regions.
    Named {
        /// For JSON.
        code: String,
        /// For sheets.
        name: String,
    },
    /// A number.
    Number(f64),
    /// A day.
    Date(NaiveDate),
    /// Yes or no.
    Truth(bool),
    /// A list of texts.
    Items(Vec<String>),
    /// Certificates.
    Qualifications(Vec<Qualification>),
    /// Works, each with its values by column; a sheet of their own in workbooks.
    Works(Vec<Values>),
}

/// Values by machine name of their column, in the order of the columns; absent ones are left out.
pub type Values = Vec<(&'static str, Value)>;

/// A record that can be written.
pub trait ToRow {
    /// Its values.
    fn to_row(&self) -> Values;
}

/// Collects the values that are present.
struct Present(Values);

impl Present {
    fn add(&mut self, name: &'static str, value: Option<Value>) {
        self.0.extend(value.map(|value| (name, value)));
    }

    fn text(&mut self, name: &'static str, text: &str) {
        self.add(name, (!text.is_empty()).then(|| Value::Text(text.to_owned())));
    }

    fn optional(&mut self, name: &'static str, text: Option<&String>) {
        self.add(name, text.cloned().map(Value::Text));
    }

    fn items(&mut self, name: &'static str, items: &[String]) {
        self.add(name, (!items.is_empty()).then(|| Value::Items(items.to_vec())));
    }

    fn region(&mut self, name: &'static str, code: Option<&String>) {
        let named = code.map(|code| {
            let name = regions::by_code(code).map_or_else(|| code.clone(), regions::Region::full_name);
            Value::Named { code: code.clone(), name }
        });
        self.add(name, named);
    }
}

macro_rules! word {
    ($value:expr) => {
        $value.map(|word| Value::Word { code: word.code(), chinese: word.chinese() })
    };
}

impl ToRow for Need {
    fn to_row(&self) -> Values {
        let mut row = Present(Vec::new());
        row.text("id", &self.id);
        row.text("title", &self.title);
        row.text("content", &self.content);
        row.items("keywords", &self.keywords);
        row.optional("industry", self.industry.as_ref());
        row.add("posts", Some(Value::Number(f64::from(self.posts))));
        if let Some(enterprise) = &self.enterprise {
            row.optional("enterprise.name", enterprise.name.as_ref());
            row.optional("enterprise.credit_code", enterprise.credit_code.as_ref());
            row.region("enterprise.region", enterprise.region.as_ref());
            row.optional("enterprise.main_business", enterprise.main_business.as_ref());
            row.add("enterprise.qualifications", qualifications(&enterprise.qualifications));
            row.items("enterprise.platforms", &enterprise.platforms);
        }
        row.0
    }
}

impl ToRow for Enterprise {
    fn to_row(&self) -> Values {
        let mut row = Present(Vec::new());
        row.optional("name", self.name.as_ref());
        row.optional("credit_code", self.credit_code.as_ref());
        row.region("region", self.region.as_ref());
        row.optional("main_business", self.main_business.as_ref());
        row.add("qualifications", qualifications(&self.qualifications));
        row.items("platforms", &self.platforms);
        row.add("supervised", self.supervised.map(Value::Truth));
        row.optional("parent", self.parent.as_ref());
        row.add("central", self.central.map(Value::Truth));
        row.0
    }
}

fn qualifications(all: &[Qualification]) -> Option<Value> {
    (!all.is_empty()).then(|| Value::Qualifications(all.to_vec()))
}

impl ToRow for Person {
    fn to_row(&self) -> Values {
        let mut row = Present(Vec::new());
        row.text("id", &self.id);
        row.optional("name", self.name.as_ref());
        row.optional("unit", self.unit.as_ref());
        row.add("unit_kind", word!(self.unit_kind));
        row.add("birth", self.birth.map(Value::Date));
        row.add("degree", word!(self.degree));
        row.add("title_level", word!(self.title_level));
        row.optional("discipline", self.discipline.as_ref());
        row.optional("directions", self.directions.as_ref());
        row.optional("team", self.team.as_ref());
        row.add("team_role", word!(self.team_role));
        let works: Vec<_> = self.works.iter().map(work_row).collect();
        row.add("works", (!works.is_empty()).then_some(Value::Works(works)));
        row.0
    }
}

fn work_row(work: &Work) -> Values {
    let mut row = Present(Vec::new());
    row.text("id", &work.id);
    row.add("kind", word!(work.kind));
    row.text("title", &work.title);
    row.text("abstract", &work.summary);
    row.items("keywords", &work.keywords);
    row.add("year", work.year.map(|year| Value::Number(f64::from(year))));
    row.0
}

impl ToRow for OwnedWork {
    fn to_row(&self) -> Values {
        let mut row = Present(Vec::new());
        row.text("person", &self.person);
        row.0.extend(work_row(&self.work));
        row.0
    }
}

impl ToRow for Unit {
    fn to_row(&self) -> Values {
        let mut row = Present(Vec::new());
        row.text("credit_code", &self.credit_code);
        row.text("name", &self.name);
        row.add("kind", word!(self.kind));
        row.add("affiliation", word!(self.affiliation));
        row.region("region", self.region.as_ref());
        row.items("disciplines", &self.disciplines);
        row.0
    }
}

impl ToRow for Shareholder {
    fn to_row(&self) -> Values {
        let mut row = Present(Vec::new());
        row.text("enterprise", &self.enterprise);
        row.text("holder", &self.holder);
        row.optional("holder_id", self.holder_id.as_ref());
        row.add("share_percent", Some(Value::Number(f64::from(self.share_basis_points) / 100.0)));
        row.add("founder", Some(Value::Truth(self.founder)));
        row.0
    }
}

impl ToRow for Misconduct {
    fn to_row(&self) -> Values {
        let mut row = Present(Vec::new());
        row.text("subject", &self.subject);
        row.text("name", &self.name);
        row.add("from", Some(Value::Date(self.from)));
        row.add("until", self.until.map(Value::Date));
        row.text("basis", &self.basis);
        row.0
    }
}

impl ToRow for CalendarDay {
    fn to_row(&self) -> Values {
        let mut row = Present(Vec::new());
        row.add("date", Some(Value::Date(self.date)));
        row.add("day", word!(Some(self.day)));
        row.text("holiday", &self.holiday);
        row.add("state", word!(Some(self.state)));
        row.0
    }
}
