"""The credential-helper logic: the core token fetcher."""
