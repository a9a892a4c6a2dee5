variable "encrypted" { type = bool }
variable "min_tls" { type = string }

resource "aws_db_parameter_group" "orders" {
  family = "postgres16"

  parameter {
    name  = "ssl_min_protocol_version"
    value = var.min_tls
  }

  parameter {
    name  = "rds.force_ssl"
    value = 1
  }
}

resource "aws_db_instance" "orders" {
  identifier           = "orders"
  engine               = "postgres"
  engine_version       = "16.4"
  parameter_group_name = aws_db_parameter_group.orders.name
  storage_encrypted    = var.encrypted
}
