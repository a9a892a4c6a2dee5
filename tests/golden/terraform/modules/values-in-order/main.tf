
variable "a" { default = "main" }
variable "b" { default = "main" }
variable "c" {
  type    = list(number)
  default = [1]
}
variable "d" {
  type    = object({ x = string, y = optional(list(string), ["q"]) })
  default = { x = "1" }
}
locals {
  l = "main"
  m = "main"
}
resource "terraform_data" "x" {
  input = { a = var.a, b = var.b, l = local.l, m = local.m, c = var.c, d = var.d }
}
