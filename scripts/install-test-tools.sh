#!/usr/bin/env bash
# Installs what the tests need beside Rust, when it is missing and this user may: PostgreSQL (each store test runs on it
# too), Chromium with its driver and CJK fonts (page tests), axe-core (accessibility audit) in target/test-tools.
# Does nothing, quickly, when everything is there. What cannot be installed is named with the command that would do it;
# the tests that need it then fail and say so.
set -euo pipefail
cd "$(dirname "$0")/.."

axe_version=4.14.1
tools=target/test-tools
missing=()

postgres_present() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null; }
fonts_present() { compgen -G '/usr/share/fonts/opentype/noto/NotoSansCJK*' >/dev/null; }
axe_present() { grep -qs "\"version\": \"$axe_version\"" "$tools/node_modules/axe-core/package.json"; }

postgres_present || missing+=(postgresql)
command -v chromium >/dev/null || missing+=(chromium)
command -v chromedriver >/dev/null || missing+=(chromium-driver)
fonts_present || missing+=(fonts-noto-cjk)
axe_present || command -v npm >/dev/null || missing+=(npm)

install_packages() {
    if [[ $EUID -ne 0 ]] || ! command -v apt-get >/dev/null; then
        echo "缺少测试所需的软件包，且本用户不能安装。请以管理员运行：apt-get install ${missing[*]}" >&2
        echo "Packages that the tests need are missing and this user may not install them; as root: apt-get install ${missing[*]}" >&2
        return 1
    fi
    # A server that Debian starts by itself would only be in the way: the tests start their own.
    if [[ ! -e /etc/postgresql-common/createcluster.conf ]]; then
        mkdir -p /etc/postgresql-common
        echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
    fi
    local install=(apt-get install -y -q --no-install-recommends "${missing[@]}")
    export DEBIAN_FRONTEND=noninteractive
    # The lists may be old or absent; they are fetched only when the packages cannot be had without.
    "${install[@]}" || { apt-get update -q && "${install[@]}"; }
}

install_axe() {
    mkdir -p "$tools"
    # A package.json of its own keeps npm from climbing to another folder.
    [[ -e $tools/package.json ]] || echo '{"private": true}' >"$tools/package.json"
    npm install --prefix "$tools" --no-audit --no-fund --ignore-scripts --save-exact "axe-core@$axe_version"
}

status=0
if [[ ${#missing[@]} -gt 0 ]]; then
    install_packages || status=1
fi
if ! axe_present; then
    install_axe || { echo "axe-core $axe_version 未能安装（需要 npm）/ could not be installed (needs npm)" >&2; status=1; }
fi
exit "$status"
