"""The IPython surface: cell hooks and %track."""
