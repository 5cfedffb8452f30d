"""Stopping servers as their profiles want it."""
