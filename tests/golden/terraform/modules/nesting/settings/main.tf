variable "level" {
  type = string
}

resource "terraform_data" "id" {}

locals {
  level = coalesce(var.level, "none")
}

output "all" {
  value = { level = local.level, computed = terraform_data.id.id }
}
