resource "aws_rds_cluster" "orders" {
  cluster_identifier              = "orders"
  engine                          = "aurora-postgresql"
  engine_version                  = "16.4"
  storage_encrypted               = true
  db_cluster_parameter_group_name = aws_rds_cluster_parameter_group.orders.name
}

resource "aws_rds_cluster_parameter_group" "orders" {
  name_prefix = "orders"
  family      = "aurora-postgresql16"

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }
}

# The members differ: one has an address on the internet.
resource "aws_rds_cluster_instance" "orders" {
  count               = 2
  cluster_identifier  = aws_rds_cluster.orders.id
  engine              = aws_rds_cluster.orders.engine
  instance_class      = "db.r6g.large"
  publicly_accessible = count.index == 1
}

resource "aws_elasticache_cluster" "plain" {
  cluster_id     = "plain"
  engine         = "redis"
  engine_version = "7.1"
}

# A member of a group: it is judged with the group, which is not here.
resource "aws_elasticache_cluster" "member" {
  cluster_id           = "member"
  replication_group_id = "elsewhere"
}

resource "aws_elasticache_serverless_cache" "sessions" {
  name                 = "sessions"
  engine               = "valkey"
  major_engine_version = "8"
}

resource "aws_memorydb_cluster" "sessions" {
  name                 = "sessions"
  node_type            = "db.t4g.small"
  acl_name             = "open-access"
  engine_version       = "7.1"
  tls_enabled          = false
  parameter_group_name = aws_memorydb_parameter_group.sessions.id
}

resource "aws_memorydb_parameter_group" "sessions" {
  name   = "sessions"
  family = "memorydb_redis7"

  parameter {
    name  = "acl-pubsub-default"
    value = "resetchannels"
  }
}
