
terraform {
  required_version = ">= 1.5"
}
locals {
  env     = terraform.workspace
  is_prod = contains(["prod", "production"], local.env)
  defaults = {
    instance_class = "db.t4g.micro"
    storage        = 20
    encrypted      = true
    parameters     = { log_connections = "1", "rds.force_ssl" = "1" }
  }
  per_env = {
    dev  = { storage = 10, encrypted = false }
    prod = { instance_class = "db.r6g.xlarge", storage = 500, parameters = { log_min_duration_statement = "250" } }
  }
  chosen   = merge(local.defaults, lookup(local.per_env, local.env, {}))
  params   = merge(local.defaults.parameters, try(local.per_env[local.env].parameters, {}))
  multi_az = local.is_prod ? true : false
  name     = format("%s-%s-%02d", "orders", local.env, 3)
  tags     = { for k, v in { Env = local.env, Team = "core", Empty = "" } : lower(k) => v if v != "" }
}
resource "terraform_data" "db" {
  input = {
    identifier              = local.name
    instance_class          = local.chosen.instance_class
    allocated_storage       = local.chosen.storage
    storage_encrypted       = local.chosen.encrypted
    multi_az                = local.multi_az
    backup_retention_period = { dev = 1, prod = 35 }[terraform.workspace]
    deletion_protection     = terraform.workspace == "prod"
    tags                    = local.tags
    max                     = max(local.chosen.storage * 2, 100)
  }
}
resource "terraform_data" "pg" {
  input = { family = "postgres${split(".", "16.4")[0]}", parameter = [for k in sort(keys(local.params)) : { name = k, value = local.params[k], apply_method = contains(["rds.force_ssl"], k) ? "pending-reboot" : "immediate" }] }
}
resource "terraform_data" "many" {
  for_each = { for k, v in local.per_env : k => v if k == local.env }
  input    = { key = each.key, storage = each.value.storage, has = can(each.value.parameters) }
}
