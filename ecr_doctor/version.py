"""The version, where every layer can import it."""

VERSION = "0.1.0"
