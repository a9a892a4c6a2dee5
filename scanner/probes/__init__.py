"""Handshakes with servers that several collectors use: what the wire proves without logging in."""
