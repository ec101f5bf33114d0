"""Plumbing of the lessons, which a reader may ignore: every lesson says how to do without it.

start     a quiet start of Keras, Ctrl-C, the line that names version, backend and device
options   the command line: `flags`
pictures  pictures as files, when there is no window to show them in
data      the data sets: `load_mnist` and its like, `find_data`
photos    pictures of any kind: `load_photos`; the two lessons that need it import it themselves
"""

from . import start  # first: what has to happen before Keras is loaded
from .data import find_data, load_boston_housing, load_breast_cancer, load_mnist
from .options import flags
