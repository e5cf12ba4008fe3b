"""Share repositories safely.

- `trust`: `TrustStore`, which folders the user allowed to run, and which key may go to which host.
- `profile`, `profile_store`: `Profile`, a user's named values and key references, and the files they are kept in.
- `references`: `Reference`, where a key is kept; `fetch_key` gets it.
- `export`: one recipe for one customer, as one file that needs nothing of ours.
"""
