variable "enabled" {}
variable "engine" {}
variable "encrypted" {
  default = true
}
variable "regional" {
  default = true
}
variable "admin_password" {
  default = null
}

resource "aws_rds_cluster" "primary" {
  count             = var.enabled && var.regional ? 1 : 0
  engine            = var.engine
  engine_version    = "16.4"
  master_password   = var.admin_password
  storage_encrypted = var.encrypted
}

resource "aws_rds_cluster" "secondary" {
  count             = var.enabled && !var.regional ? 1 : 0
  engine            = var.engine
  storage_encrypted = false
}
