variable "engine_version" {
  type    = string
  default = ""
}

resource "aws_rds_cluster" "orders" {
  cluster_identifier = "orders"
  engine             = "aurora-postgresql"
  engine_version     = var.engine_version
  storage_encrypted  = true
}
