
variable "environment" { default = "staging" }
variable "tier" {
  type    = string
  default = null
}
variable "config" {
  type = any
  default = {
    production = { db = { size = "xl", flags = { force_ssl = "on" } } }
    staging    = { db = { size = "m" } }
    default    = { db = { size = "s", flags = {} }, cache = { tls = true } }
  }
}
locals {
  env_cfg = try(var.config[var.environment], var.config["default"])
  db      = merge(var.config.default.db, local.env_cfg.db)
  size    = var.tier != null ? var.tier : var.environment == "production" ? "xl" : var.environment == "staging" ? local.db.size : "s"
  ssl     = try(local.env_cfg.db.flags.force_ssl, var.config.production.db.flags["force_ssl"], "off")
  cache   = try(local.env_cfg.cache.tls, lookup(lookup(var.config.default, "cache", {}), "tls", false))
  bools   = { a = tobool("true"), b = tobool(null), c = !tobool("false") }
  x       = can(regex("^prod", var.environment)) ? 1 : can(var.config.nothing) ? 2 : 3
  cc      = coalesce(var.tier, "", local.db["size"], "zz")
  cl      = coalescelist([], [var.environment])
  o       = one([for k, v in var.config : k if k == var.environment])
  n       = try(tonumber("abc"), tonumber(local.db.size), 7)
  idx     = index(["dev", "staging", "production"], var.environment)
  spl     = var.tier[*]
  spl2    = var.environment[*]
}
resource "terraform_data" "x" { input = { db = local.db, size = local.size, ssl = local.ssl, cache = local.cache, b = local.bools, x = local.x, cc = local.cc, cl = local.cl, o = local.o, n = local.n, idx = local.idx, spl = local.spl, spl2 = local.spl2 } }
