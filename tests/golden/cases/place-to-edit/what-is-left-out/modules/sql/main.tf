variable "storage_encrypted" {
  type    = bool
  default = null
}

resource "aws_db_instance" "this" {
  engine            = "postgres"
  engine_version    = "16.4"
  storage_encrypted = var.storage_encrypted
}
