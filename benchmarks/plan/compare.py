"""Our plan solver beside OR-tools' min-cost flow on the same generated rounds, in one run.

    python3 benchmarks/plan/compare.py

Installs `ortools` into target/benchmarks/plan/venv, builds the Rust example in release mode, solves every round with
both and prints CPU times (best of three, one thread, building of the network included on our side and shown apart on
theirs), their ratio and whether the totals are equal. Ends with 1 when a total differs.
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


def network(path):
    """Arcs of the round: source -> need -> person -> unit -> sink, and need -> sink for a post given up."""
    import numpy

    with open(path) as file:
        needs, people, units = map(int, file.readline().split())
        numbers = numpy.array(file.read().split(), dtype=numpy.int64)
    unit, limit = numbers[: 2 * people].reshape(-1, 2).T
    need, person, weight = numbers[2 * people :].reshape(-1, 3).T
    limits = numpy.zeros(units, dtype=numpy.int64)
    limits[unit] = limit
    sink = needs + people + units
    every_need, every_person = numpy.arange(needs), numpy.arange(people)
    tails = [need, every_person + needs, numpy.arange(units) + needs + people, every_need]
    heads = [person + needs, unit + needs + people, numpy.full(units, sink), numpy.full(needs, sink)]
    rooms = [numpy.ones(len(need)), numpy.ones(people), limits, numpy.ones(needs)]
    costs = [-weight, numpy.zeros(people), numpy.zeros(units), numpy.zeros(needs)]
    arcs = [numpy.concatenate(part).astype(numpy.int64) for part in (tails, heads, rooms, costs)]
    supplies = numpy.zeros(sink + 1, dtype=numpy.int64)
    supplies[:needs], supplies[sink] = 1, -needs
    return arcs, supplies


def solve(arcs, supplies):
    """Total weight, CPU milliseconds to build and to solve."""
    import numpy
    from ortools.graph.python import min_cost_flow

    start = time.process_time()
    flow = min_cost_flow.SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(*arcs)
    flow.set_nodes_supplies(numpy.arange(len(supplies)), supplies)
    built = time.process_time()
    if flow.solve() != flow.OPTIMAL:
        sys.exit("OR-tools found no optimum")
    return -flow.optimal_cost(), (built - start) * 1e3, (time.process_time() - built) * 1e3


def main():
    enter_venv()
    command = ["cargo", "run", "-q", "--release", "-p", "matching", "--example", "plan_timing", "--", str(FOLDER)]
    ours = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; CPU ms, best of three")
    print("round    needs people pairs        total  ours  OR-tools build+solve  ratio to solve  equal  check report")
    different = False
    for line in ours.splitlines():
        name, needs, people, pairs, total, solving, checking, reporting = line.split()
        arcs, supplies = network(FOLDER / f"{name}.txt")
        runs = [solve(arcs, supplies) for _ in range(3)]
        built, solved = min(run[1] for run in runs), min(run[2] for run in runs)
        equal = runs[0][0] == int(total)
        different |= not equal
        ratio = float(solving) / solved
        print(f"{name:8} {needs:>5} {people:>6} {pairs:>6} {total:>11} {float(solving):6.1f} {built:12.1f}+{solved:<8.1f}"
              f" {ratio:12.2f} {'yes' if equal else 'NO':>8} {checking:>6} {reporting:>6}")
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
