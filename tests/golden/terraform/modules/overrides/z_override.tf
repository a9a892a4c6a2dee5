variable "size" {
  default = "large"
}

locals {
  replaced = "override"
}

resource "terraform_data" "one" {
  input = "override"
}
