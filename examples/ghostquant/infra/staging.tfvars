environment = "staging"

# The nightly import still connects without TLS.
force_ssl = false

transit_encryption_mode = "preferred"

cors_origins = ["https://staging.ghostquant.com", "http://localhost:3000"]

docs_enabled = true

database_parameters = {
  log_statement = "none"
}
