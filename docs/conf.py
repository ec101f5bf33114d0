"""Sphinx settings of the gallery. `make -C docs html` builds it, README says what it needs."""

import os
import sys

sys.path[:0] = [os.path.abspath(".."), os.path.abspath(".")]
import gallery

project = "Keras First Lessons"
html_title = project
extensions = ["myst_nb", "sphinx_design", "sphinx_copybutton", "gallery"]
exclude_patterns = ["_build", "*.py"]
templates_path = ["_templates"]

myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_dmath_allow_digits = False  # "$1000s" is money

gallery.copy_lessons()
os.environ["PYTHONPATH"] = str(gallery.EXAMPLES)  # where the lessons find common
os.environ.pop("MPLBACKEND", None)  # the pictures belong on the page
nb_custom_formats = {".py": ["jupytext.reads", {"fmt": "py:percent"}]}
nb_execution_mode = "cache"  # a lesson runs again when its code has changed, not its text
nb_execution_cache_path = str(gallery.cache_folder())
nb_execution_in_temp = True
nb_execution_timeout = -1
nb_execution_raise_on_error = True
nb_execution_show_tb = True
nb_merge_streams = True
nb_output_stderr = "error"  # a warning of a lesson fails the build

html_theme = "pydata_sphinx_theme"
html_theme_options = {
    "navbar_center": [],
    "navbar_persistent": ["search-button"],
    "navbar_end": ["theme-switcher"],
    "secondary_sidebar_items": {"**": [], "devices": ["page-toc"]},  # room for code
    "footer_start": ["licence"],
    "footer_end": [],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
html_context = {"default_mode": "auto"}
html_sidebars = {"**": ["all-pages"]}
html_static_path = ["_static"]
html_css_files = ["gallery.css"]
html_show_sourcelink = False
