
variable "list" { type = list(string) }
variable "set" { type = set(string) }
variable "map" { type = map(string) }
variable "obj" { type = object({ name = string, opt = optional(string), nested = optional(list(object({ a = optional(number, 9), b = optional(string, "b") })), []) }) }
variable "tuple" { type = tuple([string, number, bool]) }
variable "num" { type = number }
variable "nn" {
  default  = "d"
  nullable = false
}
variable "yes" { default = "d" }
variable "any" { type = any }
variable "mo" {
  type    = map(object({ a = optional(set(number), [3, 1]) }))
  default = { k = {}, l = { a = ["5", 5] } }
}
resource "terraform_data" "x" { input = { l = var.list, s = var.set, m = var.map, o = var.obj, t = var.tuple, n = var.num, nn = var.nn, y = var.yes, a = var.any, mo = var.mo, eq = var.list == ["b", "a", "b"], eq2 = var.num == 42, sl = [for s in var.set : s], le = length(var.set), i = var.list[1], neg = try(var.list[-1], "no"), lk = lookup(var.map, "z", "dflt") } }
