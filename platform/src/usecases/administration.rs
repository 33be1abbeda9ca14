//! Accounts as their administrators handle them: the system administrator makes, shuts and re-binds them, the security
//! administrator lets new and re-bound ones in. The command line on the machine does the same acts, and its accounts are
//! open at once: whoever works there could change the database anyway, and somebody has to be first.

use programme::access::{Actor, Role, Scope};
use programme::identifiers::{Mobile, ResidentId};
use programme::intake::{Place, Problem};
use store::account::{self, Account, New};
use store::{By, Database, Tx, enterprise, person, unit};

use super::accounts::Hasher;
use super::passwords;
use super::seal::{self, KeySource};

/// Fewest characters of a login.
pub const LOGIN_LENGTH_MIN: usize = 2;
/// Most characters of a login.
pub const LOGIN_LENGTH_MAX: usize = 40;
/// Kind of record under which an account's telephone number is sealed.
pub const SEALED_RECORD: &str = "account";
/// The field of an account's telephone number.
pub const MOBILE: &str = "mobile";

/// What an administrator asks for, as typed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Request<'a> {
    /// Sign-in name.
    pub login: &'a str,
    /// Name of the person who will use it.
    pub name: &'a str,
    /// The role, by code or in Chinese.
    pub role: &'a str,
    /// What the role is bound to.
    pub binding: Option<&'a str>,
    /// Resident id of the holder; kept as a keyed hash alone.
    pub resident_id: Option<&'a str>,
    /// Telephone number of the holder; kept sealed.
    pub mobile: Option<&'a str>,
    /// Whether the holder of an administrator's account has to be stated: on pages it has.
    pub holder_required: bool,
    /// Whether the account opens at once.
    pub activated: bool,
}

/// A new account, or one with a new password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneTime {
    /// The account.
    pub login: String,
    /// To be shown once; kept nowhere.
    pub password: String,
    /// What a person should see although it stops nothing.
    pub notes: Vec<String>,
}

/// Makes an account; everything that is wrong with the request at once.
pub async fn create(
    database: &Database,
    hasher: &Hasher,
    keys: KeySource<'_>,
    by: &By<'_>,
    request: Request<'_>,
) -> anyhow::Result<Result<OneTime, Vec<Problem>>> {
    let parsed = match parse(&request) {
        Ok(parsed) => parsed,
        Err(problems) => return Ok(Err(problems)),
    };
    let seals = parsed.resident_id.is_some() || parsed.mobile.is_some();
    let keys = if seals { Some(keys.keys(database).await?) } else { None };
    let holder = parsed.resident_id.as_ref().zip(keys.as_ref()).map(|(id, keys)| keys.holder_mark(id));
    let password = passwords::draw(request.login)?;
    let password_hash = hasher.hash(&password).await?;
    let mut tx = database.write().await?;
    let mut notes: Vec<String> = unknown_binding(&mut tx, &parsed.actor).await?.into_iter().collect();
    if let Some(holder) = &holder {
        if let Some(other) = account::in_the_way(&mut tx, "", parsed.actor.role(), holder).await? {
            return Ok(Err(vec![at("resident_id", "account.two_powers", two_powers(&other)?)]));
        }
    } else if parsed.actor.role().is_administrator() {
        notes.push("没有登记持有人身份证号，系统无法核对三类管理员是否由不同的人担任".to_owned());
    }
    let new = New {
        actor: &parsed.actor,
        binding: request.binding,
        name: request.name.trim(),
        password_hash: &password_hash,
        must_change_password: true,
        activated: request.activated,
        holder: holder.as_deref(),
    };
    if !account::create(&mut tx, by, new).await? {
        let message = format!("登录名“{}”已被使用过，登录名不重复发放，请换一个", request.login);
        return Ok(Err(vec![at("login", "account.login_taken", message)]));
    }
    if let Some((mobile, keys)) = parsed.mobile.as_ref().zip(keys) {
        let place = seal::Place { record: SEALED_RECORD, id: request.login, field: MOBILE };
        seal::keep(&mut tx, &keys, by.at, &[(place, mobile.full())]).await?;
    }
    tx.commit().await?;
    Ok(Ok(OneTime { login: request.login.to_owned(), password, notes }))
}

