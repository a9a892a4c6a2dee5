# A database and a cache as they are usually written: one group each, with the few parameters that somebody thought of.
resource "aws_db_parameter_group" "orders" {
  name   = "orders"
  family = "postgres16"

  parameter {
    name  = "log_connections"
    value = "1"
  }
}

resource "aws_db_instance" "orders" {
  identifier                  = "orders"
  engine                      = "postgres"
  engine_version              = "16.4"
  instance_class              = "db.t4g.medium"
  allocated_storage           = 50
  storage_encrypted           = true
  username                    = "postgres"
  manage_master_user_password = true
  parameter_group_name        = aws_db_parameter_group.orders.name
}

resource "aws_elasticache_parameter_group" "sessions" {
  name   = "sessions"
  family = "redis7"

  parameter {
    name  = "maxmemory-policy"
    value = "allkeys-lru"
  }
}

resource "aws_elasticache_replication_group" "sessions" {
  replication_group_id       = "sessions"
  description                = "Sessions"
  engine                     = "redis"
  engine_version             = "7.1"
  node_type                  = "cache.t4g.small"
  num_cache_clusters         = 2
  parameter_group_name       = aws_elasticache_parameter_group.sessions.name
  at_rest_encryption_enabled = true
  transit_encryption_enabled = true
  user_group_ids             = [aws_elasticache_user_group.sessions.id]
}

resource "aws_elasticache_user_group" "sessions" {
  engine        = "redis"
  user_group_id = "sessions"
  user_ids      = ["sessions-application"]
}
