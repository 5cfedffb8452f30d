"""Ways to tell which cell runs a value needs, to compare with.

`from_source` looks at the source alone; `ipyflow_slices` and `kishu_slices` are scripts that
run the peers, in environments of their own (`peers`), and share `serving`.
"""
