"""Runs growth_timing and writes its figures into docs/growth.md, with docs/growth.svg beside it.

    python3 benchmarks/growth/table.py [WORKS …]

Needs the generated texts and the release build of the example; `make bench-growth` makes both. Ends with 1 when adding
1,000 works to 500,000 costs more than twice what indexing them by themselves costs.
"""

import math
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
WORKS = ["10000", "100000", "500000", "1000000"]
ADD_RATIO_MAX = 2
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"
COLUMNS = [
    ("works", "works", ",.0f"), ("people", "people", ",.0f"), ("read", "read", ",.0f"), ("index", "index", ",.0f"),
    ("alone", "1,000 works alone", ",.0f"), ("add", "1,000 works added", ",.0f"), ("rank", "rank a need", ",.2f"),
    ("explain", "explain its 50", ",.1f"), ("near", "rank by words and vectors", ",.1f"), ("batch", "rank 100 needs", ",.0f"), ("texts_mb", "texts, MB", ",.0f"),
    ("engine_mb", "engine, MB", ",.0f"),
]
LINES = [
    ("read", "读入 read", "#7a5c00"), ("index", "全部索引 index", "#0b5cad"), ("add", "增加 1,000 项 add 1,000", "#b3261e"),
    ("rank", "一条需求排序 rank a need", "#1b7f3b"), ("explain", "一条需求说明 explain a need", "#7a4fb5"), ("near", "加向量排序 rank with vectors", "#c2185b"),
]
# The drawing: width, height, and the edges of the field in which the lines run.
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 380, 80, 440, 20, 310
LABEL_APART = 16


def measure(works):
    """A process for each number, so that none finds memory that another left."""
    command = [TARGET / "release" / "examples" / "growth_timing", TARGET / "benchmarks" / "province" / "growth", works]
    heading, row = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return dict(zip(heading.split(), map(float, row.split())))


def table(rows):
    lines = ["| " + " | ".join(title for _, title, _ in COLUMNS) + " |", "|" + "---|" * len(COLUMNS)]
    lines += ["| " + " | ".join(format(row[name], shape) for name, _, shape in COLUMNS) + " |" for row in rows]
    return "\n".join(lines)


def plot(rows):
    """CPU milliseconds over works, both by powers of ten."""
    values = [row[name] for row in rows for name, _, _ in LINES]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    first, last = math.log10(rows[0]["works"]), math.log10(rows[-1]["works"])
    across = lambda works: LEFT + (RIGHT - LEFT) * (math.log10(works) - first) / max(last - first, 1e-9)
    down = lambda millis: BOTTOM - (BOTTOM - TOP) * (math.log10(millis) - low) / (high - low)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
             f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>']
    for power in range(low, high + 1):
        y = down(10**power)
        parts.append(f'<path d="M{LEFT} {y:.0f}H{RIGHT}" stroke="#ddd"/>'
                     f'<text x="{LEFT - 8}" y="{y + 4:.0f}" text-anchor="end">{10**power:,g} ms</text>')
    parts += [f'<text x="{across(row["works"]):.0f}" y="{BOTTOM + 20}" text-anchor="middle">{row["works"] / 10_000:g} 万</text>' for row in rows]
    label_at = -LABEL_APART
    for name, label, colour in sorted(LINES, key=lambda line: -rows[-1][line[0]]):
        points = [(across(row["works"]), down(row[name])) for row in rows]
        drawn = " ".join(f"{x:.0f},{y:.0f}" for x, y in points)
        parts.append(f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="2"/>')
        label_at = max(points[-1][1] + 4, label_at + LABEL_APART)
        parts.append(f'<text x="{RIGHT + 10}" y="{label_at:.0f}" fill="{colour}">{label}</text>')
    parts.append(f'<text x="{(LEFT + RIGHT) / 2:.0f}" y="{BOTTOM + 46}" text-anchor="middle">成果数 works</text></svg>')
    return "\n".join(parts) + "\n"


def main():
    rows = [measure(works) for works in sys.argv[1:] or WORKS]
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(table(rows))
    page = ROOT / "docs" / "growth.md"
    text = page.read_text(encoding="utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    page.write_text(f"{before}{BEGIN}\n\n{table(rows)}\n\n{END}{after}", encoding="utf-8")
    (ROOT / "docs" / "growth.svg").write_text(plot(rows), encoding="utf-8")
    ratios = {row["works"]: row["add"] / row["alone"] for row in rows}
    print("added / alone: " + ", ".join(f"{ratio:.2f} at {works:,.0f}" for works, ratio in ratios.items()))
    sys.exit(0 if all(ratio <= ADD_RATIO_MAX for works, ratio in ratios.items() if works <= 500_100) else 1)


if __name__ == "__main__":
    main()
