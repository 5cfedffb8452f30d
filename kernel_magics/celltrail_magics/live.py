"""`%track live`: curves of the run that grow while a cell runs.

The session hands over each point as it is logged; a thread redraws, at most twice a second. What
was logged before comes from the tracking server, once.
"""

import contextlib
import importlib
import math
import threading
from collections.abc import Sequence
from typing import Any

from celltrail.errors import CelltrailError, InvalidError
from celltrail.queries import up_to_date_client
from celltrail.session import Session

MAX_POINTS = 2_000
"""Of a longer curve every second point is kept, again and again."""

REDRAW_SECONDS = 0.5

_CLEAR, _GREY, _PALE = "rgba(0,0,0,0)", "#777", "rgba(128,128,128,0.25)"
_LAYOUT = {
    "height": 320,
    "margin": {"t": 40, "b": 40},
    "showlegend": True,
    "paper_bgcolor": _CLEAR,
    "plot_bgcolor": _CLEAR,
    "font": {"color": _GREY},
    "xaxis": {"title": "step", "gridcolor": _PALE, "zerolinecolor": _PALE},
    "yaxis": {"gridcolor": _PALE, "zerolinecolor": _PALE},
}
"""Colours that can be read on the page of a light and of a dark theme."""


class Curve:
    """The points of one metric, thinned out evenly to at most `MAX_POINTS`."""

    def __init__(self) -> None:
        self._points: list[tuple[int, float]] = []
        self._stride = 1
        self._count = 0
        self._last: tuple[int, float] | None = None

    def add(self, step: int, value: float) -> None:
        """Take a point."""
        self._last = (step, value)
        if self._count % self._stride == 0:
            self._points.append(self._last)
            if len(self._points) == MAX_POINTS:
                del self._points[1::2]
                self._stride *= 2
        self._count += 1

    def points(self) -> list[tuple[int, float]]:
        """Return (step, value) pairs, the latest among them."""
        latest = [self._last] if self._last and self._last not in self._points[-1:] else []
        return [*self._points, *latest]


class LivePanel:
    """A figure below a cell, and the thread that keeps it up to date until `close`."""

    def __init__(self, session: Session, run_id: str, figure: Any) -> None:
        self.figure = figure
        self._session = session
        self._run_id = run_id
        self._earlier: dict[str, Curve] = {}
        self._curves: dict[str, Curve] = {}
        self._lock = threading.Lock()
        self._news = threading.Event()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._keep_up, name="celltrail-live", daemon=True)

    def open(self) -> None:
        """Begin to follow the session."""
        self._session.points.listeners.append(self.take)
        self._thread.start()

    def close(self) -> None:
        """Draw what there is, and follow no more."""
        with contextlib.suppress(ValueError):
            self._session.points.listeners.remove(self.take)
        self._closed.set()
        self._news.set()
        self._thread.join()

    def take(self, run_id: str, key: str, steps: Sequence[int], values: Sequence[float]) -> None:
        """Note points of a metric; called by whoever logs, so it does no more."""
        if run_id != self._run_id:
            return
        with self._lock:
            curve = self._curves.setdefault(key, Curve())
            for step, value in zip(steps, values, strict=True):
                curve.add(step, value)
        self._news.set()

    def _keep_up(self) -> None:
        with contextlib.suppress(CelltrailError):  # the curves then begin here
            self._fetch_earlier()
        self._news.set()
        while not self._closed.is_set():
            self._news.wait()
            self._news.clear()
            self._draw()
            self._closed.wait(REDRAW_SECONDS)
        self._draw()

    def _fetch_earlier(self) -> None:
        path = f"/api/v1/runs/{self._run_id}"
        with up_to_date_client(self._session) as client:
            for key in client.get_json(path)["metrics"]:
                found = client.get_json(f"{path}/metrics/buckets", key=key, buckets=MAX_POINTS // 2)
                curve = self._earlier[key] = Curve()
                for step, value in zip(found["last_steps"], found["lasts"], strict=True):
                    curve.add(step, float(value))

    def _points(self, key: str) -> list[tuple[int, float]]:
        later = self._curves[key].points() if key in self._curves else []
        earlier = self._earlier[key].points() if key in self._earlier else []
        # The server may have got some of the later ones already.
        return [one for one in earlier if not later or one[0] < later[0][0]] + later

    def _draw(self) -> None:
        with self._lock:
            points = {key: self._points(key) for key in {**self._earlier, **self._curves}}
        drawn = {trace.name: trace for trace in self.figure.data}
        with self.figure.batch_update():
            for key in points.keys() & drawn.keys():
                drawn[key].x, drawn[key].y = _columns(points[key])
        for key in sorted(points.keys() - drawn.keys()):
            steps, values = _columns(points[key])
            self.figure.add_scatter(x=steps, y=values, name=key, mode="lines+markers")


def _columns(points: list[tuple[int, float]]) -> tuple[list[int], list[float | None]]:
    """Return steps and values; what is not finite is a gap, as widgets can carry it."""
    steps = [step for step, _ in points]
    return steps, [value if math.isfinite(value) else None for _, value in points]


_panels: dict[str, LivePanel] = {}
"""The open panel of each cell."""


def show_live(session: Session, cell_id: str | None) -> None:
    """Display a panel; one that this cell has shown before is closed.

    Raises InvalidError if a package is missing.
    """
    try:
        figure_widget = importlib.import_module("plotly.graph_objects").FigureWidget
        display = importlib.import_module("IPython.display").display
        figure = figure_widget(layout=_LAYOUT)
    except ImportError as error:
        raise InvalidError(
            f"%track live needs {error.name or 'plotly and ipywidgets'}: "
            "pip install 'celltrail[live]'"
        ) from error
    run = session.open_run()
    figure.update_layout(title=run.name)
    if before := _panels.pop(cell_id or "", None):
        before.close()
    panel = _panels[cell_id or ""] = LivePanel(session, run.run_id, figure)
    panel.open()
    display(figure)
