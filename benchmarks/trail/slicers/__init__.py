"""Ways to tell which cell runs a value needs, to compare with.

`static` and `last_writer` look at the source; `ipyflow_slices` and `kishu_slices` are scripts that
run the peers, in environments of their own (`peers`), and share `serving`.
"""
