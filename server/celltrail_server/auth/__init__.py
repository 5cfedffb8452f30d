"""Who calls: `Authenticator` and its three kinds, `none`, `token` and `jupyterhub`.

Each turns the headers of a request into a `Caller` or raises `DeniedError`; what the user may see
is the store's business, and which routes need a user is the gate's (`celltrail_server.gate`).
"""
