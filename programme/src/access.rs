//! Who reads what: roles, and the scope that every query of records takes.
//!
//! An [`Actor`] is made from an account's role and binding; its [`Scope`] says which rows of each kind of [`Record`] it
//! reads, as [`Rows`] that `store` turns into a condition. So a query cannot forget its filter, and the whole table is
//! printed by [`matrix`] for an official to review. A stage that opens more (a push to a unit, talks in a city) adds
//! rows here first.

use crate::record::words;

words! {
    /// What an account is for. The public has no account.
    Role { /// 接收单位.
        Enterprise = "enterprise" / "接收单位", /// City science bureau.
        CityScience = "city_science" / "市（地）科技局", /// City industry bureau.
        CityIndustry = "city_industry" / "市（地）工信局", /// County helper: prepares and looks, decides nothing.
        County = "county" / "县（市、区）经办", /// Reviews and co-signs for the enterprises it supervises.
        Sasac = "sasac" / "省国资委", /// Runs the programme.
        Province = "province" / "省科技厅", /// Co-signs.
        EducationDepartment = "education_department" / "省教育厅", /// Co-signs.
        IndustryDepartment = "industry_department" / "省工信厅", /// 派出单位.
        Unit = "unit" / "派出单位", /// 科技人员.
        Person = "person" / "科技人员", /// Authorised third party that matches.
        Matcher = "matcher" / "第三方匹配机构", /// Accounts.
        SystemAdministrator = "system_administrator" / "系统管理员", /// Permissions.
        SecurityAdministrator = "security_administrator" / "安全管理员", /// The audit trail.
        AuditAdministrator = "audit_administrator" / "审计管理员" }
}

/// What an account of a role must be bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// Nothing: the role stands for one office.
    Nothing,
    /// GB/T 2260 code of a city, six digits ending in `00`.
    City,
    /// GB/T 2260 code of a county, six digits.
    County,
    /// Credit code of an enterprise.
    Enterprise,
    /// Registered name of a sending unit.
    Unit,
    /// Id of a person.
    Person,
}

impl Role {
    /// What accounts of this role are bound to.
    pub const fn binding(self) -> Binding {
        match self {
            Self::Enterprise => Binding::Enterprise,
            Self::CityScience | Self::CityIndustry => Binding::City,
            Self::County => Binding::County,
            Self::Unit => Binding::Unit,
            Self::Person => Binding::Person,
            Self::Sasac
            | Self::Province
            | Self::EducationDepartment
            | Self::IndustryDepartment
            | Self::Matcher
            | Self::SystemAdministrator
            | Self::SecurityAdministrator
            | Self::AuditAdministrator => Binding::Nothing,
        }
    }
}

impl Role {
    /// Whether this is one of the three administrators, whose powers nobody joins (GB/T 22239 8.1.5).
    pub const fn is_administrator(self) -> bool {
        matches!(self, Self::SystemAdministrator | Self::SecurityAdministrator | Self::AuditAdministrator)
    }
}

/// Why a role and a binding do not fit together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BindingProblem {
    /// The role needs a binding.
    #[error("“{}”账户须绑定{}", .0.chinese(), wanted(.0.binding()))]
    Missing(Role),
    /// The role takes none.
    #[error("“{}”账户不绑定任何单位，请去掉绑定", .0.chinese())]
    NotWanted(Role),
    /// The binding is not of the right form.
    #[error("“{}”账户须绑定{}，现为“{found}”", role.chinese(), wanted(role.binding()))]
    Malformed {
        /// The account's role.
        role: Role,
        /// What was given.
        found: String,
    },
}

const fn wanted(binding: Binding) -> &'static str {
    match binding {
        Binding::Nothing => "空值",
        Binding::City => "市（地）行政区划代码（6 位数字，末两位为 00）",
        Binding::County => "县（市、区）行政区划代码（6 位数字，末两位不为 00）",
        Binding::Enterprise => "企业统一社会信用代码（18 位）",
        Binding::Unit => "派出单位登记名称",
        Binding::Person => "科技人员编号",
    }
}

