"""How the site is built: Sphinx reads the pages (MyST), runs the tutorials (MyST-NB) and writes build/docs."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

DOCS = Path(__file__).parent
sys.path[:0] = [str(DOCS.parent), str(DOCS / "_ext")]
os.environ["PYTHONPATH"] = os.pathsep.join([str(DOCS.parent), os.environ.get("PYTHONPATH", "")])  # for the tutorials' kernels
os.environ.update({"JAX_PLATFORMS": "cpu", "NUMBA_NUM_THREADS": "1", "OMP_WAIT_POLICY": "passive"})

from cyberspace import __version__  # noqa: E402

project = "cyberspace"
release = version = __version__
copyright = "the authors of cyberspace; MIT licence"

extensions = ["myst_nb", "sphinx.ext.autodoc", "house"]
exclude_patterns = ["_ext"]
root_doc = "index"
html_theme = "furo"
html_title = f"cyberspace {version}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_math_renderer = "mathml"
html_show_sourcelink = False
nitpicky = True

myst_enable_extensions = ["dollarmath", "amsmath", "deflist", "fieldlist", "colon_fence"]
myst_heading_anchors = 4

nb_execution_mode = "force"
nb_execution_timeout = 600  # seconds a cell; the first one may compile kernels
nb_execution_raise_on_error = True
nb_execution_show_tb = True
nb_execution_in_temp = True
nb_merge_streams = True
suppress_warnings = ["myst-nb.lexer"]  # cells of tutorials that were not run have no language

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
python_maximum_signature_line_length = 88
default_role = "code"
smartquotes = False
add_module_names = False
toc_object_entries_show_parents = "hide"

# Types of other projects, type variables and what lies inside the wings have no page here.
nitpick_ignore_regex = [
    ("py:.*", r"(?!cyberspace|topology|organisms).*"),
    ("py:.*", r"cyberspace\.(analysis|beside|api\.(living|setting)|law\.engine\.Carried|record|run).*"),
]
logging.getLogger("traitlets").setLevel(logging.WARNING)  # says of each notebook that it is run
