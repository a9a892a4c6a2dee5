# The groups are made elsewhere: what they say is not known, so no default of a group may be claimed.
variable "database_group" {
  type = string
}

variable "cache_group" {
  type = string
}

resource "aws_db_instance" "orders" {
  identifier           = "orders"
  engine               = "postgres"
  engine_version       = "16.4"
  port                 = 5433
  parameter_group_name = var.database_group
}

resource "aws_elasticache_replication_group" "sessions" {
  replication_group_id = "sessions"
  description          = "Sessions"
  engine               = "redis"
  engine_version       = "7.1"
  parameter_group_name = var.cache_group
}
