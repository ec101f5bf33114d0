"""Scikit-learn's logistic regression on the penguins: the sex, from measurements.

`LogisticRegression` with its default settings on standardised features. A fifth of the birds whose
sex is known is the test part, drawn so that both sexes have their share. With `--species 1` it gets
the species as well, one-hot.
https://scikit-learn.org/stable/modules/linear_model.html#logistic-regression
"""

import pandas as pd
from inputs import DATA, options
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

args = options(species=0)
birds = pd.read_csv(DATA / "penguins.csv").dropna(subset="sex")
x = birds[["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]]
if args.species:
    x = x.join(pd.get_dummies(birds["species"]))
x_train, x_test, y_train, y_test = train_test_split(
    x, birds["sex"], test_size=0.2, stratify=birds["sex"], random_state=args.seed
)
model = make_pipeline(StandardScaler(), LogisticRegression())
model.fit(x_train, y_train)
print(f"Test accuracy: {model.score(x_test, y_test):.4f}")
