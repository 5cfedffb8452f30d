"""The model registry on the tables: a module for models, versions, aliases, sources, searches.

A registered model belongs to an owner, in whose name the caller acts; those of other owners do not
exist. Each change of a model tells the owner's webhooks of it, in the same transaction.
"""
