//! Throwaway databases for tests: every test of the store runs on SQLite and on PostgreSQL.
//!
//! The PostgreSQL cluster is started by the tests themselves, one for each test binary, under an unprivileged user when
//! the tests run as root. A shell script owns it and waits for the end of its standard input: when the test process ends in
//! whatever way, the cluster is stopped and its folder removed. Each test gets a copy of one migrated database.

use std::cell::RefCell;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use programme::process::Matter;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use crate::sql::{self, Value};
use crate::{By, Database, Missing, Result, Tx};

/// A migrated, empty database that goes when this is dropped (the cluster takes PostgreSQL's along at its end).
#[derive(Debug)]
pub struct Throwaway {
    /// The open database.
    pub database: Database,
    /// Its address, for a second opening or for a command.
    pub address: String,
    _folder: Option<TempDir>,
}

/// Runs a test on both databases. Without PostgreSQL it fails, or skips that side loudly when
/// `ZONGSHI_TEST_WITHOUT_POSTGRES=1` is set outside CI.
///
/// # Panics
/// When a database cannot be made, or when the test does.
pub async fn on_each(test: impl AsyncFn(Database)) {
    let sqlite = sqlite().await;
    test(sqlite.database.clone()).await;
    sqlite.database.close().await;
    if let Some(postgres) = postgres().await {
        test(postgres.database.clone()).await;
        postgres.database.close().await;
    }
}

/// A migrated SQLite database in a folder of its own.
///
/// # Panics
/// When it cannot be made.
pub async fn sqlite() -> Throwaway {
    let folder = TempDir::with_prefix("zongshi-sqlite-").expect("make a folder for a database");
    let address = format!("sqlite:{}", folder.path().join("test.sqlite").display());
    let database = Database::open(&address, Missing::Create).await.expect("open a throwaway SQLite database");
    database.migrate().await.expect("migrate a throwaway SQLite database");
    Throwaway { database, address, _folder: Some(folder) }
}

/// A migrated PostgreSQL database; `None` only when the machine has no PostgreSQL and the tester said so.
///
/// # Panics
/// When it cannot be made.
pub async fn postgres() -> Option<Throwaway> {
    static NAMES: AtomicU32 = AtomicU32::new(0);
    let cluster = cluster().await?;
    let name = format!("test_{}", NAMES.fetch_add(1, Ordering::Relaxed));
    cluster.run(format!("CREATE DATABASE {name} TEMPLATE {TEMPLATE}")).await;
    let address = cluster.address(&name);
    let database = Database::open(&address, Missing::Refuse).await.expect("open a throwaway PostgreSQL database");
    Some(Throwaway { database, address, _folder: None })
}

/// An empty PostgreSQL database, not migrated; `None` as for [`postgres`].
///
/// # Panics
/// When it cannot be made.
pub async fn empty_postgres() -> Option<String> {
    static NAMES: AtomicU32 = AtomicU32::new(0);
    let cluster = cluster().await?;
    let name = format!("empty_{}", NAMES.fetch_add(1, Ordering::Relaxed));
    cluster.run(format!("CREATE DATABASE {name}")).await;
    Some(cluster.address(&name))
}

/// Lets [`put_matters`] put in a listed pair although no act froze its list.
///
/// # Panics
/// When it cannot.
pub async fn take_listed_pairs(database: &Database) {
    let statements: &[&str] = match database {
        Database::Sqlite { .. } => &["DROP TRIGGER pair_listed_insert"],
        Database::Postgres { .. } => &[
            "DROP TRIGGER listing_settled ON matter",
            "CREATE TRIGGER listing_settled BEFORE UPDATE ON matter FOR EACH ROW EXECUTE FUNCTION listing_settled()",
        ],
    };
    let mut tx = database.write().await.expect("write");
    for statement in statements {
        sql::Sql::new(statement).run(&mut tx).await.expect("replace the trigger");
    }
    tx.commit().await.expect("commit");
}

/// Puts matters in as they are, in their order: a state to try acts on, without the acts that lead there.
///
/// # Panics
/// When the database does not take them.
pub async fn put_matters(database: &Database, by: &By<'_>, matters: &[Matter]) {
    let mut tx = database.write().await.expect("write");
    for matter in matters {
        crate::matter::insert(&mut tx, by, matter).await.expect("insert a matter");
        crate::matter::wait_for(&mut tx, matter).await.expect("note who is awaited");
    }
    tx.commit().await.expect("commit");
}

/// Takes all matters out again; the audit trail stays.
///
/// # Panics
/// When something still refers to one.
pub async fn clear_matters(database: &Database) {
    let mut tx = database.write().await.expect("write");
    for statement in ["DELETE FROM matter_wait", "DELETE FROM matter"] {
        sql::Sql::new(statement).run(&mut tx).await.expect("delete matters");
    }
    tx.commit().await.expect("commit");
}

/// A statement whose shape depended on what was asked, and how the database means to answer it.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The statement.
    pub statement: String,
    /// The plan, line by line, as the database words it.
    pub plan: Vec<String>,
}

tokio::task_local! {
    static PLANS: RefCell<Vec<Planned>>;
}

/// Runs some reading and gives the plan of every such statement.
pub async fn plans(reading: impl Future<Output = ()>) -> Vec<Planned> {
    PLANS
        .scope(RefCell::default(), async {
            reading.await;
            PLANS.with(RefCell::take)
        })
        .await
}

