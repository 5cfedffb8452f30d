"""Spawner profiles: schema, linter, compiler to KubeSpawner."""
