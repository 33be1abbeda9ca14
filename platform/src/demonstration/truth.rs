//! Who is related to which need, known because the generator made both: the yardstick for ranking on the demonstration.

use super::chance::{Chance, Start, Stream};
use super::lexicon::Lexicon;
use super::needs::Asked;
use super::people::Member;

/// One judged pair: 4 same line, 3 same topic, 2 neighbouring topic, 1 unrelated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Truth {
    /// The need's id.
    pub need: String,
    /// The person's id.
    pub person: String,
    /// 4 to 1.
    pub level: u8,
}

/// How many unrelated people are listed for each need; the rest are unrelated too.
const UNRELATED_LISTED: usize = 30;

/// Every related pair, and some unrelated ones. Nobody is judged who has no works to be judged by.
pub(super) fn truth(start: Start, lexicon: &Lexicon, asked: &[Asked], members: &[Member]) -> Vec<Truth> {
    let mut chance = Chance::new(start, Stream::Truth);
    asked.iter().flat_map(|asked| of_need(&mut chance, lexicon, asked, members)).collect()
}

fn of_need(chance: &mut Chance, lexicon: &Lexicon, asked: &Asked, members: &[Member]) -> Vec<Truth> {
    let pair = |member: &Member, level| Truth { need: asked.need.id.clone(), person: member.person.id.clone(), level };
    let (mut related, mut unrelated) = (Vec::new(), Vec::new());
    for member in members.iter().filter(|member| !member.worked_on.is_empty()) {
        match level(lexicon, asked, member) {
            1 => unrelated.push(member),
            level => related.push(pair(member, level)),
        }
    }
    related.extend(chance.some(&unrelated, UNRELATED_LISTED).into_iter().map(|member| pair(member, 1)));
    related
}

/// Half of somebody's works on the line of the need, and at least two, prove as much as the line being their own.
fn level(lexicon: &Lexicon, asked: &Asked, member: &Member) -> u8 {
    let on_line = member.worked_on.iter().filter(|at| **at == asked.line).count();
    if on_line > 0 && (member.line == asked.line || (on_line >= 2 && on_line * 2 >= member.worked_on.len())) {
        4
    } else if member.line.topic == asked.line.topic {
        3
    } else if lexicon.are_near(member.line.topic, asked.line.topic) {
        2
    } else {
        1
    }
}
