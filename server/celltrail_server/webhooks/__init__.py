"""Telling other programs what happens in the model registry, by HTTP requests to them.

The store keeps webhooks and what is on its way to them; here is what is said, to which addresses
it may be said, and the task that says it.
"""
