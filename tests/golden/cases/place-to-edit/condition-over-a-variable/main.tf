variable "force_ssl" { type = bool }

resource "aws_db_parameter_group" "this" {
  family = "postgres16"
  parameter {
    name  = "rds.force_ssl"
    value = var.force_ssl ? "1" : "0"
  }
}

resource "aws_db_instance" "this" {
  engine               = "postgres"
  engine_version       = "16.4"
  parameter_group_name = aws_db_parameter_group.this.name
}
