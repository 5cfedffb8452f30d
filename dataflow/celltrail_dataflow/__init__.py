"""What a cell reads, writes and changes, and which cell runs a value comes from.

Pure and standard library only: sources come in as `ast` trees, facts go out as value objects.

    flows         the facts: Flow, Binding, Statement, CellFlow
    expressions   facts about one expression
    statements    facts about one cell: `analyze`
    effects       what calls of the notebook's own functions add to a cell: `Code`
    groups        names that may share mutable state: `group_names`
    dependencies  which version each cell run reads: `infer_dependencies`, `backward_slice`
"""
