"""Scikit-learn's naive Bayes on triples of letters: in which of 30 languages are 20 letters?

`CountVectorizer` counts the triples in a text, and `MultinomialNB` compares them with what it has
counted in articles 0 to 20. Its smoothing is chosen on articles 21 to 24. The pieces are those of
which_language.py. Nothing here is random.
https://scikit-learn.org/stable/modules/naive_bayes.html#multinomial-naive-bayes
"""

import unicodedata

import numpy as np
import pandas as pd
from inputs import DATA, options
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.naive_bayes import MultinomialNB

options()
table = pd.read_csv(DATA / "declaration.csv")
languages = sorted(table["language"].unique())


def texts(first, last):
    """Return for each language these articles as one text."""
    articles = table[table["article"].between(first, last)].groupby("language")["text"]
    return [unicodedata.normalize("NFC", text) for text in articles.agg(" ".join)[languages]]


def pieces(first, last):
    """Return the pieces of 20 letters, and for each the number of its language."""
    x, y = [], []
    for language, text in enumerate(texts(first, last)):
        for start in range(0, len(text) - 19, 20):
            x.append(text[start : start + 20])
            y.append(language)
    return x, np.array(y)


counter = CountVectorizer(analyzer="char", ngram_range=(3, 3), lowercase=False)
x_train, y_train = counter.fit_transform(texts(0, 20)), np.arange(len(languages))
(x_val, y_val), (x_test, y_test) = pieces(21, 24), pieces(25, 30)
models = [MultinomialNB(alpha=alpha).fit(x_train, y_train) for alpha in (1, 0.3, 0.1, 0.03, 0.01)]
best = max(models, key=lambda model: model.score(counter.transform(x_val), y_val))
print(f"Smoothing: {best.alpha}")
print(f"Test accuracy: {best.score(counter.transform(x_test), y_test):.4f}")
