"""The switches of what is captured, as traitlets: `c.CellCapture.figures = False` in a config file
of IPython, or `%config CellCapture.figures = False` in a notebook.
"""

from traitlets import Bool, Enum
from traitlets.config import Configurable


class CellCapture(Configurable):
    """What Celltrail captures of each cell run, besides what is logged in it."""

    console = Bool(True, help="The end of what a cell prints.").tag(config=True)
    figures = Bool(True, help="Figures that a cell shows.").tag(config=True)
    frames = Bool(True, help="The first rows of the frames that a cell shows.").tag(config=True)
    resources = Bool(True, help="CPU time and memory that a cell takes.").tag(config=True)
    gpus = Bool(True, help="GPU use while a cell runs, where NVML answers.").tag(config=True)
    candidates = Bool(
        True, help="Literals assigned at a cell's top level, as candidate params."
    ).tag(config=True)
    candidates_as_params = Bool(
        False, help="Record candidate params as params of the run, too."
    ).tag(config=True)
    git = Bool(True, help="Commit and uncommitted changes, once a run.").tag(config=True)
    packages = Bool(True, help="Python and installed packages, once a run.").tag(config=True)
    modules = Bool(
        True, help="Source of imported modules from the notebook's folder, once a run."
    ).tag(config=True)
    autolog = Enum(
        ("when-imported", "always", "never"),
        "when-imported",
        help="Turn on `mlflow.autolog`: once the notebook has imported mlflow, always, or never.",
    ).tag(config=True)
