resource "aws_elasticache_replication_group" "sessions" {
  replication_group_id       = "sessions"
  description                = "Sessions"
  engine                     = "redis"
  transit_encryption_enabled = true
  transit_encryption_mode    = "required"
  user_group_ids             = [aws_elasticache_user_group.sessions.user_group_id]
}

resource "random_password" "application" {
  length = 32
}

resource "aws_elasticache_user" "application" {
  user_id       = "application"
  user_name     = "application"
  engine        = "redis"
  access_string = "on ~app::* +@read +@write"
  passwords     = [random_password.application.result]
}

resource "aws_elasticache_user" "default" {
  user_id              = "closed-default"
  user_name            = "default"
  engine               = "redis"
  access_string        = "on ~* +@all"
  no_password_required = true
}

resource "aws_elasticache_user_group" "sessions" {
  engine        = "redis"
  user_group_id = "sessions"
  user_ids      = [aws_elasticache_user.default.user_id, aws_elasticache_user.application.user_id]
}
