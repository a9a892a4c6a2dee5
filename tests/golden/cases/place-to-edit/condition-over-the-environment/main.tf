variable "environment" {
  type    = string
  default = "production"
}

variable "public" {
  type    = bool
  default = true
}

resource "aws_db_instance" "db" {
  engine              = "postgres"
  engine_version      = "16.4"
  storage_encrypted   = var.environment == "production" ? false : true
  publicly_accessible = var.public ? true : false
}

locals {
  is-production = terraform.workspace == "production"
}

resource "aws_db_instance" "other" {
  engine              = "postgres"
  engine_version      = "16.4"
  storage_encrypted   = local.is-production ? false : true
  publicly_accessible = false
}
