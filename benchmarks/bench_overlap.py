"""All pairs of formats that overlap, against laying each pair of automata over one another.

    python benchmarks/bench_overlap.py [--quick]

The catalog is that of bench_matching.py. The baseline walks the product of two automata state by
state for pairs drawn from a seed, and is scaled up to all pairs; it names no message, and does not
try one out. Both are asked the same question: their answers for the drawn pairs must agree.
CPU seconds of one process; only ratios within a run mean much.
"""

import argparse
import random
import sys
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.bench_matching import SEED, catalog, table
from chatops_cli.aliases.alphabet import Alphabet
from chatops_cli.aliases.automaton import Automaton, automaton
from chatops_cli.aliases.overlap import Overlap, overlaps
from chatops_cli.aliases.preparation import read
from chatops_cli.aliases.table import AliasTable

DRAWN = 300
GOAL = 20.0


def pairwise(one: Automaton, other: Automaton, alphabet: Alphabet) -> bool:
    """Whether the two have a message in common: breadth first, one pair of positions at a time."""
    left = [alphabet.classes(position.ranges) for position in one.positions]
    right = [alphabet.classes(position.ranges) for position in other.positions]
    space, visible = alphabet.space, alphabet.visible
    starts = [(p, q) for p in one.first for q in other.first if left[p] & right[q] & space]
    level = {
        (p, q)
        for i, j in starts
        for p in one.follow[i]
        for q in other.follow[j]
        if left[p] & right[q] & visible
    }
    seen = set(level)
    while level:
        following: set[tuple[int, int]] = set()
        for i, j in level:
            can_end = left[i] & right[j] & visible
            for p in one.follow[i]:
                for q in other.follow[j]:
                    both = left[p] & right[q]
                    if can_end and both & space and p in one.last and q in other.last:
                        return True
                    if both and (p, q) not in seen:
                        following.add((p, q))
        seen |= following
        level = following
    return False


def baseline(formats: AliasTable, found: set[tuple[int, int]]) -> float:
    """CPU seconds that all pairs would take; the answers are compared on the way."""
    texts = [entry.representation.text for entry in formats.entries]
    automata = [automaton(read(text, strict=False).tree) for text in texts]
    alphabet = Alphabet({p.ranges for one in automata for p in one.positions})
    chance = random.Random(SEED)
    spent = 0.0
    for _ in range(DRAWN):
        first, second = sorted(chance.sample(range(len(texts)), 2))
        before = process_time()
        overlap = pairwise(automata[first], automata[second], alphabet)
        spent += process_time() - before
        if overlap is not ((first, second) in found):
            raise SystemExit(f"answers differ for {texts[first]!r} and {texts[second]!r}")
    return spent / DRAWN * len(texts) * (len(texts) - 1) / 2


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="300 formats only")
    quick: bool = parser.parse_args().quick
    print("formats  pairs    overlap  seconds  baseline  ratio")
    seconds = 0.0
    for size in (100, 300) if quick else (100, 300, 1_000):
        formats = table(catalog(size)[0])
        before = process_time()
        verdicts = list(overlaps(formats))
        seconds = process_time() - before
        found = {v[:2] for v in verdicts if isinstance(v, Overlap)}
        naive = baseline(formats, found)
        pairs = size * (size - 1) // 2
        print(
            f"{size:7,}  {pairs:7,}  {len(found):7,}  {seconds:7.2f}  {naive:8.1f}"
            f"  {naive / seconds:4.0f}x"
        )
    if seconds > GOAL:
        raise SystemExit(f"the largest took more than {GOAL:.0f} s")


if __name__ == "__main__":
    main()
