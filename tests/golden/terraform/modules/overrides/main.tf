variable "size" {
  default = "small"
}

locals {
  kept     = "kept"
  replaced = "base"
}

resource "terraform_data" "one" {
  input            = "base"
  triggers_replace = "kept"
}

resource "terraform_data" "two" {
  input = { size = var.size, kept = local.kept, replaced = local.replaced, trigger = terraform_data.one.triggers_replace }
}
