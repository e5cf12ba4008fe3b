"""Share repositories safely.

- `trust`: `TrustStore`, which folders the user allowed to run, and which key may go to which host.
- `export`: one recipe for one customer, as one file that needs nothing of ours.
- `lock`: one process at a time.
"""
