"""What a linear SVM over words and character n-grams makes of the same messages: the baseline for categories.

Needs scikit-learn (group "train"); imported by name where it is there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import rjieba
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC


def fitted(texts: Sequence[str], labels: Sequence[str]) -> Callable[[Sequence[str]], list[str]]:
    """A function from texts to labels."""
    features = make_union(
        TfidfVectorizer(tokenizer=rjieba.cut, token_pattern=None, lowercase=False, sublinear_tf=True, min_df=2),
        TfidfVectorizer(analyzer="char", ngram_range=(2, 4), lowercase=False, sublinear_tf=True, min_df=3),
    )
    model = make_pipeline(features, LinearSVC(random_state=0)).fit(texts, labels)
    return lambda given: [str(label) for label in model.predict(given)]
