"""What a cell reads, writes and changes, and which cell runs a value comes from.

Pure and standard library only: sources come in as `ast` trees, facts go out as value objects.
"""