/// Called with each such statement before it runs.
pub(crate) async fn note_plan(tx: &mut Tx, statement: &str, values: &[Value]) -> Result<()> {
    if PLANS.try_with(|_| ()).is_err() {
        return Ok(());
    }
    let plan = match tx {
        Tx::Sqlite(tx) => {
            let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
            let lines: Vec<(i64, i64, i64, String)> = sqlx::query_as(explain).fetch_all(&mut **tx).await?;
            lines.into_iter().map(|(.., line)| line).collect()
        }
        Tx::Postgres(tx) => {
            // With the values: PostgreSQL plans by what is asked for.
            let explain = AssertSqlSafe(format!("EXPLAIN (COSTS OFF) {statement}"));
            sqlx::query_scalar_with(explain, sql::postgres(values.to_vec())?).fetch_all(&mut **tx).await?
        }
    };
    PLANS.with(|plans| plans.borrow_mut().push(Planned { statement: statement.to_owned(), plan }));
    Ok(())
}

/// The migrated database that each test's is copied from.
const TEMPLATE: &str = "migrated";

/// Runs as the unprivileged user; says `ready FOLDER`, then waits for its standard input to end.
const SCRIPT: &str = r#"
set -e
trap '' INT HUP
trap exit TERM
folder=$(mktemp -d "${TMPDIR:-/tmp}/zongshi-postgres-XXXXXX")
trap 'pg_ctl -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$folder"' EXIT
cd "$folder"
initdb -D data -U zongshi -A trust -E UTF8 --locale=C --no-sync >log 2>&1 || { cat log >&2; exit 1; }
pg_ctl -D data -l log -w -o "-k '$folder' -c listen_addresses='' -c fsync=off -c synchronous_commit=off \
 -c full_page_writes=off -c max_connections=300 -c shared_buffers=64MB" start >/dev/null 2>&1 || { cat log >&2; exit 1; }
echo "ready $folder"
cat >/dev/null
"#;

struct Cluster {
    folder: String,
    _keeper: Child,
}

impl Cluster {
    fn address(&self, name: &str) -> String {
        format!("postgres://zongshi@localhost/{name}?host={}", self.folder)
    }

    async fn run(&self, sql: String) {
        let mut connection = PgConnection::connect(&self.address("postgres")).await.expect("connect to the cluster");
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.expect("run a statement on the cluster");
        connection.close().await.expect("leave the cluster");
    }
}

async fn cluster() -> Option<&'static Cluster> {
    static CLUSTER: OnceCell<Option<Cluster>> = OnceCell::const_new();
    CLUSTER
        .get_or_init(|| async {
            let cluster = start()?;
            cluster.run(format!("CREATE DATABASE {TEMPLATE}")).await;
            let template =
                Database::open(&cluster.address(TEMPLATE), Missing::Refuse).await.expect("open the template");
            template.migrate().await.expect("migrate the template");
            template.close().await;
            Some(cluster)
        })
        .await
        .as_ref()
}

fn start() -> Option<Cluster> {
    let Some(programs) = programs() else {
        assert!(
            may_go_without(),
            "PostgreSQL is not installed, and every test of the store runs on it too: run scripts/install-test-tools.sh, or \
             set ZONGSHI_TEST_WITHOUT_POSTGRES=1 to test with SQLite alone (not in CI)"
        );
        eprintln!("!!! NOT TESTED ON POSTGRESQL: it is not installed and ZONGSHI_TEST_WITHOUT_POSTGRES=1 is set !!!");
        return None;
    };
    let mut keeper = unprivileged_shell()
        .arg(SCRIPT)
        .env("PATH", format!("{programs}:/usr/bin:/bin"))
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("start the keeper of the PostgreSQL cluster");
    let output = keeper.stdout.take().expect("the keeper's output");
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line).expect("hear from the keeper of the PostgreSQL cluster");
    let folder = line.trim().strip_prefix("ready ").expect("start a PostgreSQL cluster (see above)").to_owned();
    Some(Cluster { folder, _keeper: keeper })
}

/// PostgreSQL refuses to run as root.
fn unprivileged_shell() -> Command {
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|own| {
        use std::os::unix::fs::MetadataExt as _;
        own.uid() == 0
    });
    if !is_root {
        let mut command = Command::new("sh");
        command.arg("-c");
        return command;
    }
    let has_postgres = std::fs::read_to_string("/etc/passwd")
        .is_ok_and(|users| users.lines().any(|user| user.starts_with("postgres:")));
    let user = if has_postgres { "postgres" } else { "nobody" };
    let mut command = Command::new("setpriv");
    command.args(["--reuid", user, "--regid", if has_postgres { "postgres" } else { "nogroup" }, "--clear-groups"]);
    command.args(["sh", "-c"]);
    command
}

/// The folder of initdb and pg_ctl: Debian's, the newest first, else one on the path.
fn programs() -> Option<String> {
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<(u32, String)> = debian
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin").to_str()?.to_owned()))
        })
        .collect();
    folders.sort_unstable();
    let path = variable("PATH").unwrap_or_default();
    let on_path = path.split(':').map(str::to_owned);
    folders
        .into_iter()
        .rev()
        .map(|(_, folder)| folder)
        .chain(on_path)
        .find(|folder| ["initdb", "pg_ctl"].iter().all(|program| std::path::Path::new(folder).join(program).exists()))
}

fn may_go_without() -> bool {
    variable("CI").is_none_or(|ci| ci.is_empty() || ci == "false")
        && variable("ZONGSHI_TEST_WITHOUT_POSTGRES").is_some_and(|set| set == "1")
}

#[expect(clippy::disallowed_methods, reason = "tests are told about their surroundings by the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
