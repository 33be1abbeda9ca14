//! The clauses of the plan, as `CLAUSES.md` numbers them, with the Chinese heading that messages cite.

use serde::{Serialize, Serializer};

use crate::finding::Force::{self, Declare, Must, Prefer, Principle, Record, Warning};

/// A clause of the policy by its id, such as `2.1.1(2)`; only ids of [`CLAUSES`] can be made.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Clause(usize);

/// Id, Chinese name and forces of every clause, in the plan's order.
pub const CLAUSES: &[(&str, &str, &[Force])] = &[
    ("1.1", "方案一", &[Must]),
    ("1.2", "方案一", &[Record]),
    ("1.3", "方案一", &[Must]),
    ("2.1.1(1)", "方案二（一）1（1）", &[Declare, Must]),
    ("2.1.1(2)", "方案二（一）1（2）", &[Must]),
    ("2.1.1(2)b", "方案二（一）1（2）", &[Prefer]),
    ("2.1.1(3)", "方案二（一）1（3）", &[Must]),
    ("2.1.1(3)b", "方案二（一）1（3）", &[Principle]),
    ("2.1.2", "方案二（一）2", &[Record]),
    ("2.2.1(1)", "方案二（二）1（1）", &[Must]),
    ("2.2.1(2)", "方案二（二）1（2）", &[Must]),
    ("2.2.2", "方案二（二）2", &[Declare, Record]),
    ("2.3.1(1)", "方案二（三）1（1）", &[Must]),
    ("2.3.1(2)", "方案二（三）1（2）", &[Declare]),
    ("2.3.1(3)", "方案二（三）1（3）", &[Prefer]),
    ("2.3.1(4)", "方案二（三）1（4）", &[Must]),
    ("2.3.2", "方案二（三）2", &[Record]),
    ("3.1a", "方案三（一）", &[Must]),
    ("3.1b", "方案三（一）", &[Must]),
    ("3.1c", "方案三（一）", &[Must]),
    ("3.2a", "方案三（二）", &[Must]),
    ("3.2b", "方案三（二）", &[Must]),
    ("3.2c", "方案三（二）", &[Must]),
    ("3.3a", "方案三（三）", &[Must]),
    ("3.3b", "方案三（三）", &[Must]),
    ("3.4a", "方案三（四）", &[Must]),
    ("3.4b", "方案三（四）", &[Must]),
    ("3.4c", "方案三（四）", &[Must]),
    ("3.4d", "方案三（四）", &[Must]),
    ("3.4e", "方案三（四）", &[Must]),
    ("3.5a", "方案三（五）", &[Principle]),
    ("3.5b", "方案三（五）", &[Must, Warning]),
    ("3.5c", "方案三（五）", &[Must]),
    ("4.1", "方案四（一）", &[Declare]),
    ("4.2", "方案四（二）", &[Record]),
    ("4.3", "方案四（三）", &[Record]),
    ("5.1", "方案五（一）", &[Record]),
    ("5.3a", "方案五（三）", &[Must]),
    ("5.4a", "方案五（四）", &[Must, Warning]),
    ("5.4b", "方案五（四）", &[Must]),
    ("5.5", "方案五（五）", &[Must]),
    ("6", "方案六", &[Must]),
    ("P1", "个人信息保护法第二十四、二十八、五十五条", &[Must]),
];

impl Clause {
    /// Finds a clause by id at compile time; an unknown id does not compile (used by [`clause!`](crate::clause!)).
    ///
    /// # Panics
    /// When the id is not in [`CLAUSES`].
    pub const fn by_id(id: &str) -> Self {
        let mut at = 0;
        while at < CLAUSES.len() {
            if same(CLAUSES[at].0.as_bytes(), id.as_bytes()) {
                return Self(at);
            }
            at += 1;
        }
        panic!("no such clause in CLAUSES")
    }

    /// The id that code, messages to machines and documents cite.
    pub const fn id(self) -> &'static str {
        CLAUSES[self.0].0
    }

    /// The name in the plan's own numbering, for Chinese output.
    pub const fn chinese(self) -> &'static str {
        CLAUSES[self.0].1
    }

    /// How hard the clause is; a clause with two parts has two forces.
    pub const fn forces(self) -> &'static [Force] {
        CLAUSES[self.0].2
    }
}

const fn same(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let mut at = 0;
    while at < left.len() {
        if left[at] != right[at] {
            return false;
        }
        at += 1;
    }
    true
}

impl std::fmt::Debug for Clause {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.id())
    }
}

impl Serialize for Clause {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

/// A [`Clause`] by its id, checked when compiled.
#[macro_export]
macro_rules! clause {
    ($id:literal) => {
        const { $crate::clause::Clause::by_id($id) }
    };
}
