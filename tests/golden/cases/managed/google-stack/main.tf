resource "google_sql_database_instance" "orders" {
  name             = "orders"
  database_version = "POSTGRES_16"
  settings {
    ip_configuration {
      ipv4_enabled = true
      ssl_mode     = "ENCRYPTED_ONLY"
    }
  }
}

# A copy takes its settings from where it comes from.
resource "google_sql_database_instance" "copy" {
  name                 = "copy"
  database_version     = "POSTGRES_16"
  master_instance_name = google_sql_database_instance.orders.name
}

resource "google_alloydb_instance" "reports" {
  instance_id    = "reports"
  database_flags = { log_statement = "ddl" }
  client_connection_config {
    ssl_config {
      ssl_mode = "ALLOW_UNENCRYPTED_AND_ENCRYPTED"
    }
  }
}

# Nothing is said of TLS, and the provider documents nothing.
resource "google_alloydb_instance" "silent" {
  instance_id = "silent"
}

resource "google_redis_instance" "open" {
  name = "open"
}

resource "google_redis_cluster" "closed" {
  name                    = "closed"
  authorization_mode      = "AUTH_MODE_IAM_AUTH"
  transit_encryption_mode = "TRANSIT_ENCRYPTION_MODE_SERVER_AUTHENTICATION"
}

resource "google_memorystore_instance" "valkey" {
  instance_id        = "valkey"
  engine_version     = "VALKEY_8_0"
  authorization_mode = "AUTH_DISABLED"
}
