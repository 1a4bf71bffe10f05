"""The only place that touches network, disk, docker and AWS; read-only."""
