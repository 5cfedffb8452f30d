"""Jupyter Server extension behind the Lab panels."""
