# Two commands matter: `make run` and `make test`.
.PHONY: run test tools fmt lint bench bench-quality bench-plan bench-encoder bench-typed bench-province bench-search bench-growth bench-pages bench-kernels

run:
	cargo run --release --locked --bin zongshi -- demo

test: tools
	./scripts/test.sh

# What the tests need beside Rust: PostgreSQL, Chromium and its driver, CJK fonts, axe-core.
tools:
	./scripts/install-test-tools.sh

fmt:
	cargo fmt --all

lint:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings

# Comparisons with what one would take instead; benchmarks/README.md says what they print.
bench: bench-quality bench-plan bench-encoder bench-typed bench-province bench-search bench-growth bench-pages bench-kernels

bench-quality:
	cargo build --release --locked --bin zongshi
	python3 benchmarks/quality/run.py --program "$${CARGO_TARGET_DIR:-target}/release/zongshi" $(if $(DATA),--data $(DATA))

bench-plan:
	python3 benchmarks/plan/compare.py

bench-encoder:
	cargo build --release --locked -p matching --example encode_timing
	python3 benchmarks/encoder/compare.py --program "$${CARGO_TARGET_DIR:-target}/release/examples/encode_timing" $(if $(DATA),--data $(DATA)) $(if $(PACKAGE),--package $(PACKAGE))

bench-province:
	cargo build --release --locked --bin zongshi
	python3 benchmarks/province/compare.py $(if $(TENTH),--tenth)

bench-search:
	python3 benchmarks/province/compare.py --generate search 200 10000 100000
	cargo run --release --locked --manifest-path benchmarks/search/Cargo.toml --target-dir "$${CARGO_TARGET_DIR:-target}/search" -- "$${CARGO_TARGET_DIR:-target}/benchmarks/province/search"

bench-growth:
	python3 benchmarks/province/compare.py --generate growth 100 100400 1004000
	cargo build --release --locked -p matching --example growth_timing
	python3 benchmarks/growth/table.py

bench-typed:
	cargo build --release --locked -p matching --example typed_timing
	python3 benchmarks/province/compare.py --generate typed 100 50000 500000
	"$${CARGO_TARGET_DIR:-target}/release/examples/typed_timing" "$${CARGO_TARGET_DIR:-target}/benchmarks/province/typed" $(MODEL)

bench-pages:
	cargo run --release --locked -p platform --example pages_timing -- $(ROUTES)

bench-kernels:
	python3 benchmarks/province/compare.py --generate search 200 10000 100000
	PROVINCE="$(abspath $(or $(CARGO_TARGET_DIR),target))/benchmarks/province/search" $(if $(MODEL),MODEL="$(abspath $(MODEL))") CARGO_TARGET_DIR="$(abspath $(or $(CARGO_TARGET_DIR),target))/kernels" cargo bench --locked --manifest-path benchmarks/kernels/Cargo.toml
