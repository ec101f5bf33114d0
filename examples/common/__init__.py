"""Plumbing of the lessons, which a reader may ignore: every lesson says how to do without it.

start     a quiet start of Keras, Ctrl-C, and the line that names version, backend and device
options   the command line: `flags`
pictures  saves what the lessons draw as files, when there is no window to show it in; `show_page`
data      loads the data sets: `load_mnist` and its like, `find_data`, `find_template`
photos    loads the reader's own photos: `load_photos`, `load_image`; the lessons that need it
          import it
"""

from . import start  # first: what has to happen before Keras is loaded
from .data import find_data, find_template, load_boston_housing, load_breast_cancer, load_mnist
from .options import flags
from .pictures import show_page
