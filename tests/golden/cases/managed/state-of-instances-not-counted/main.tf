variable "replicas" {}

resource "aws_db_instance" "orders" {
  count             = var.replicas
  identifier        = "orders-${count.index}"
  engine            = "postgres"
  engine_version    = "16.4"
  storage_encrypted = true
}
