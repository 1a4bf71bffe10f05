"""The servers of the laboratory's cloud: one process behind one TLS front."""
