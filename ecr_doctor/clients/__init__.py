"""How docker and its kin find a credential."""
