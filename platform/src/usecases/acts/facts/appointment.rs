//! Facts for the guards of `programme::process::appointment`: the person's other appointments, names for the text, and what
//! the registers say of the parties, for a change of those that come in.

use programme::access::{Role, Scope};
use programme::process::appointment::agreement::{AUTHORITIES, scan_name};
use programme::process::appointment::{CHANGE_KIND, NEW_ENTERPRISE, NEW_UNIT};
use programme::process::{Action, Facts, Kind};
use programme::record::{Enterprise, Person};
use programme::rules::agreement::Party;
use store::Tx;
use store::matter::{self, Link};

use super::Asked;
use crate::usecases::acts::seed::organiser_of;
use crate::usecases::attachments;
use crate::usecases::register::Register;

/// Adds the person's other appointments, and the registers for the acts that rest on them.
pub async fn add(tx: &mut Tx, asked: &Asked<'_>, facts: &mut Facts) -> anyhow::Result<()> {
    let parties = &asked.matter.parties;
    if let Some(person) = parties.person.as_deref() {
        facts.related = matter::linked(tx, Link::OfPerson(person, Kind::Appointment)).await?;
        facts.related.retain(|other| other.id != asked.matter.id);
    }
    if asked.action == Action::SignAgreement {
        for (party, role) in
            [(Party::Enterprise, Role::Enterprise), (Party::Person, Role::Person), (Party::Unit, Role::Unit)]
        {
            let scan = attachments::scan_of(tx, asked.matter, role).await?;
            facts.texts.extend(scan.map(|sm3| (scan_name(party), sm3)));
        }
        facts.texts.extend(asked.desk.authorities.as_deref().map(|pem| (AUTHORITIES, pem.to_owned())));
    }
    if matches!(asked.action, Action::OfferAgreement | Action::FileAgreement | Action::ConfirmChange) {
        let mut person = match parties.person.as_deref() {
            Some(id) => store::person::get(tx, &Scope::Province, id).await?,
            None => None,
        };
        let mut enterprise = enterprise(tx, parties.enterprise.as_deref()).await?;
        names(tx, asked, person.as_ref(), enterprise.as_ref(), facts).await?;
        let register = Register::for_round(tx, asked.today, facts.round.as_ref()).await?;
        if asked.action == Action::ConfirmChange {
            come_in(tx, asked, &register, &mut person, &mut enterprise, facts).await?;
        }
        facts.findings = findings(&register, person.as_ref(), enterprise.as_ref());
    }
    Ok(())
}

async fn enterprise(tx: &mut Tx, code: Option<&str>) -> anyhow::Result<Option<Enterprise>> {
    let Some(code) = code else { return Ok(None) };
    Ok(store::enterprise::get(tx, &Scope::Province, code).await?)
}

async fn names(
    tx: &mut Tx,
    asked: &Asked<'_>,
    person: Option<&Person>,
    enterprise: Option<&Enterprise>,
    facts: &mut Facts,
) -> anyhow::Result<()> {
    let need = match asked.matter.parties.need.as_deref() {
        Some(id) => matter::find(tx, id).await?,
        None => None,
    };
    for (name, text) in [
        ("person_name", person.and_then(|person| person.name.clone())),
        ("enterprise_name", enterprise.and_then(|enterprise| enterprise.name.clone())),
        ("need_title", need.map(|kept| kept.matter.title)),
    ] {
        facts.texts.insert(name, text.unwrap_or_default());
    }
    Ok(())
}

/// Puts the enterprise or the unit that takes over in the place of the one that leaves.
async fn come_in(
    tx: &mut Tx,
    asked: &Asked<'_>,
    register: &Register,
    person: &mut Option<Person>,
    enterprise: &mut Option<Enterprise>,
    facts: &mut Facts,
) -> anyhow::Result<()> {
    let body = &asked.matter.body;
    match body.text(&CHANGE_KIND) {
        "person_unit" => {
            let unit = body.text(&NEW_UNIT);
            if register.unit(unit).is_some() {
                facts.texts.insert("successor", unit.to_owned());
            }
            if let Some(person) = person {
                person.unit = Some(unit.to_owned());
            }
        }
        "enterprise_merged" => {
            let code = body.text(&NEW_ENTERPRISE);
            *enterprise = self::enterprise(tx, Some(code)).await?;
            if let Some(successor) = enterprise {
                let organiser = organiser_of(tx, code, successor.region.as_deref()).await?;
                facts.texts.insert("successor", successor.name.clone().unwrap_or_else(|| code.to_owned()));
                facts.texts.insert("new_organiser", organiser);
                facts.texts.insert("new_county", successor.region.clone().unwrap_or_default());
            }
        }
        _ => {}
    }
    Ok(())
}

fn findings(
    register: &Register,
    person: Option<&Person>,
    enterprise: Option<&Enterprise>,
) -> Vec<programme::finding::Finding> {
    let of_person = person.into_iter().flat_map(|person| register.person(person));
    let of_enterprise = enterprise.into_iter().flat_map(|enterprise| register.enterprise(enterprise));
    let of_pair = person.into_iter().flat_map(|person| register.pair(enterprise, person));
    of_person.chain(of_enterprise).chain(of_pair).collect()
}
