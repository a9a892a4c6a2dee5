resource "aws_db_parameter_group" "orders" {
  family = "postgres16"

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  parameter {
    name  = "ssl_min_protocol_version"
    value = "TLSv1.3"
  }

  parameter {
    name  = "log_disconnections"
    value = "1"
  }
}

resource "aws_db_instance" "orders" {
  engine                  = "postgres"
  engine_version          = "16.4"
  storage_encrypted       = true
  publicly_accessible     = false
  deletion_protection     = true
  backup_retention_period = 30
  parameter_group_name    = aws_db_parameter_group.orders.name
}

resource "aws_elasticache_replication_group" "sessions" {
  description                = "Sessions"
  engine                     = "redis"
  engine_version             = "7.1"
  at_rest_encryption_enabled = true
  transit_encryption_enabled = true
  transit_encryption_mode    = "required"
  user_group_ids             = [aws_elasticache_user_group.sessions.user_group_id]
}

resource "aws_elasticache_user" "default" {
  user_id              = "closed-default"
  user_name            = "default"
  engine               = "redis"
  access_string        = "off ~* -@all"
  no_password_required = true
}

resource "aws_elasticache_user_group" "sessions" {
  engine        = "redis"
  user_group_id = "sessions"
  user_ids      = [aws_elasticache_user.default.user_id]
}
