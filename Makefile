# Two commands matter: `make run` and `make test`.
.PHONY: run test tools fmt lint

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