/// Everything that is wrong with a request by itself, before the database is asked.
pub fn problems(request: &Request<'_>) -> Vec<Problem> {
    parse(request).err().unwrap_or_default()
}

struct Parsed {
    actor: Actor,
    resident_id: Option<ResidentId>,
    mobile: Option<Mobile>,
}

fn parse(request: &Request<'_>) -> Result<Parsed, Vec<Problem>> {
    let mut problems = Vec::new();
    problems.extend(login_problem(request.login));
    if request.name.trim().is_empty() {
        problems.push(at("name", "account.name", "使用人姓名为空，请写真实姓名：账户一人一个"));
    }
    let role = Role::parse(request.role);
    let actor = match role.map(|role| Actor::new(request.login, role, request.binding)) {
        Some(Ok(actor)) => Some(actor),
        Some(Err(problem)) => {
            problems.push(at("binding", "account.binding", problem.to_string()));
            None
        }
        None => {
            problems.push(at("role", "account.role", unknown_role(request.role)));
            None
        }
    };
    let resident_id = request.resident_id.and_then(|typed| {
        let wrong = |error| problems.push(at("resident_id", "account.resident_id", format!("身份证号有误：{error}")));
        ResidentId::parse(typed).map_err(wrong).ok()
    });
    if request.holder_required && request.resident_id.is_none() && role.is_some_and(Role::is_administrator) {
        let message = "管理员账户须登记持有人身份证号：系统、安全、审计三类管理员须由不同的人担任";
        problems.push(at("resident_id", "account.holder_required", message));
    }
    let mobile = request.mobile.and_then(|typed| {
        let wrong = |error| problems.push(at("mobile", "account.mobile", format!("手机号有误：{error}")));
        Mobile::parse(typed).map_err(wrong).ok()
    });
    match actor {
        Some(actor) if problems.is_empty() => Ok(Parsed { actor, resident_id, mobile }),
        _ => Err(problems),
    }
}

fn login_problem(login: &str) -> Option<Problem> {
    let length = login.len();
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'_' | b'-');
    let fits = (LOGIN_LENGTH_MIN..=LOGIN_LENGTH_MAX).contains(&length) && login.bytes().all(allowed);
    let message =
        || format!("登录名“{login}”不合规：须为 {LOGIN_LENGTH_MIN} 至 {LOGIN_LENGTH_MAX} 个小写字母、数字或 . _ -");
    (!fits).then(|| at("login", "account.login", message()))
}

fn unknown_role(role: &str) -> String {
    let roles: Vec<String> = Role::ALL.iter().map(|role| format!("{}（{}）", role.code(), role.chinese())).collect();
    format!("没有角色“{role}”；可用的有 {}", roles.join("、"))
}

fn two_powers(other: &Account) -> anyhow::Result<String> {
    Ok(format!(
        "此人已持有“{}”账户 {}：系统、安全、审计三类管理员须由不同的人担任，管理员也不兼办业务；请换人，或先停用该账户",
        other.role()?.chinese(),
        other.login
    ))
}

fn at(field: &str, code: &'static str, message: impl Into<String>) -> Problem {
    Problem { place: Place::Field(field.to_owned()), column: field.to_owned(), code, message: message.into() }
}

fn no_such(login: &str) -> Problem {
    at("login", "account.unknown", format!("没有账户“{login}”；请从账户列表中选择"))
}

/// An account may be made before its enterprise or unit is imported, but a slip of the pen should be seen.
async fn unknown_binding(tx: &mut Tx, actor: &Actor) -> anyhow::Result<Option<String>> {
    let (known, binding) = match actor.scope() {
        Scope::Enterprise(code) => (enterprise::get(tx, &Scope::Province, code).await?.is_some(), code),
        Scope::Person(id) => (person::get(tx, &Scope::Province, id).await?.is_some(), id),
        // The scope of a unit reads the unit's own row alone.
        Scope::Unit(name) => (!unit::all(tx, &Scope::Unit(name.to_owned())).await?.is_empty(), name),
        _ => return Ok(None),
    };
    Ok((!known).then(|| format!("“{binding}”尚未导入，导入后该账户才看得到数据")))
}

