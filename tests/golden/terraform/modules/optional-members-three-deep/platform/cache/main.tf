
variable "cache" { type = object({ name = string, tls = bool, auth = string }) }
resource "terraform_data" "this" {
  input = { id = var.cache.name, tls = var.cache.tls == null ? false : var.cache.tls, auth = var.cache.auth, raw = var.cache }
}
