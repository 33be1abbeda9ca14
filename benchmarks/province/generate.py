"""Generated text with the vocabulary curve of a language, as needs.jsonl and people.jsonl.

    python3 benchmarks/province/generate.py FOLDER --needs 2000 --people 50000 --works 500000 [--seed 1]

Words are those of jieba's dictionary without names, the frequent first; how often the word of rank r is written falls as
1 / (r + 2.7) (Zipf-Mandelbrot). Every text belongs to one of 200 fields: two words in five come from the field's own 400
words, again by Zipf. Three words in ten follow the word before them as one of its four usual successors, so that phrases
recur. A work has a title of 11 words on average, three in five an abstract of 60; a need a title of 9 and a body of 170.
Two in a hundred words are Latin names or figures. The same seed gives the same bytes.
"""

import argparse
import json
from pathlib import Path

import jieba
import numpy as np

FIELDS = 200
FIELD_WORDS = 400
VOCABULARY = 60_000
# Words of a field come from these ranks: below are words of every text, above are words that hardly anybody writes.
FIELD_RANKS = (150, 20_000)
FIELD_SHARE, SUCCESSOR_SHARE, TOKEN_SHARE = 0.4, 0.3, 0.02
SUCCESSORS = 4
NAMES = ("nr", "ns", "nt", "nz")
KINDS = ["paper", "patent", "project", "achievement", "award", "standard"]
TOKENS = ["Al2O3", "SiC", "PLC", "5G", "100MPa", "cBN", "3D", "67%", "0.05mm", "2024", "IGBT", "PM2.5", "24h", "TiN", "AI", "380V"]
BATCH = 20_000


def zipf(words):
    weights = 1 / (np.arange(words) + 2.7)
    return np.cumsum(weights / weights.sum())


class Language:
    def __init__(self, chance):
        entries = (line.split() for line in jieba.get_dict_file().read().decode().splitlines())
        counted = [(int(count), word) for word, count, kind in entries if kind not in NAMES and len(word) <= 4]
        counted = [(count, word) for count, word in counted if all("\u4e00" <= ch <= "\u9fff" for ch in word)]
        words = [word for _, word in sorted(counted, key=lambda one: (-one[0], one[1]))[:VOCABULARY]]
        self.words = np.array(words + TOKENS, dtype=object)
        self.general, self.special = zipf(VOCABULARY), zipf(FIELD_WORDS)
        self.fields = np.array([chance.choice(np.arange(*FIELD_RANKS), FIELD_WORDS, replace=False) for _ in range(FIELDS)])
        self.successors = np.searchsorted(self.general, chance.random((VOCABULARY, SUCCESSORS)))

    def texts(self, chance, fields, lengths):
        """One text per field and length."""
        written = np.empty((len(fields), max(int(lengths.max()), 1)), dtype=np.int64)
        for at in range(written.shape[1]):
            drawn = np.searchsorted(self.general, chance.random(len(fields)))
            special = self.fields[fields, np.searchsorted(self.special, chance.random(len(fields)))]
            drawn = np.where(chance.random(len(fields)) < FIELD_SHARE, special, drawn)
            if at > 0:
                before = np.minimum(written[:, at - 1], VOCABULARY - 1)
                follower = self.successors[before, chance.integers(SUCCESSORS, size=len(fields))]
                drawn = np.where(chance.random(len(fields)) < SUCCESSOR_SHARE, follower, drawn)
            token = VOCABULARY + chance.integers(len(TOKENS), size=len(fields))
            written[:, at] = np.where(chance.random(len(fields)) < TOKEN_SHARE, token, drawn)
        return [self.text(row[:length]) for row, length in zip(written, lengths)]

    def text(self, row):
        words = self.words[row].tolist()
        clauses = ["".join(words[at : at + 11]) for at in range(0, len(words), 11)]
        return "，".join(clauses)


def lengths(chance, mean, number):
    return np.clip(chance.lognormal(np.log(mean) - 0.08, 0.4, number), 3, 5 * mean).astype(int)


def needs(language, chance, number):
    fields = chance.integers(FIELDS, size=number)
    titles = language.texts(chance, fields, lengths(chance, 9, number))
    bodies = language.texts(chance, fields, lengths(chance, 170, number))
    for at in range(number):
        yield {"id": f"N{at:05}", "title": titles[at], "content": bodies[at], "posts": 1}


def works(language, chance, people, number):
    """Works of the next people, `number` in all, as lists by person."""
    fields = np.repeat(chance.integers(FIELDS, size=people), number // people)
    fields = np.where(chance.random(len(fields)) < 0.15, chance.integers(FIELDS, size=len(fields)), fields)
    titles = language.texts(chance, fields, lengths(chance, 11, len(fields)))
    long = chance.random(len(fields)) < 0.6
    bodies = language.texts(chance, fields, np.where(long, lengths(chance, 60, len(fields)), 0))
    kinds, years = chance.integers(len(KINDS), size=len(fields)), chance.integers(2010, 2026, size=len(fields))
    for at, title in enumerate(titles):
        yield {"kind": KINDS[kinds[at]], "title": title, "abstract": bodies[at], "year": int(years[at])}


def write(path, records):
    with open(path, "w", encoding="utf-8") as file:
        for record in records:
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def people(language, chance, number, works_each):
    for first in range(0, number, BATCH // works_each):
        here = range(first, min(first + BATCH // works_each, number))
        theirs = list(works(language, chance, len(here), len(here) * works_each))
        for at, person in enumerate(here):
            own = theirs[at * works_each : (at + 1) * works_each]
            own = [{"id": f"P{person:06}-{count:02}", **work} for count, work in enumerate(own)]
            yield {"id": f"P{person:06}", "unit": f"研究所{person % 100}", "works": own}


def generate(folder, need_count, person_count, work_count, seed=1):
    chance = np.random.default_rng(seed)
    language = Language(chance)
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "needs.jsonl", needs(language, chance, need_count))
    write(folder / "people.jsonl", people(language, chance, person_count, work_count // person_count))


if __name__ == "__main__":
    reader = argparse.ArgumentParser()
    reader.add_argument("folder", type=Path)
    reader.add_argument("--needs", type=int, default=2_000)
    reader.add_argument("--people", type=int, default=50_000)
    reader.add_argument("--works", type=int, default=500_000)
    reader.add_argument("--seed", type=int, default=1)
    wanted = reader.parse_args()
    generate(wanted.folder, wanted.needs, wanted.people, wanted.works, wanted.seed)
