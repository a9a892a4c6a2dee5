module "orders" {
  source         = "terraform-aws-modules/rds/aws"
  version        = "~> 6.0"
  identifier     = "orders"
  engine         = "postgres"
  engine_version = "16.4"
  family         = "postgres16"
  port           = 5432

  storage_encrypted       = true
  deletion_protection     = false
  backup_retention_period = 14
  parameters = [
    { name = "rds.force_ssl", value = "1" },
    { name = "log_connections", value = "0", apply_method = "immediate" },
  ]
}

module "ledger" {
  source                                = "git::https://github.com/terraform-aws-modules/terraform-aws-rds-aurora.git?ref=v9.0.0"
  name                                  = "ledger"
  engine                                = "aurora-postgresql"
  engine_version                        = "16.4"
  storage_encrypted                     = true
  create_db_cluster_parameter_group     = true
  db_cluster_parameter_group_parameters = [{ name = "rds.force_ssl", value = 1 }]
}

module "reports" {
  source = "terraform-aws-modules/rds/aws"
  engine = "mysql"
}

module "sessions" {
  source                     = "terraform-aws-modules/elasticache/aws"
  engine                     = "redis"
  engine_version             = "7.1"
  replication_group_id       = "sessions"
  transit_encryption_enabled = true
  transit_encryption_mode    = "required"
  auth_token                 = random_password.sessions.result
}

resource "random_password" "sessions" {
  length = 32
}
