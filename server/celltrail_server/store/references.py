"""What refers to what, read off the tables: so that a new table is never forgotten. Pure."""

from collections.abc import Iterator

from sqlalchemy import Column, Table

from celltrail_server.store.tables import blob_claims, blobs, metadata


def blob_columns() -> list[Column[str]]:
    """Return every column that may name a blob.

    All that hold a sha256, of whatever: one that names something else keeps a blob with the same
    bytes alive at worst. `blobs` itself and the claims do not count.
    """
    return [
        column
        for table in metadata.sorted_tables
        if table not in (blobs, blob_claims)
        for column in table.columns
        if column.name == "sha256" or column.name.endswith("_sha256")
    ]


def children(table: Table) -> Iterator[tuple[Table, Column[int], Column[int]]]:
    """Yield (child, its column, the column here) for each foreign key to `table`."""
    for child in metadata.sorted_tables:
        for key in child.foreign_keys:
            if key.column.table is table:
                yield child, key.parent, key.column


def dependents(table: Table) -> set[Table]:
    """Return the tables whose rows go when a row of `table` goes, without `table` itself."""
    found: set[Table] = set()
    waiting = [table]
    while waiting:
        for child, column, _ in children(waiting.pop()):
            if not column.nullable and child not in found:
                found.add(child)
                waiting.append(child)
    return found - {table}


def contents() -> list[Table]:
    """Return the tables of content that rows share by its sha256, and that lives as long as one."""
    return [
        table
        for table in metadata.sorted_tables
        if [column.name for column in table.primary_key] == ["sha256"] and any(children(table))
    ]
