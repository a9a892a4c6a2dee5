terraform {
  backend "s3" {}
}

resource "aws_db_instance" "orders" {
  identifier        = "orders"
  engine            = "postgres"
  engine_version    = "16.4"
  storage_encrypted = true
  publicly_accessible = false
}
