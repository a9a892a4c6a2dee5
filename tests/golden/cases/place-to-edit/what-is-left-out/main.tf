resource "google_sql_database_instance" "ledger" {
  name             = "ledger"
  database_version = "POSTGRES_16"

  settings {
    tier = "db-custom-2-7680"

    ip_configuration {
      ipv4_enabled = false
    }
  }
}

module "sql" {
  source = "./modules/sql"
}
