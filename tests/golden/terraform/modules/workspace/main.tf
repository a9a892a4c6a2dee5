locals {
  sizes = { default = "tiny", staging = "small", production = "large" }
  size  = local.sizes[terraform.workspace]
}

resource "terraform_data" "size" {
  input = { size = local.size, name = "app-${terraform.workspace}", is_production = terraform.workspace == "production" }
}
