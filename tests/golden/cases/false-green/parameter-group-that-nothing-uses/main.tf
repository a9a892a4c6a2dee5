# The strict group stands here and no instance names it: the instance has the defaults.
resource "aws_db_parameter_group" "strict" {
  name   = "strict"
  family = "postgres14"

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }
}

resource "aws_db_instance" "orders" {
  identifier        = "orders"
  engine            = "postgres"
  engine_version    = "14.12"
  storage_encrypted = true
}
