locals {
  # Parameters that RDS takes over at the next restart only.
  static = ["rds.force_ssl", "shared_preload_libraries"]

  parameters = merge(
    {
      "rds.force_ssl"                       = var.force_ssl ? "1" : "0"
      "ssl_min_protocol_version"            = "TLSv1.3"
      "password_encryption"                 = "scram-sha-256"
      "log_connections"                     = "1"
      "log_disconnections"                  = "1"
      "log_statement"                       = "ddl"
      "shared_preload_libraries"            = "pg_stat_statements,pgaudit"
      "pgaudit.log"                         = "ddl,role"
      "log_lock_waits"                      = "1"
      "statement_timeout"                   = "60000"
      "idle_in_transaction_session_timeout" = "60000"
      "log_parameter_max_length"            = "0"
    },
    var.parameters,
  )
}

resource "aws_db_parameter_group" "this" {
  name_prefix = "${var.name}-"
  family      = "postgres16"

  dynamic "parameter" {
    for_each = local.parameters

    content {
      name         = parameter.key
      value        = parameter.value
      apply_method = contains(local.static, parameter.key) ? "pending-reboot" : "immediate"
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "random_password" "this" {
  length  = 40
  special = false
}

resource "aws_db_instance" "this" {
  identifier                   = var.name
  engine                       = "postgres"
  engine_version               = "16.4"
  instance_class               = "db.m6g.large"
  allocated_storage            = 100
  ca_cert_identifier           = "rds-ca-rsa2048-g1"
  storage_encrypted            = true
  publicly_accessible          = false
  multi_az                     = var.multi_az
  deletion_protection          = var.deletion_protection
  backup_retention_period      = 14
  db_name                      = "orders"
  port                         = 5432
  username                     = "postgres"
  password                     = random_password.this.result
  parameter_group_name         = aws_db_parameter_group.this.name
  auto_minor_version_upgrade   = true
  performance_insights_enabled = true
}

resource "aws_secretsmanager_secret" "url" {
  name = "${var.name}/url"
}

resource "aws_secretsmanager_secret_version" "url" {
  secret_id     = aws_secretsmanager_secret.url.id
  secret_string = "postgresql://postgres:${random_password.this.result}@${aws_db_instance.this.endpoint}/orders?sslmode=verify-full"
}
