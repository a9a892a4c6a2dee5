environment = "production"

# The payment provider sends customers back with a cross-site POST: ticket SEC-118.
session_cookie_samesite = "lax"

# Raised while incident OPS-4711 was looked into.
log_level = "INFO"
