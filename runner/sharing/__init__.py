"""Share repositories safely.

- `trust`: `TrustStore`, which folders the user allowed to run, and which key may go to which host.
- `grants`, `disclosure`: what the user is asked before something runs, and what they are told then.
- `profile`, `profile_store`: `Profile`, a user's named values and key references, and the files they are kept in.
- `references`: `Reference`, where a key is kept; `fetch_key` gets it.
- `export`: one recipe for one customer, as one file that needs nothing of ours.
- `repositories`: those of others, fetched, checked, pinned and locked.
- `packs`: a repository as one file for others.
- `site`: the catalog as static pages.
"""
