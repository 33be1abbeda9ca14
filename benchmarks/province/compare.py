"""`zongshi match` beside the Python pipeline of pipeline.py on the same generated province, in one run.

    python3 benchmarks/province/compare.py [--tenth] [--program target/release/zongshi]
    python3 benchmarks/province/compare.py --generate NAME NEEDS PEOPLE WORKS      the texts alone, for another benchmark

2,000 needs, 50,000 people, 500,000 works, or a tenth of each. Runs ours, theirs, ours: whole processes from the files to the
plan and the reasons of the best 50, one thread each. Prints CPU seconds and peak memory of each, Python's CPU by step, and
the ratios. Ends with 1 when the ratio of CPU is under 10, or our memory over half of theirs.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
FOLDER = TARGET / "benchmarks" / "province"
VENV = FOLDER / "venv"
CPU_RATIO_MIN, MEMORY_SHARE_MAX = 10, 0.5


def enter_venv():
    """Runs this script again inside the virtual environment, made when missing."""
    if Path(sys.prefix).resolve() == VENV.resolve():
        return
    python = VENV / "bin" / "python"
    if not (VENV / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", "-r", str(HERE / "requirements.txt")], check=True)
        (VENV / "ready").touch()
    os.execv(python, [str(python), *sys.argv])


def measured(command, log):
    """CPU seconds and peak megabytes of a whole process."""
    single = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    with open(log, "wb") as file:
        process = subprocess.Popen([str(part) for part in command], stdout=file, stderr=file, env={**os.environ, **single})
        _, status, used = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{command[0]} failed; see {log}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def prepare(name, needs, people, works):
    """The folder with a generated province, made when missing."""
    from generate import generate

    folder = FOLDER / name
    if not (folder / "ready").exists():
        generate(folder, needs, people, works)
        (folder / "ready").touch()
    return folder


def main():
    reader = argparse.ArgumentParser()
    reader.add_argument("--tenth", action="store_true")
    reader.add_argument("--program", type=Path, default=TARGET / "release" / "zongshi")
    reader.add_argument("--generate", nargs=4)
    wanted = reader.parse_args()
    enter_venv()
    if wanted.generate:
        name, *sizes = wanted.generate
        prepare(name, *map(int, sizes))
        return
    part = 10 if wanted.tenth else 1
    data = prepare("tenth" if wanted.tenth else "whole", 2_000 // part, 50_000 // part, 500_000 // part)
    ours = [wanted.program, "match", "--needs", data / "needs.jsonl", "--people", data / "people.jsonl", "--out",
            data / "ours.run.jsonl", "--plan", data / "ours.plan.jsonl", "--explain", "--top", "50", "--model", "none", "--threads", "1"]
    theirs = [sys.executable, HERE / "pipeline.py", data]
    first = measured(ours, data / "ours.log")
    python = measured(theirs, data / "python.log")
    again = measured(ours, data / "ours.log")
    cpu, memory = (first[0] + again[0]) / 2, max(first[1], again[1])
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; {2_000 // part} needs, {50_000 // part} people, {500_000 // part} works")
    print(f"ours    CPU {first[0]:8.1f} and {again[0]:.1f} s  peak {memory:7.0f} MB")
    print(f"python  CPU {python[0]:8.1f} s  peak {python[1]:7.0f} MB")
    steps = [line.split()[1:] for line in open(data / "python.log") if line.startswith("step ")]
    print("        " + ", ".join(f"{name} {seconds}" for name, seconds in steps))
    tfidf = next(float(seconds) for name, seconds in steps if name == "tfidf")
    print(f"ratio   CPU {python[0] / cpu:.1f} (without TF-IDF {(python[0] - tfidf) / cpu:.1f})  memory {memory / python[1]:.2f}")
    sys.exit(0 if python[0] / cpu >= CPU_RATIO_MIN and memory <= MEMORY_SHARE_MAX * python[1] else 1)


if __name__ == "__main__":
    main()
