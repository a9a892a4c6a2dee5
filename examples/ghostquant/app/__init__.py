"""The GhostQuant order service: an example application whose security is configured from outside."""
