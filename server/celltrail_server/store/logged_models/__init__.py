"""Logged models on the tables: a module each for finding, changing, metrics, loading and searches.

A logged model belongs to an experiment and is seen by who may read that; each of its metrics is
also of a run, and is seen by who may read both.
"""