/// Shuts an account, or opens it again unless its holder has been given another power since.
pub async fn set_disabled(
    database: &Database,
    by: &By<'_>,
    login: &str,
    disabled: bool,
) -> anyhow::Result<Result<(), Problem>> {
    let mut tx = database.write().await?;
    let Some(known) = account::by_login(&mut tx, login).await? else { return Ok(Err(no_such(login))) };
    if disabled && known.login == by.login {
        return Ok(Err(at("login", "account.own", "不能停用自己的账户；请由另一名系统管理员办理")));
    }
    if let (false, Some(holder)) = (disabled, &known.holder)
        && let Some(other) = account::in_the_way(&mut tx, &known.login, known.role()?, holder).await?
    {
        return Ok(Err(at("login", "account.two_powers", two_powers(&other)?)));
    }
    account::set_disabled(&mut tx, by, login, disabled).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

/// Sets a one-time password, opens a locked account and ends its sessions.
pub async fn reset_password(
    database: &Database,
    hasher: &Hasher,
    by: &By<'_>,
    login: &str,
) -> anyhow::Result<Result<OneTime, Problem>> {
    let password = passwords::draw(login)?;
    let hash = hasher.hash(&password).await?;
    let mut tx = database.write().await?;
    if !account::set_password(&mut tx, by, login, &hash, true).await? {
        return Ok(Err(no_such(login)));
    }
    tx.commit().await?;
    Ok(Ok(OneTime { login: login.to_owned(), password, notes: Vec::new() }))
}

/// Binds an account to something else; it waits for the security administrator again.
pub async fn rebind(
    database: &Database,
    by: &By<'_>,
    login: &str,
    binding: &str,
) -> anyhow::Result<Result<(), Problem>> {
    let mut tx = database.write().await?;
    let Some(known) = account::by_login(&mut tx, login).await? else { return Ok(Err(no_such(login))) };
    if known.binding.as_deref() == Some(binding) {
        return Ok(Err(at("binding", "account.binding_same", "与现在的绑定相同，没有变更")));
    }
    if let Err(problem) = Actor::new(&known.login, known.role()?, Some(binding).filter(|text| !text.is_empty())) {
        return Ok(Err(at("binding", "account.binding", problem.to_string())));
    }
    account::rebind(&mut tx, by, login, Some(binding)).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

/// Lets a new or re-bound account in.
pub async fn activate(database: &Database, by: &By<'_>, login: &str) -> anyhow::Result<Result<(), Problem>> {
    let mut tx = database.write().await?;
    if !account::activate(&mut tx, by, login).await? {
        let message = format!("账户“{login}”没有待确认的变更；可能已由他人确认，请刷新列表");
        return Ok(Err(at("login", "account.not_waiting", message)));
    }
    tx.commit().await?;
    Ok(Ok(()))
}

#[cfg(test)]
mod tests {
    use store::testing::on_each;

    use super::*;
    use crate::usecases::passwords::TEST_COST;
    use crate::usecases::seal::Keys;

    const ID: &str = "11010519491231002X";

    fn by() -> By<'static> {
        By { at: "2026-11-22T08:00:00Z".parse().unwrap(), login: "xitong", origin: "10.0.0.1" }
    }

    fn administrator(login: &str, role: Role) -> Request<'_> {
        Request {
            login,
            name: "李明",
            role: role.code(),
            resident_id: Some(ID),
            holder_required: true,
            ..Request::default()
        }
    }

    async fn made(database: &Database, keys: &Keys, request: Request<'_>) -> Result<OneTime, Vec<Problem>> {
        create(database, &Hasher::new(TEST_COST).unwrap(), KeySource::Held(keys), &by(), request).await.unwrap()
    }

    #[test]
    fn a_login_is_held_at_below_and_above_its_bounds() {
        for (length, fits) in [
            (LOGIN_LENGTH_MIN - 1, false),
            (LOGIN_LENGTH_MIN, true),
            (LOGIN_LENGTH_MAX, true),
            (LOGIN_LENGTH_MAX + 1, false),
        ] {
            assert_eq!(login_problem(&"a".repeat(length)).is_none(), fits, "{length}");
        }
        for login in ["LiMing", "李明", "li ming", "li@x"] {
            assert!(login_problem(login).is_some(), "{login}");
        }
    }

    #[test]
    fn everything_wrong_with_a_request_is_said_at_once() {
        let request = Request {
            login: "李",
            name: " ",
            role: "city_science",
            binding: Some("230102"),
            resident_id: Some("1"),
            mobile: Some("2"),
            ..Request::default()
        };
        let codes: Vec<_> = parse(&request).err().unwrap().iter().map(|problem| problem.code).collect();
        let expected = ["account.login", "account.name", "account.binding", "account.resident_id", "account.mobile"];
        assert_eq!(codes, expected);
    }

    #[test]
    fn an_administrators_holder_has_to_be_stated_on_pages_and_another_need_not() {
        let bare = |role: Role| Request { resident_id: None, ..administrator("li", role) };
        assert_eq!(parse(&bare(Role::AuditAdministrator)).err().unwrap()[0].code, "account.holder_required");
        assert!(parse(&bare(Role::Province)).is_ok());
        assert!(parse(&Request { holder_required: false, ..bare(Role::AuditAdministrator) }).is_ok());
    }
    #[tokio::test]
    async fn one_person_with_two_powers_is_refused_in_words_until_the_first_is_shut() {
        on_each(async |database| {
            let keys = Keys::draw().unwrap();
            made(&database, &keys, administrator("first", Role::SystemAdministrator)).await.unwrap();
            for role in [Role::SecurityAdministrator, Role::AuditAdministrator, Role::Province] {
                let refused = made(&database, &keys, administrator("second", role)).await.unwrap_err();
                assert_eq!(refused[0].code, "account.two_powers");
                assert!(refused[0].message.starts_with("此人已持有“系统管理员”账户 first"), "{}", refused[0].message);
            }
            set_disabled(&database, &by(), "first", true).await.unwrap().unwrap();
            made(&database, &keys, administrator("second", Role::AuditAdministrator)).await.unwrap();
            let back = set_disabled(&database, &by(), "first", false).await.unwrap().unwrap_err();
            assert_eq!(back.code, "account.two_powers");
        })
        .await;
    }

    #[tokio::test]
    async fn neither_the_resident_id_nor_the_telephone_number_is_in_the_database_as_typed() {
        let throwaway = store::testing::sqlite().await;
        let (database, keys) = (&throwaway.database, Keys::draw().unwrap());
        let request = Request { mobile: Some("13800001234"), ..administrator("first", Role::SystemAdministrator) };
        made(database, &keys, request).await.unwrap();
        let kept = seal::opened(&mut database.read().await.unwrap(), &keys, (SEALED_RECORD, "first")).await.unwrap();
        assert_eq!(kept, [(MOBILE.to_owned(), "13800001234".to_owned())]);
        database.close().await;
        let file = throwaway.address.strip_prefix("sqlite:").unwrap();
        let bytes = std::fs::read(file).unwrap();
        for plain in ["13800001234", ID, &ID[..17]] {
            assert!(!bytes.windows(plain.len()).any(|window| window == plain.as_bytes()), "{plain}");
        }
    }

    #[tokio::test]
    async fn nobody_shuts_the_own_account_and_an_unknown_one_is_named() {
        on_each(async |database| {
            let keys = Keys::draw().unwrap();
            made(&database, &keys, administrator("xitong", Role::SystemAdministrator)).await.unwrap();
            let own = set_disabled(&database, &by(), "XiTong", true).await.unwrap().unwrap_err();
            let unknown = set_disabled(&database, &by(), "nobody", true).await.unwrap().unwrap_err();
            assert_eq!((own.code, unknown.code), ("account.own", "account.unknown"));
        })
        .await;
    }

    #[tokio::test]
    async fn a_binding_is_checked_against_the_role_before_it_is_changed() {
        on_each(async |database| {
            let keys = Keys::draw().unwrap();
            let request = Request {
                role: "county",
                binding: Some("230102"),
                activated: true,
                ..administrator("xian", Role::County)
            };
            made(&database, &keys, request).await.unwrap();
            for (binding, code) in [("230100", "account.binding"), ("230102", "account.binding_same")] {
                assert_eq!(rebind(&database, &by(), "xian", binding).await.unwrap().unwrap_err().code, code);
            }
            rebind(&database, &by(), "xian", "230103").await.unwrap().unwrap();
            activate(&database, &by(), "xian").await.unwrap().unwrap();
            assert_eq!(activate(&database, &by(), "xian").await.unwrap().unwrap_err().code, "account.not_waiting");
        })
        .await;
    }
}
