resource "aws_elasticache_replication_group" "r" {
  engine = "redis"
  engine_version = "7.1"
  transit_encryption_enabled = true
  auth_token = var.t
}
variable "t" { default = "" }
