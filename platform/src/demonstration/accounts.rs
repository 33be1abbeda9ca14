//! One account for every role of the programme; passwords are made when the database is filled, never here.

use chrono::NaiveDate;
use programme::access::Role;
use programme::parameters::Parameters;
use programme::process::SASAC;
use programme::process::qualification::held_until;
use programme::record::{Enterprise, Need, Person, Unit};

/// A demonstration account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Sign-in name: the pinyin of what it is for.
    pub login: &'static str,
    /// Name on pages.
    pub name: String,
    /// Role.
    pub role: Role,
    /// What the role is bound to (`Role::binding` says what that must be).
    pub binding: Option<String>,
}

/// The city whose two bureaus have accounts, and a county of it.
const CITY: (&str, &str) = ("230200", "齐齐哈尔市");
const COUNTY: (&str, &str) = ("230230", "克东县");
/// A second city, so that what one may not see of the other can be tried.
const SECOND_CITY: (&str, &str) = ("230100", "哈尔滨市");

/// Whose terms are followed to the end in a played province: an organiser, and the sign-in names of the enterprise, the
/// unit and the person of its appointment.
pub const PARTIES: [(&str, [&str; 3]); 3] = [
    (CITY.0, ["qiye", "danwei", "geren"]),
    (SECOND_CITY.0, ["qiye2", "danwei2", "geren2"]),
    (SASAC, ["qiye3", "danwei3", "geren3"]),
];

/// Enterprise, unit and person belong together: the enterprise has a need in the city and a certificate that is valid when the
/// round opens, the person works in the unit.
pub(super) fn accounts(units: &[Unit], people: &[Person], needs: &[Need], notice_day: NaiveDate) -> Vec<Account> {
    let mut accounts = offices();
    let of_needs =
        || needs.iter().filter_map(|need| need.enterprise.as_ref()).filter(|of| in_city(of.region.as_deref()));
    // Whoever tries the enterprise's part should not be refused at the first act.
    let may_submit = |of: &&Enterprise| held_until(&of.qualifications, Parameters::embedded()) >= Some(notice_day);
    let enterprise = of_needs().find(may_submit).or_else(|| of_needs().next());
    if let Some(of) = enterprise {
        accounts.push(bound("qiye", of.name.as_deref().unwrap_or_default(), Role::Enterprise, of.credit_code.clone()));
    }
    if let Some(person) = people.iter().find(|person| person.works.len() > WORKS_OF_THE_PERSON_MIN) {
        if let Some(unit) = units.iter().find(|unit| Some(&unit.name) == person.unit.as_ref()) {
            accounts.push(bound("danwei", &unit.name, Role::Unit, Some(unit.name.clone())));
        }
        accounts.push(bound(
            "geren",
            person.name.as_deref().unwrap_or_default(),
            Role::Person,
            Some(person.id.clone()),
        ));
    }
    accounts.push(bound(SECOND_LOGIN, "省科技厅复核（演示）", Role::Province, None));
    accounts
}

/// A second account of the province: 三（四） takes two persons to strike names and to freeze the list.
pub const SECOND_LOGIN: &str = "fuhe";

/// The person with an account should have something to look at.
const WORKS_OF_THE_PERSON_MIN: usize = 5;

fn offices() -> Vec<Account> {
    let city = || Some(CITY.0.to_owned());
    let second = || Some(SECOND_CITY.0.to_owned());
    vec![
        bound("kejiting", "省科技厅（演示）", Role::Province, None),
        bound("jiaoyuting", "省教育厅（演示）", Role::EducationDepartment, None),
        bound("gongxinting", "省工信厅（演示）", Role::IndustryDepartment, None),
        bound("guoziwei", "省国资委（演示）", Role::Sasac, None),
        bound("shikeji", &format!("{}科技局（演示）", CITY.1), Role::CityScience, city()),
        bound("shigongxin", &format!("{}工信局（演示）", CITY.1), Role::CityIndustry, city()),
        bound("hakeji", &format!("{}科技局（演示）", SECOND_CITY.1), Role::CityScience, second()),
        bound("hagongxin", &format!("{}工信局（演示）", SECOND_CITY.1), Role::CityIndustry, second()),
        bound("xianqu", &format!("{}科技局（演示）", COUNTY.1), Role::County, Some(COUNTY.0.to_owned())),
        bound("pipei", "第三方匹配机构（演示）", Role::Matcher, None),
        bound("xitong", "系统管理员（演示）", Role::SystemAdministrator, None),
        bound("anquan", "安全管理员（演示）", Role::SecurityAdministrator, None),
        bound("shenji", "审计管理员（演示）", Role::AuditAdministrator, None),
    ]
}

fn in_city(region: Option<&str>) -> bool {
    region.is_some_and(|code| code.starts_with(&CITY.0[..4]))
}

/// An account of this name.
pub fn bound(login: &'static str, name: &str, role: Role, binding: Option<String>) -> Account {
    Account { login, name: name.to_owned(), role, binding }
}
