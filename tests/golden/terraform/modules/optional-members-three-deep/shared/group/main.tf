
variable "family" {}
variable "parameters" {
  type    = list(map(string))
  default = []
}
locals { by_name = { for p in var.parameters : p["name"] => p } }
resource "terraform_data" "group" {
  input = { family = var.family, parameters = [for p in values(local.by_name) : { name = p.name, value = tostring(p.value), method = lookup(p, "apply_method", "immediate") }] }
}
output "name" { value = "${var.family}-${join("-", sort(keys(local.by_name)))}" }
