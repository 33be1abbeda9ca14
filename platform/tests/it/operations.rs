//! The commands of an operator, as an operator runs them: on a new database of either kind, to the end of a restore.

use std::path::Path;
use std::process::{Command, Output};

use store::testing;
use tempfile::TempDir;

struct Place {
    folder: TempDir,
    address: String,
}

impl Place {
    fn sqlite() -> Self {
        let folder = TempDir::new().expect("make a folder");
        let address = sqlite_in(&folder, "zongshi.sqlite");
        Self { folder, address }
    }

    async fn both() -> Vec<Self> {
        let mut places = vec![Self::sqlite()];
        if let Some(address) = testing::empty_postgres().await {
            places.push(Self { folder: TempDir::new().expect("make a folder"), address });
        }
        places
    }

    fn file(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// Runs a command on the place's database.
    fn run(&self, words: &[&str]) -> Ended {
        let mut all = words.to_vec();
        all.extend(["--database", &self.address]);
        run(&all)
    }
}

fn sqlite_in(folder: &TempDir, name: &str) -> String {
    format!("sqlite:{}", folder.path().join(name).display())
}

#[derive(Debug)]
struct Ended {
    code: i32,
    out: String,
    err: String,
}

fn run(words: &[&str]) -> Ended {
    let Output { status, stdout, stderr } =
        Command::new(env!("CARGO_BIN_EXE_zongshi")).args(words).output().expect("run zongshi");
    Ended {
        code: status.code().expect("an exit code"),
        out: String::from_utf8(stdout).expect("UTF-8"),
        err: String::from_utf8(stderr).expect("UTF-8"),
    }
}

const ADD: [&str; 7] = ["user", "add", "liming", "--role", "province", "--name", "李明"];

#[tokio::test]
async fn a_new_database_is_migrated_once_and_then_needs_nothing() {
    for place in Place::both().await {
        let first = place.run(&["migrate"]);
        assert_eq!(first.code, 0, "{first:?}");
        assert!(first.out.contains("由第 0 版更新到"), "{first:?}");
        assert!(place.run(&["migrate"]).out.contains("无需更新"));
    }
}

#[test]
fn a_database_that_is_not_there_is_named_with_the_way_out() {
    let place = Place::sqlite();
    let ended = place.run(&["verify-audit"]);
    assert_eq!(ended.code, 3);
    assert!(ended.err.contains("zongshi.sqlite 不存在，请先运行 zongshi migrate"), "{ended:?}");
    assert!(!Path::new(&place.file("zongshi.sqlite")).exists(), "asking makes no database");
}

#[test]
fn an_account_is_made_with_a_password_shown_once_and_never_kept() {
    let place = Place::sqlite();
    place.run(&["migrate"]);
    let added = place.run(&ADD);
    assert_eq!(added.code, 0, "{added:?}");
    let password = added.out.lines().find_map(|line| line.strip_prefix("一次性密码：")).expect("a password").to_owned();
    let listed = place.run(&["user", "list", "--json"]);
    assert!(listed.out.contains(r#""login":"liming""#) && !listed.out.contains("argon2"), "{listed:?}");
    for name in ["zongshi.sqlite", "zongshi.sqlite-wal"] {
        let kept = std::fs::read(place.file(name)).unwrap_or_default();
        assert!(!kept.windows(password.len()).any(|bytes| bytes == password.as_bytes()), "{name}");
    }
    let again = place.run(&["user", "reset-password", "liming"]);
    assert!(again.out.contains("一次性密码：") && !again.out.contains(&password), "{again:?}");
}

#[test]
fn every_slip_in_a_new_account_is_named_at_once() {
    let place = Place::sqlite();
    place.run(&["migrate"]);
    let slips = place.run(&["user", "add", "李明", "--role", "city_science", "--name", " "]);
    assert_eq!(slips.code, 1);
    for said in ["登录名“李明”不合规", "使用人姓名为空", "须绑定市（地）行政区划代码"] {
        assert!(slips.err.contains(said), "{said}: {slips:?}");
    }
    let role = place.run(&["user", "add", "liming", "--role", "boss", "--name", "李明"]);
    assert!(role.err.contains("没有角色“boss”") && role.err.contains("province（省科技厅）"), "{role:?}");
    assert_eq!(place.run(&ADD).code, 0);
    let twice = place.run(&ADD);
    assert_eq!((twice.code, twice.err.contains("已被使用过")), (1, true), "{twice:?}");
    assert_eq!(place.run(&["user", "disable", "nobody"]).code, 1);
}

#[test]
fn a_disabled_account_is_listed_as_such_until_it_is_enabled() {
    let place = Place::sqlite();
    place.run(&["migrate"]);
    place.run(&ADD);
    assert_eq!(place.run(&["user", "disable", "liming"]).code, 0);
    assert!(place.run(&["user", "list"]).out.contains("已停用"));
    assert_eq!(place.run(&["user", "enable", "liming"]).code, 0);
    assert!(place.run(&["user", "list"]).out.contains("正常"));
}

#[tokio::test]
async fn a_backup_restored_elsewhere_holds_the_accounts_and_a_whole_audit_chain() {
    let (from, to) = (Place::both().await, Place::both().await);
    for (from, to) in from.iter().zip(&to) {
        from.run(&["migrate"]);
        from.run(&ADD);
        let backup = from.file("backup");
        let made = from.run(&["backup", &backup]);
        assert_eq!(made.code, 0, "{made:?}");
        let twice = from.run(&["backup", &backup]);
        assert_eq!((twice.code, twice.err.contains("不覆盖")), (1, true), "{twice:?}");
        let restored = to.run(&["restore", &backup]);
        assert_eq!(restored.code, 0, "{restored:?}");
        assert!(to.run(&["user", "list"]).out.contains("李明"));
        assert_eq!(to.run(&["verify-audit"]).code, 0);
        let over = to.run(&["restore", &backup]);
        assert_eq!(over.code, 1, "nothing is overwritten unasked: {over:?}");
    }
}

#[test]
fn a_backup_is_readable_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::sqlite();
    place.run(&["migrate"]);
    place.run(&["backup", &place.file("backup")]);
    let mode = std::fs::metadata(place.file("backup")).expect("a backup").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_damaged_backup_is_refused_and_the_database_stays_as_it_was() {
    let place = Place::sqlite();
    place.run(&["migrate"]);
    place.run(&ADD);
    std::fs::write(place.file("rubbish"), "not a database, by any reading of the word").expect("write");
    let refused = place.run(&["restore", &place.file("rubbish"), "--replace"]);
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(refused.err.contains("现有数据库未动"), "{refused:?}");
    assert!(place.run(&["user", "list"]).out.contains("李明"));
    assert!(!Path::new(&place.file("zongshi.sqlite.restoring")).exists());
}

#[test]
fn replacing_a_database_keeps_the_old_one_under_another_name() {
    let place = Place::sqlite();
    place.run(&["migrate"]);
    place.run(&["backup", &place.file("backup")]);
    place.run(&ADD);
    let restored = place.run(&["restore", &place.file("backup"), "--replace"]);
    assert_eq!(restored.code, 0, "{restored:?}");
    assert!(!place.run(&["user", "list"]).out.contains("李明"));
    let kept = restored.out.lines().find_map(|line| line.strip_prefix("原数据库保留为 ")).expect("the old one's name");
    assert!(run(&["user", "list", "--database", &format!("sqlite:{kept}")]).out.contains("李明"));
}

#[tokio::test]
async fn the_audit_chain_is_whole_until_somebody_changes_an_entry() {
    let place = Place::sqlite();
    place.run(&["migrate"]);
    place.run(&ADD);
    let whole = place.run(&["verify-audit", "--json"]);
    assert_eq!((whole.code, whole.out.contains(r#""events":2"#)), (0, true), "{whole:?}");
    let database = store::Database::open(&place.address, store::Missing::Refuse).await.expect("open");
    let mut tx = database.write().await.expect("write");
    if let store::Tx::Sqlite(tx) = &mut tx {
        sqlx::raw_sql("DROP TRIGGER audit_event_no_update; UPDATE audit_event SET actor = 'x' WHERE seq = 2")
            .execute(&mut **tx)
            .await
            .expect("tamper");
    }
    tx.commit().await.expect("commit");
    database.close().await;
    let broken = place.run(&["verify-audit"]);
    assert_eq!(broken.code, 1);
    assert!(broken.out.contains("第 2 条处断开：内容被改动"), "{broken:?}");
}

#[tokio::test]
async fn the_doctor_names_what_is_missing_and_then_finds_it_in_order() {
    for place in Place::both().await {
        let empty = place.run(&["doctor"]);
        assert_eq!((empty.code, empty.out.contains("zongshi migrate")), (1, true), "{empty:?}");
        place.run(&["migrate"]);
        let nobody = place.run(&["doctor"]);
        assert_eq!((nobody.code, nobody.out.contains("省科技厅没有可用账户")), (0, true), "{nobody:?}");
        place.run(&ADD);
        let well = place.run(&["doctor", "--json"]);
        assert_eq!(well.code, 0, "{well:?}");
        for code in ["database", "migrations", "audit", "accounts"] {
            assert!(well.out.contains(&format!(r#"{{"code":"{code}","state":"ok""#)), "{code}: {well:?}");
        }
        // How these stand depends on the day.
        for code in ["policy", "calendar"] {
            assert!(well.out.contains(&format!(r#"{{"code":"{code}""#)), "{code}: {well:?}");
        }
    }
}

#[test]
fn the_printed_example_is_a_configuration_without_problems_and_a_slip_is_named() {
    let place = Place::sqlite();
    let example = run(&["config", "example"]);
    std::fs::write(place.file("good.toml"), &example.out).expect("write");
    assert_eq!(run(&["config", "check", &place.file("good.toml")]).code, 0);
    std::fs::write(place.file("bad.toml"), "listn = 1").expect("write");
    let bad = run(&["config", "check", &place.file("bad.toml")]);
    assert_eq!((bad.code, bad.out.contains("listn：没有这一项")), (1, true), "{bad:?}");
}
