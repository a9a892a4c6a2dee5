terraform {
  backend "s3" {
    bucket = "states"
    key    = "shop.tfstate"
    region = "eu-west-1"
  }
}

resource "aws_elasticache_replication_group" "cache" {
  replication_group_id       = "cache"
  engine                     = "valkey"
  engine_version             = "8.0"
  transit_encryption_enabled = true
  transit_encryption_mode    = "required"
  at_rest_encryption_enabled = true
  auth_token                 = var.token
}

variable "token" {}
