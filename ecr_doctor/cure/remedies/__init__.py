"""One module a family of causes, each with its `REMEDY`; found by looking, there is no list."""
