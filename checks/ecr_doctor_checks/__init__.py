"""The built-in checks, by stage, and the catalog of causes."""
