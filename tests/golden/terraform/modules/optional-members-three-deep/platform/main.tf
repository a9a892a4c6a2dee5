
variable "databases" {
  type = map(object({
    enabled        = optional(bool, true)
    engine_version = optional(string, "14")
    encrypted      = optional(bool, true)
    parameters = optional(list(object({
      name         = string
      value        = string
      apply_method = optional(string, "immediate")
    })), [])
    network = optional(object({
      public  = optional(bool, true)
      subnets = optional(list(string), ["a", "b"])
      port    = optional(number, 5432)
    }), {})
  }))
}
variable "caches" {
  type = list(object({ name = string, tls = optional(bool), auth = optional(string, "none") }))
}
module "db" {
  source   = "./db"
  for_each = { for k, v in var.databases : k => v if v.enabled }
  name     = each.key
  settings = each.value
  extra    = each.key == "orders" ? ["pgaudit"] : []
}
module "cache" {
  source = "./cache"
  count  = length(var.caches)
  cache  = var.caches[count.index]
}
output "summary" { value = { for k, m in module.db : k => m.described } }
