resource "azurerm_postgresql_flexible_server" "orders" {
  name    = "orders"
  version = "16"
}

resource "azurerm_postgresql_flexible_server_configuration" "tls" {
  name      = "require_secure_transport"
  server_id = azurerm_postgresql_flexible_server.orders.id
  value     = "OFF"
}

resource "azurerm_postgresql_flexible_server" "private" {
  name                          = "private"
  version                       = "16"
  public_network_access_enabled = false
  backup_retention_days         = 14
}

# Reached through a subnet of its own: whether the left-out switch is on is not said here.
resource "azurerm_postgresql_flexible_server" "in_a_subnet" {
  name                = "in-a-subnet"
  version             = "16"
  delegated_subnet_id = "/subscriptions/0/subnets/database"
}

resource "azurerm_postgresql_server" "old" {
  name                    = "old"
  version                 = "11"
  ssl_enforcement_enabled = false
}

resource "azurerm_postgresql_configuration" "old" {
  name        = "log_connections"
  server_name = azurerm_postgresql_server.old.name
  value       = "off"
}

# The spelling of an older release of the provider.
resource "azurerm_redis_cache" "older" {
  name                = "older"
  enable_non_ssl_port = true
  minimum_tls_version = "1.0"
}

resource "azurerm_redis_cache" "newer" {
  name = "newer"
  redis_configuration {
    authentication_enabled = true
  }
}

resource "azurerm_managed_redis" "plain" {
  name = "plain"
  default_database {
    client_protocol = "Plaintext"
    eviction_policy = "NoEviction"
  }
}

resource "azurerm_redis_enterprise_database" "encrypted" {
  cluster_id = "/subscriptions/0/redisEnterprise/encrypted"
}
