variable "create" {}
variable "name" {}
variable "engine_version" {}
variable "encrypted" {}
variable "public" {}
variable "group" {
  default = null
}

resource "aws_db_instance" "this" {
  count                = var.create ? 1 : 0
  identifier           = var.name
  engine               = "postgres"
  engine_version       = var.engine_version
  storage_encrypted    = var.encrypted
  publicly_accessible  = var.public
  parameter_group_name = var.group
}
