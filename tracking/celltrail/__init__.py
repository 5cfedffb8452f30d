"""Celltrail: every cell leaves a trail."""

__version__ = "0.1.0"
