variable "text" {
  type    = string
  default = null
}

variable "amount" {
  type    = number
  default = null
}

variable "untyped" {
  default = null
}

variable "rules" {
  type    = map(object({ to = optional(string), from = optional(number), names = optional(list(string)) }))
  default = { a = {}, b = { to = 80 } }
}

locals {
  same    = var.text == var.amount
  nothing = var.untyped == null ? null : "x"
  pair    = var.untyped == null ? null : ["x", 1]
}

resource "terraform_data" "coalesced" {
  input = [coalesce(var.text, 5432), coalesce(var.amount, 5432), coalesce(var.untyped, 5432)]
}

resource "terraform_data" "chosen" {
  input = [
    var.text == null ? 5432 : var.text,
    var.amount == null ? 5432 : var.amount,
    var.untyped == null ? 5432 : var.untyped,
    local.same,
    coalesce(local.nothing, 5432),
    local.nothing == null ? 1 : local.nothing,
    local.pair == null ? ["y", 2] : local.pair,
  ]
}

resource "terraform_data" "members" {
  for_each = var.rules
  input = {
    to    = coalesce(each.value.to, each.value.from, 443)
    from  = coalesce(each.value.from, 443)
    list  = tolist([var.text, 1])
    names = each.value.names == null ? [1] : each.value.names
  }
}
