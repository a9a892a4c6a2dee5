module "label" {
  source = "cloudposse/label/null"
  name   = "shop"
}

variable "engine" {
  type = string
}

variable "admin_password" {
  type = string
}

module "shop" {
  source         = "../../"
  enabled        = module.label.enabled
  engine         = var.engine
  admin_password = var.admin_password
}

module "orders" {
  source    = "../../"
  enabled   = module.label.enabled
  engine    = "aurora-postgresql"
  encrypted = false
}
