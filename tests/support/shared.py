"""Real packs and recorded answers beside the checkout; a user's checkout has none."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[3] / "shared"
CORPUS = SHARED / "corpus"
VECTORS = SHARED / "vectors" / "alias_parsing.jsonl"

needs_corpus = pytest.mark.skipif(
    not CORPUS.is_dir(), reason=f"the corpus of real packs is not at {CORPUS}"
)
needs_vectors = pytest.mark.skipif(
    not VECTORS.is_file(), reason=f"the recorded answers are not at {VECTORS}"
)
