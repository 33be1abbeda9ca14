"""What one would write in Python instead of `zongshi match --plan --explain`: the same files in, a run and a plan out.

    python3 benchmarks/province/pipeline.py FOLDER

BM25 over jieba words (bm25s) recalls 1,000 works for a need, TF-IDF over characters and bigrams (scikit-learn) scores them
again, the two are added, a person has the best work and a share of the others (numpy), and the best 50 people of every need
are assigned with OR-tools. The reason of a candidate is the best work's shared words with what each adds. CPU seconds of
every step go to standard error.
"""

import json
import sys
import time
from pathlib import Path

import bm25s
import jieba
import numpy as np
from ortools.graph.python import min_cost_flow
from sklearn.feature_extraction.text import TfidfVectorizer

TOP, RECALLED, SHARED_MAX = 50, 1_000, 12
SUPPORT, SUPPORT_WORKS = 0.6, 4
BM25_SHARE = 0.5


class Clock:
    def __init__(self):
        self.last = time.process_time()

    def step(self, name):
        now = time.process_time()
        print(f"step {name} {now - self.last:.2f}", file=sys.stderr)
        self.last = now


def read(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def words(text):
    return [word for word in jieba.cut(text.lower()) if not word.isspace() and word not in "，。、；：（）"]


def roll_up(owners, scores):
    """People of the recalled works with their scores, best first, and the best work of each."""
    order = np.lexsort((-scores, owners))
    owners, scores = owners[order], scores[order]
    people, first = np.unique(owners, return_index=True)
    place = np.arange(len(owners)) - np.repeat(first, np.diff(np.append(first, len(owners))))
    shares = np.where(place < SUPPORT_WORKS, SUPPORT**place, 0)
    totals = np.add.reduceat(scores * shares, first)
    best = np.argsort(-totals, kind="stable")[:TOP]
    return people[best], totals[best], order[first[best]]


def rank(needs, need_words, work_words, owners, index, vectors, queries):
    """The candidates of every need: person, score, best work and its shared words."""
    for at, need in enumerate(needs):
        bm25 = index.get_scores(sorted(set(need_words[at])))
        recalled = np.argpartition(-bm25, min(RECALLED, len(bm25) - 1))[:RECALLED]
        cosine = np.asarray((vectors[recalled] @ queries[at].T).todense()).ravel()
        scores = BM25_SHARE * bm25[recalled] / max(float(bm25.max()), 1e-9) + (1 - BM25_SHARE) * cosine
        people, totals, best = roll_up(owners[recalled], scores)
        yield [(person, total, recalled[work], reason(index, need_words[at], work_words, recalled[work]))
               for person, total, work in zip(people.tolist(), totals.tolist(), best.tolist())]


def reason(index, asked, work_words, work):
    """What each shared word adds to the BM25 score of a work, most first."""
    found = []
    for word in set(asked) & set(work_words[work]):
        column = index.vocab_dict.get(word)
        if column is None:
            continue
        start, end = index.scores["indptr"][column], index.scores["indptr"][column + 1]
        place = start + np.searchsorted(index.scores["indices"][start:end], work)
        if place < end and index.scores["indices"][place] == work:
            found.append((word, float(index.scores["data"][place])))
    return sorted(found, key=lambda one: (-one[1], one[0]))[:SHARED_MAX]


def plan(needs, ranked, people):
    """The assignment with the largest sum of scores: one person a need, one need a person."""
    tails, heads, costs = [], [], []
    for at, candidates in enumerate(ranked):
        for person, score, _, _ in candidates:
            tails.append(at)
            heads.append(len(needs) + person)
            costs.append(-int(score * 1e6))
    sink = len(needs) + people
    chosen = sorted(set(heads))
    arcs = len(tails)
    tails += chosen + list(range(len(needs)))
    heads += [sink] * (len(chosen) + len(needs))
    costs += [0] * (len(chosen) + len(needs))
    flow = min_cost_flow.SimpleMinCostFlow()
    every = flow.add_arcs_with_capacity_and_unit_cost(np.array(tails), np.array(heads), np.ones(len(tails), dtype=int), np.array(costs))
    supplies = np.zeros(sink + 1, dtype=int)
    supplies[: len(needs)], supplies[sink] = 1, -len(needs)
    flow.set_nodes_supplies(np.arange(sink + 1), supplies)
    if flow.solve() != flow.OPTIMAL:
        sys.exit("OR-tools found no optimum")
    flows = flow.flows(every[:arcs])
    return [(tails[arc], heads[arc] - len(needs)) for arc in np.flatnonzero(flows)]


def main(folder):
    jieba.initialize()
    clock = Clock()
    needs, people = read(folder / "needs.jsonl"), read(folder / "people.jsonl")
    works = [work for person in people for work in person["works"]]
    owners = np.repeat(np.arange(len(people)), [len(person["works"]) for person in people])
    clock.step("read")
    texts = [f"{work['title']}，{work['abstract']}" for work in works]
    asked = [f"{need['title']}，{need['content']}" for need in needs]
    work_words = [words(text) for text in texts]
    need_words = [words(text) for text in asked]
    clock.step("segment")
    index = bm25s.BM25()
    index.index(work_words, show_progress=False)
    clock.step("index")
    measure = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True, dtype=np.float32)
    vectors = measure.fit_transform(texts)
    queries = measure.transform(asked)
    clock.step("tfidf")
    ranked = list(rank(needs, need_words, work_words, owners, index, vectors, queries))
    clock.step("rank")
    pairs = plan(needs, ranked, len(people))
    clock.step("plan")
    with open(folder / "python.run.jsonl", "w", encoding="utf-8") as file:
        for need, candidates in zip(needs, ranked):
            for place, (person, score, work, shared) in enumerate(candidates, 1):
                line = {"need_id": need["id"], "person_id": people[person]["id"], "rank": place, "score": score,
                        "work": works[work]["id"], "reason": shared}
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
    with open(folder / "python.plan.jsonl", "w", encoding="utf-8") as file:
        for need, person in pairs:
            file.write(json.dumps({"need_id": needs[need]["id"], "person_id": people[person]["id"]}) + "\n")
    clock.step("write")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
