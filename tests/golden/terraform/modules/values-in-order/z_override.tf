
variable "b" { default = "override" }
locals { m = "override" }
resource "terraform_data" "y" { input = "overridden ${var.a}" }
