"""A demonstration on real servers: it starts them, lets their configuration drift, scans and tells the story."""
