variable "reporting_password" {
  type      = string
  sensitive = true
}

resource "aws_rds_cluster" "shop" {
  engine          = "aurora-mysql"
  master_password = "Correct-Horse-7-Battery"
}

resource "aws_db_instance" "reporting" {
  engine   = "sqlserver-web"
  password = var.reporting_password
}

resource "aws_db_instance" "ledger" {
  engine            = "postgres"
  engine_version    = "16.4"
  storage_encrypted = true
  password          = "CHANGEME"
}
