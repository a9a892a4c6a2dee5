environment = "development"

cors_origins            = ["*"]
session_cookie_secure   = false
session_cookie_samesite = "lax"
docs_enabled            = true

database_parameters = {
  password_encryption = "md5"
  log_statement       = "all"
}
