"""Our plan solver beside OR-tools' min-cost flow on the same generated rounds, in one run.

    python3 benchmarks/plan/compare.py

Installs `ortools` into target/benchmarks/plan/venv, builds the Rust example in release mode, solves every round with
both and prints CPU times (best of three, one thread, building of the network included on our side and shown apart on
theirs), their ratio and whether the totals are equal. Ends with 1 when a total differs.

OR-tools gets weight, preference and score as one cost when it accepts costs of that size, otherwise the weight alone.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "benchmarks" / "plan"
VENV = FOLDER / "venv"


def enter_venv():
    """Runs this script again inside the virtual environment, made when missing."""
    if Path(sys.prefix) == VENV.resolve():
        return
    python = VENV / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
    subprocess.run([str(python), "-m", "pip", "install", "-q", "ortools", "numpy"], check=True)
    os.execv(python, [str(python), __file__])


def network(path, digits):
    """Units of the first `digits` digits, and the arcs of the round: source -> need -> person -> unit -> sink, and need -> sink for a post given up."""
    import numpy

    with open(path) as file:
        needs, people, units = map(int, file.readline().split())
        numbers = numpy.array(file.read().split(), dtype=numpy.int64)
    unit, limit = numbers[: 2 * people].reshape(-1, 2).T
    need, person, *worth = numbers[2 * people :].reshape(-1, 5).T
    units_of = [1]
    for digit in reversed(worth[1:digits]):
        units_of.insert(0, units_of[0] * (needs * int(digit.max()) + 1))
    value = sum(unit_of * digit for unit_of, digit in zip(units_of, worth))
    limits = numpy.zeros(units, dtype=numpy.int64)
    limits[unit] = limit
    sink = needs + people + units
    every_need, every_person = numpy.arange(needs), numpy.arange(people)
    tails = [need, every_person + needs, numpy.arange(units) + needs + people, every_need]
    heads = [person + needs, unit + needs + people, numpy.full(units, sink), numpy.full(needs, sink)]
    rooms = [numpy.ones(len(need)), numpy.ones(people), limits, numpy.ones(needs)]
    costs = [-value, numpy.zeros(people), numpy.zeros(units), numpy.zeros(needs)]
    arcs = [numpy.concatenate(part).astype(numpy.int64) for part in (tails, heads, rooms, costs)]
    supplies = numpy.zeros(sink + 1, dtype=numpy.int64)
    supplies[:needs], supplies[sink] = 1, -needs
    return units_of, arcs, supplies


def solve(arcs, supplies):
    """Total value, CPU milliseconds to build and to solve; `None` when the costs are too large."""
    import numpy
    from ortools.graph.python import min_cost_flow

    start = time.process_time()
    flow = min_cost_flow.SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(*arcs)
    flow.set_nodes_supplies(numpy.arange(len(supplies)), supplies)
    built = time.process_time()
    status = flow.solve()
    if status == flow.BAD_COST_RANGE:
        return None
    if status != flow.OPTIMAL:
        sys.exit(f"OR-tools found no optimum: {status}")
    return -flow.optimal_cost(), (built - start) * 1e3, (time.process_time() - built) * 1e3


def solve_most(path):
    """As many digits as OR-tools takes: their units and three runs."""
    for digits in (3, 2, 1):
        units_of, arcs, supplies = network(path, digits)
        runs = [solve(arcs, supplies) for _ in range(3)]
        if None not in runs:
            return units_of, runs
    sys.exit("OR-tools takes not even the weights")


def main():
    enter_venv()
    command = ["cargo", "run", "-q", "--release", "-p", "matching", "--example", "plan_timing", "--", str(FOLDER)]
    ours = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; CPU ms, best of three")
    print("round    needs people pairs  weight preference      score   ours  OR-tools build+solve  ratio  digits equal  check report")
    different = False
    for line in ours.splitlines():
        name, needs, people, pairs, *total, solving, checking, reporting = line.split()
        units_of, runs = solve_most(FOLDER / f"{name}.txt")
        built, solved = min(run[1] for run in runs), min(run[2] for run in runs)
        equal = runs[0][0] == sum(unit_of * int(digit) for unit_of, digit in zip(units_of, total))
        different |= not equal
        ratio = float(solving) / solved
        print(f"{name:8} {needs:>5} {people:>6} {pairs:>6} {total[0]:>6} {total[1]:>10} {total[2]:>10} {float(solving):6.1f}"
              f" {built:13.1f}+{solved:<8.1f} {ratio:5.2f} {len(units_of):>7} {'yes' if equal else 'NO':>5} {checking:>6} {reporting:>6}")
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
