
variable "name" { type = string }
variable "settings" { type = any }
variable "extra" {
  type    = set(string)
  default = []
}
module "group" {
  source     = "../../shared/group"
  count      = length(var.settings.parameters) > 0 ? 1 : 0
  family     = "postgres${element(split(".", var.settings.engine_version), 0)}"
  parameters = concat(var.settings.parameters, [for e in var.extra : { name = "shared_preload_libraries", value = e, apply_method = "pending-reboot" }])
}
resource "terraform_data" "this" {
  input = {
    identifier        = var.name
    engine_version    = var.settings.engine_version
    storage_encrypted = var.settings.encrypted
    public            = try(var.settings.network.public, null)
    port              = coalesce(try(var.settings.network.port, null), 5433)
    group             = one(module.group[*].name)
    subnets           = var.settings.network == null ? [] : var.settings.network.subnets
  }
}
output "described" { value = "${var.name}/${var.settings.engine_version}/${length(module.group)}" }