/// Which records somebody may read. Every read of records takes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The whole province, and the command line on the machine itself.
    Province,
    /// One city, by its GB/T 2260 code.
    City(String),
    /// One county, by its GB/T 2260 code.
    County(String),
    /// Enterprises that 省国资委 supervises.
    Sasac,
    /// One enterprise, by credit code.
    Enterprise(String),
    /// One sending unit, by registered name.
    Unit(String),
    /// One person, by id.
    Person(String),
    /// The third-party matcher: pseudonymised files alone, never these records.
    Matcher,
    /// Nobody signed in.
    Public,
    /// Accounts, no business data.
    Accounts,
    /// Who waits to be let in and what each role sees, no business data.
    Permissions,
    /// The audit trail, no business data.
    AuditTrail,
    /// Signed in, but nothing to read yet.
    Nothing,
}

/// A signed-in account, or the operator of the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    login: String,
    role: Role,
    scope: Scope,
}

impl Actor {
    /// Reads an account's role and binding; a binding that does not fit the role is refused.
    pub fn new(login: &str, role: Role, binding: Option<&str>) -> Result<Self, BindingProblem> {
        Ok(Self { login: login.to_owned(), role, scope: scope(role, binding)? })
    }

    /// The account's login, which records of what was done name.
    pub fn login(&self) -> &str {
        &self.login
    }

    /// The account's role.
    pub const fn role(&self) -> Role {
        self.role
    }

    /// What the account may read.
    pub const fn scope(&self) -> &Scope {
        &self.scope
    }
}

fn scope(role: Role, binding: Option<&str>) -> Result<Scope, BindingProblem> {
    let Some(found) = binding else {
        return if role.binding() == Binding::Nothing {
            Ok(scope_of_office(role))
        } else {
            Err(BindingProblem::Missing(role))
        };
    };
    if role.binding() == Binding::Nothing {
        return Err(BindingProblem::NotWanted(role));
    }
    scope_of_binding(role.binding(), found).ok_or_else(|| BindingProblem::Malformed { role, found: found.to_owned() })
}

const fn scope_of_office(role: Role) -> Scope {
    match role {
        Role::Province => Scope::Province,
        Role::Sasac => Scope::Sasac,
        Role::Matcher => Scope::Matcher,
        Role::SystemAdministrator => Scope::Accounts,
        Role::SecurityAdministrator => Scope::Permissions,
        Role::AuditAdministrator => Scope::AuditTrail,
        _ => Scope::Nothing,
    }
}

fn scope_of_binding(binding: Binding, found: &str) -> Option<Scope> {
    let digits = found.len() == 6 && found.bytes().all(|byte| byte.is_ascii_digit());
    match binding {
        Binding::City if digits && found.ends_with("00") => Some(Scope::City(found.to_owned())),
        Binding::County if digits && !found.ends_with("00") => Some(Scope::County(found.to_owned())),
        Binding::Enterprise if found.len() == 18 => Some(Scope::Enterprise(found.to_owned())),
        Binding::Unit if !found.trim().is_empty() => Some(Scope::Unit(found.to_owned())),
        Binding::Person if !found.trim().is_empty() => Some(Scope::Person(found.to_owned())),
        _ => None,
    }
}

words! {
    /// Kinds of records that are read under a scope.
    Record { /// 需求.
        Need = "need" / "需求", /// 企业.
        Enterprise = "enterprise" / "企业", /// 派出单位.
        Unit = "unit" / "派出单位", /// 科技人员 with works.
        Person = "person" / "科技人员", /// 持股.
        Shareholder = "shareholder" / "持股", /// 失信记录.
        Misconduct = "misconduct" / "失信记录", /// 匹配运算, 候选人选, 方案.
        Match = "match" / "匹配结果", /// 账户.
        Account = "account" / "账户", /// 审计记录.
        Audit = "audit" / "审计记录" }
}

