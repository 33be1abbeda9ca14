#!/usr/bin/env python3
"""Quality of `zongshi match` beside what one would take instead: bm25s and scikit-learn, on the same files.

    python3 benchmarks/quality/run.py [--program target/release/zongshi] [--data ../shared/data]

Makes its own virtual environment under target/ on the first run. Prints one table with 95 % bootstrap intervals over needs, the
ratios of CPU time and memory, checks the program's own figures against the ones computed here, and ends with 1 when a floor
is missed. The floors: on needs -> achievements no worse than either baseline over bigrams, on people better than
profile-level BM25 over bigrams.
"""

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CUT = 10
SETS = [  # folder, needs, grades
    ("bdci-dev", "needs.jsonl", "qrels.tsv"),
    ("people-dev", "needs.jsonl", "qrels.tsv"),
    ("csl-dev", "needs.title.jsonl", "qrels.title.tsv"),
    ("csl-dev", "needs.keywords.jsonl", "qrels.keywords.tsv"),
]


def inside_environment():
    """Starts itself again inside the virtual environment, which is made when missing."""
    folder = ROOT / "target" / "benchmark-quality"
    python = folder / "bin" / "python"
    if Path(sys.prefix).resolve() == folder.resolve():
        return
    if not (folder / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "-r", HERE / "requirements.txt"], check=True)
        (folder / "ready").touch()
    os.execv(python, [str(python), __file__, *sys.argv[1:]])


# What is compared.

HAN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")


def bigrams(text):
    """Character bigrams over Han runs, Latin and number tokens whole: the usual analyser for Chinese."""
    found = []
    for run in HAN.findall(text.lower()):
        if run.isascii() or len(run) == 1:
            found.append(run)
        else:
            found.extend(run[at : at + 2] for at in range(len(run) - 1))
    return found


def words(text):
    import jieba

    jieba.setLogLevel("ERROR")

    return [word for word in jieba.cut(text) if word.strip()]


def bm25(analyse, queries, documents):
    import bm25s
    import numpy as np

    index = bm25s.BM25()
    index.index([analyse(text) for text in documents], show_progress=False)
    scores = np.zeros((len(queries), len(documents)), dtype=np.float32)
    for row, query in enumerate(queries):
        known = [term for term in analyse(query) if term in index.vocab_dict]
        if known:
            scores[row] = index.get_scores(known)
    return scores


def tfidf(queries, documents):
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer=bigrams)
    matrix = vectorizer.fit_transform(documents)
    return (vectorizer.transform(queries) @ matrix.T).toarray()


BASELINES = {
    "BM25 bigrams (bm25s)": lambda queries, documents: bm25(bigrams, queries, documents),
    "TF-IDF bigrams (scikit-learn)": tfidf,
    "BM25 jieba words (bm25s)": lambda queries, documents: bm25(words, queries, documents),
}


# Data and figures.


