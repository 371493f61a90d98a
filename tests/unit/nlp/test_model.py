"""The model file is what was recorded, or it is refused."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import numpy as np
import pytest

from nlp.appeals import features
from nlp.appeals.model import BrokenModelError, CategoryModel
from nlp.text.lexicon import DATA, read_sections
from nlp.training.keeping import write


def test_the_shipped_model_is_the_recorded_one() -> None:
    assert len(CategoryModel.read(DATA / "category.npz").labels) == 7
    assert (DATA / "category.npz").stat().st_size < 5_000_000


def test_a_changed_model_is_refused(tmp_path: Path) -> None:
    for name in ("category.npz", "category.sha256"):
        shutil.copy(DATA / name, tmp_path / name)
    content = bytearray((tmp_path / "category.npz").read_bytes())
    content[-100] ^= 1
    (tmp_path / "category.npz").write_bytes(content)
    with pytest.raises(BrokenModelError, match=r"category\.npz"):
        CategoryModel.read(tmp_path / "category.npz")


@pytest.mark.parametrize("name", ["GRAMS", "_WORD_SALT", "_PAIR_BASE", "_POWERS", "_CLASSES"])
def test_a_model_fitted_to_other_features_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    now = getattr(features, name)
    monkeypatch.setattr(features, name, now - 1 if isinstance(now, int) else now + np.uint64(2))
    with pytest.raises(BrokenModelError, match="other features"):
        CategoryModel.read(DATA / "category.npz")


def test_a_model_that_does_not_say_its_features_is_refused(tmp_path: Path) -> None:
    with np.load(DATA / "category.npz") as arrays:
        kept = {key: arrays[key] for key in arrays if key != "features"}
    content = io.BytesIO()
    np.savez(content, **kept)
    write(content.getvalue(), tmp_path / "category.npz")
    with pytest.raises(BrokenModelError, match="other features"):
        CategoryModel.read(tmp_path / "category.npz")


def test_a_malformed_dictionary_row_is_named(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("# head\n[group/part]\n3 word\nword without weight\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"words\.txt:4"):
        list(read_sections(path))
