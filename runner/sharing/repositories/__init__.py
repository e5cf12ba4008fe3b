"""Repositories from elsewhere: fetched, checked, kept and locked; nothing of them runs here.

- `source`: `Source`, where a repository comes from, and which addresses are refused.
- `git`, `archive`, `download`, `folder`, `packs`: what a source holds, as names and bytes.
- `names`, `declared`, `snapshot`: `Snapshot`, the declared files of a repository, after every check.
- `digest`: `rb1:` digests of a repository and of each of its recipes.
- `store`: where the files are kept, by their digest.
- `lockfile`, `sight`: `recipes.lock`, and a quick look at it.
- `keeping`: adding, syncing and verifying; `plan`: what an update would change.
"""
