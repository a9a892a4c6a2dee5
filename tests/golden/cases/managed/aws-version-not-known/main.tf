# No version is stated, and no group tells one: a default that depends on it is not known, one that does not is.
variable "engine_version" {
  type = string
}

resource "aws_db_instance" "orders" {
  identifier     = "orders"
  engine         = "postgres"
  engine_version = var.engine_version
}

resource "aws_elasticache_replication_group" "sessions" {
  replication_group_id = "sessions"
  description          = "Sessions"
  engine               = "redis"
  engine_version       = var.engine_version
}
