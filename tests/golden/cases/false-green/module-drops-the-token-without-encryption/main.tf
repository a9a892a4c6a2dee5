variable "token" {
  type      = string
  default   = "a-token-that-is-long-enough-for-all"
  sensitive = true
}

module "sessions" {
  source                     = "cloudposse/elasticache-redis/aws"
  version                    = "1.9.0"
  name                       = "sessions"
  auth_token                 = var.token
  transit_encryption_enabled = false
}