/// Which rows of one kind of record a scope reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows<'a> {
    /// Every row.
    All,
    /// Rows of one city.
    City(&'a str),
    /// Rows of one county.
    County(&'a str),
    /// Rows of enterprises that 省国资委 supervises.
    Supervised,
    /// Rows of one enterprise.
    Enterprise(&'a str),
    /// Rows of one sending unit.
    Unit(&'a str),
    /// Rows of one person.
    Person(&'a str),
    /// No row.
    None,
}

impl Rows<'_> {
    /// The word that the printed table shows.
    pub const fn chinese(self) -> &'static str {
        match self {
            Self::All => "全部",
            Self::City(_) => "本市（地）",
            Self::County(_) => "本县（市、区）",
            Self::Supervised => "所监管企业",
            Self::Enterprise(_) => "本企业",
            Self::Unit(_) => "本单位",
            Self::Person(_) => "本人",
            Self::None => "不可见",
        }
    }
}

impl Scope {
    /// Which rows of one kind of record this scope reads. Registers of holdings and misconduct and the results of
    /// matching stay with the province until a stage hands them on (3.2b, 3.3a).
    pub fn rows(&self, record: Record) -> Rows<'_> {
        match self {
            Self::Province => Self::rows_of_province(record),
            Self::City(_) | Self::County(_) | Self::Sasac => self.rows_of_area(record),
            Self::Enterprise(code) if matches!(record, Record::Need | Record::Enterprise) => Rows::Enterprise(code),
            Self::Unit(name) if matches!(record, Record::Person | Record::Unit) => Rows::Unit(name),
            Self::Person(id) if record == Record::Person => Rows::Person(id),
            Self::Accounts | Self::Permissions if record == Record::Account => Rows::All,
            Self::AuditTrail if record == Record::Audit => Rows::All,
            _ => Rows::None,
        }
    }

    const fn rows_of_province(record: Record) -> Rows<'static> {
        match record {
            Record::Account | Record::Audit => Rows::None,
            _ => Rows::All,
        }
    }

    fn rows_of_area(&self, record: Record) -> Rows<'_> {
        match (record, self) {
            (Record::Unit, _) => Rows::All,
            (Record::Need | Record::Enterprise, Self::City(city)) => Rows::City(city),
            (Record::Need | Record::Enterprise, Self::County(county)) => Rows::County(county),
            (Record::Need | Record::Enterprise, Self::Sasac) => Rows::Supervised,
            _ => Rows::None,
        }
    }
}

/// Who sees which rows of each kind of record, one role after the other and the public last; rows in words, in the order of
/// [`Record::ALL`].
pub fn sights() -> Vec<(&'static str, Vec<&'static str>)> {
    let of = |scope: &Scope| Record::ALL.iter().map(|&record| scope.rows(record).chinese()).collect();
    let mut sights: Vec<_> = Role::ALL
        .iter()
        .map(|&role| (role.chinese(), of(&scope(role, example(role.binding())).unwrap_or(Scope::Nothing))))
        .collect();
    sights.push(("公众（未登录）", of(&Scope::Public)));
    sights
}

/// The table of roles and records that is printed and reviewed, one role a line.
pub fn matrix() -> String {
    let mut table = String::from("谁能看到哪些记录（由程序生成；改动须经审阅）\n");
    for (who, rows) in sights() {
        table.push('\n');
        table.push_str(who);
        for (place, (record, rows)) in Record::ALL.iter().zip(rows).enumerate() {
            table.push_str(if place == 0 { "：" } else { "；" });
            table.push_str(record.chinese());
            table.push(' ');
            table.push_str(rows);
        }
    }
    table
}

const fn example(binding: Binding) -> Option<&'static str> {
    match binding {
        Binding::Nothing => None,
        Binding::City => Some("230100"),
        Binding::County => Some("230102"),
        Binding::Enterprise => Some("91230199MA0000015K"),
        Binding::Unit => Some("示例大学"),
        Binding::Person => Some("p1"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reviewed_table_of_permissions_is_the_one_in_force() {
        let reviewed = include_str!("../tests/snapshots/permissions.txt");
        assert_eq!(matrix().trim(), reviewed.trim(), "review the change, then update permissions.txt");
    }

    #[test]
    fn every_role_with_its_binding_makes_an_actor_and_without_it_none() {
        for &role in Role::ALL {
            assert!(Actor::new("someone", role, example(role.binding())).is_ok(), "{role:?}");
            let without = if role.binding() == Binding::Nothing { Some("230100") } else { None };
            assert!(Actor::new("someone", role, without).is_err(), "{role:?}");
        }
    }

    #[test]
    fn a_city_account_bound_to_a_county_is_refused_with_what_would_be_right() {
        let problem = Actor::new("someone", Role::CityScience, Some("230102")).unwrap_err();
        insta::assert_snapshot!(problem, @"“市（地）科技局”账户须绑定市（地）行政区划代码（6 位数字，末两位为 00），现为“230102”");
    }

    #[test]
    fn the_three_administrators_read_no_business_record() {
        for scope in [Scope::Accounts, Scope::Permissions, Scope::AuditTrail, Scope::Nothing] {
            for &record in Record::ALL {
                if !matches!(record, Record::Account | Record::Audit) {
                    assert_eq!(scope.rows(record), Rows::None, "{scope:?} {record:?}");
                }
            }
        }
    }
}
