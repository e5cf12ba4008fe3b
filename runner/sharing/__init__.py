"""Share repositories safely.

- `trust`: `TrustStore`, which folders the user allowed to run, and which key may go to which host.
- `lock`: one process at a time.
"""
