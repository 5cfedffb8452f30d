"""The bytes of artifacts, each under its sha256: in a folder or a bucket.

Who may read a blob is not known here: the store knows.
"""
