variable "encrypted" {
  type    = bool
  default = true
}

variable "name" {
  type = string
}

variable "size" {
  type    = string
  default = "db.t4g.small"
}

resource "aws_db_instance" "this" {
  identifier          = var.name
  engine              = "postgres"
  engine_version      = "16.4"
  instance_class      = var.size
  storage_encrypted   = var.encrypted
  publicly_accessible = false
}
