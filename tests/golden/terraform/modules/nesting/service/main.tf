variable "name" {
  type = string
}

variable "settings" {
  type = object({ level = string, computed = string })
}

variable "extra" {
  type    = map(string)
  default = {}
}

module "inner" {
  source = "../settings"
  level  = upper(var.settings.level)
}

resource "terraform_data" "this" {
  input = merge({ name = var.name, level = module.inner.all.level, computed = var.settings.computed }, var.extra)
}

output "label" {
  value = "${terraform_data.this.input.name}:${terraform_data.this.input.level}"
}

output "path" {
  value = path.module
}
