# The server stands in another root; what is switched off here holds there.
data "azurerm_postgresql_flexible_server" "orders" {
  name = "orders"
}

resource "azurerm_postgresql_flexible_server_configuration" "tls" {
  name      = "require_secure_transport"
  server_id = data.azurerm_postgresql_flexible_server.orders.id
  value     = "off"
}

resource "azurerm_redis_cache" "sessions" {
  name = "sessions"
}