def read_lines(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def read_grades(path):
    grades = {}
    for line in path.read_text("utf-8").splitlines()[1:]:
        need, person, level = line.split("\t")
        grades.setdefault(need, {})[person] = int(level)
    return grades


def query_text(need):
    """Title three times and body once, as the floors are stated."""
    return (need["title"] + " ") * 3 + need.get("content", "")


def profile_text(person):
    return " ".join(work.get("title", "") + " " + work.get("abstract", "") for work in person.get("works", []))


def dcg(levels):
    from math import log2

    return sum(max(level - 1, 0) / log2(at + 2) for at, level in enumerate(levels[:CUT]))


def ndcg(ranked, graded, judged):
    """nDCG@10 of ids in ranked order; None when nothing can be gained."""
    if judged:
        ranked = [person for person in ranked if person in graded]
    ideal = dcg(sorted(graded.values(), reverse=True))
    return dcg([graded.get(person, 1) for person in ranked]) / ideal if ideal > 0 else None


def by_need(rankings, grades):
    """Full and judged nDCG@10 of each need that can gain."""
    pairs = {need: (ndcg(rankings[need], graded, False), ndcg(rankings[need], graded, True)) for need, graded in grades.items()}
    return {need: pair for need, pair in pairs.items() if pair[0] is not None}


def rankings_of(scores, needs, people):
    import numpy as np

    ids = np.array([person["id"] for person in people])
    by_id = np.argsort(ids)
    return {
        need["id"]: list(ids[by_id][np.argsort(-scores[row][by_id], kind="stable")]) for row, need in enumerate(needs)
    }


def interval(values):
    import numpy as np

    chance = np.random.default_rng(20250210)
    values = np.asarray(values)
    means = values[chance.integers(0, len(values), (2000, len(values)))].mean(1)
    low, high = np.quantile(means, [0.025, 0.975])
    return f"{values.mean():.4f} [{low:.3f}, {high:.3f}]"


def advantage(ours, theirs, which):
    """The paired difference with its interval."""
    return interval([ours[need][which] - theirs[need][which] for need in theirs])


# Running.


def measured(kind, act):
    """What it gives, CPU seconds and peak megabytes; `kind` says whose: of this process's children or its own."""
    before = resource.getrusage(kind)
    given = act()
    after = resource.getrusage(kind)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return given, cpu, after.ru_maxrss / 1024


def in_child(act):
    """Runs `act` in a forked child so that its memory is its own; gives its result, CPU seconds and peak megabytes."""
    import pickle

    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        given, cpu, megabytes = measured(resource.RUSAGE_SELF, act)
        with os.fdopen(writer, "wb") as out:
            pickle.dump((given, cpu, megabytes), out)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as given:
        result = pickle.load(given)
    os.waitpid(child, 0)
    return result


def our_ranking(program, folder, needs_file, out):
    """`zongshi match --top all`, its wall time, CPU seconds and memory."""
    command = [program, "match", "--needs", folder / needs_file, "--people", folder / "people.jsonl", "--top", "all", "--out", out]
    started = time.monotonic()
    done = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(done.pid, 0)
    if status != 0:
        sys.exit(f"zongshi match failed on {folder}")
    return time.monotonic() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def read_run(path):
    rankings = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            need, _, person, _, _, _ = line.split()
            rankings.setdefault(need, []).append(person)
    return rankings


def own_figures(program, run, qrels):
    answer = subprocess.run([program, "evaluate", "--run", run, "--qrels", qrels, "--json"], check=True, capture_output=True)
    return json.loads(answer.stdout)


def read_set(data, folder_name, needs_file, grades_file):
    folder = data / folder_name
    grades = read_grades(folder / grades_file)
    needs = [need for need in read_lines(folder / needs_file) if need["id"] in grades]
    return needs, read_lines(folder / "people.jsonl"), grades


def compare(program, data, work, folder_name, needs_file, grades_file):
    """Everything large is read in children: a child's memory counts what its parent holds."""
    folder, names = data / folder_name, (data, folder_name, needs_file, grades_file)
    print(f"\n{folder_name} {needs_file}")
    print(f"  {'':<32}{'full nDCG@10':<26}{'judged nDCG@10':<26}{'CPU s':>8}{'MB':>8}")

    run = work / f"{folder_name}.{needs_file}.trec"
    wall, cpu, megabytes = our_ranking(program, folder, needs_file, run)
    ours, _, _ = in_child(lambda: by_need(read_run(run), read_grades(folder / grades_file)))
    show("zongshi match", ours, cpu, megabytes)

    theirs = {}
    for name, baseline in BASELINES.items():
        def act(baseline=baseline):
            needs, people, grades = read_set(*names)
            queries, documents = [query_text(need) for need in needs], [profile_text(person) for person in people]
            return by_need(rankings_of(baseline(queries, documents), needs, people), grades)

        theirs[name], their_cpu, their_megabytes = in_child(act)
        show(name, theirs[name], their_cpu, their_megabytes)
        print(f"    difference {advantage(ours, theirs[name], 0)} full, {advantage(ours, theirs[name], 1)} judged; "
              f"CPU {their_cpu / cpu:.1f}x ours, memory {their_megabytes / megabytes:.1f}x ours")
    print(f"  zongshi from files to a run of everybody in {wall:.1f} s")
    return ours, theirs, crosscheck(program, run, folder / grades_file, ours)


def show(name, values, cpu, megabytes):
    full, judged = (interval([pair[which] for pair in values.values()]) for which in (0, 1))
    print(f"  {name:<32}{full:<26}{judged:<26}{cpu:>8.2f}{megabytes:>8.0f}")


def crosscheck(program, run, qrels, ours):
    """Whether `zongshi evaluate` computes what is computed here, need by need."""
    stated = own_figures(program, run, qrels)["by_need"]
    worst = max(abs(stated[need][which] - ours[need][which]) for need in ours for which in (0, 1))
    print(f"  evaluate differs from this script by at most {worst:.1e}")
    return worst < 1e-9 and stated.keys() == ours.keys()


def mean(values, which):
    return sum(pair[which] for pair in values.values()) / len(values)


def floors_missed(folder_name, ours, theirs):
    bigram_baselines = [name for name in BASELINES if "bigrams" in name]
    if folder_name == "bdci-dev":
        wanted = [(name, which) for name in bigram_baselines for which in (0, 1)]
    elif folder_name == "people-dev":
        wanted = [("BM25 bigrams (bm25s)", 0)]
    else:
        wanted = []
    return [
        f"{folder_name}: {mean(ours, which):.4f} below {name} {mean(theirs[name], which):.4f} ({('full', 'judged')[which]})"
        for name, which in wanted
        if mean(ours, which) < mean(theirs[name], which)
    ]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--program", type=Path, default=ROOT / "target" / "release" / "zongshi")
    arguments.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    given = arguments.parse_args()
    if not given.program.exists():
        sys.exit(f"{given.program} is missing: cargo build --release --bin zongshi, or name it with --program")
    if not given.data.is_dir():
        sys.exit(f"{given.data} is missing: name the folder of the development sets with --data")
    work = ROOT / "target" / "benchmark-quality"
    missed = []
    for folder_name, needs_file, grades_file in SETS:
        ours, theirs, agrees = compare(given.program, given.data, work, folder_name, needs_file, grades_file)
        missed += floors_missed(folder_name, ours, theirs)
        if not agrees:
            missed.append(f"{folder_name}: evaluate and this script disagree")
    print("\n" + ("\n".join(["FLOORS MISSED", *missed]) if missed else "all floors reached"))
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    inside_environment()
    main()
