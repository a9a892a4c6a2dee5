locals {
  users = { alice = { admin = true }, bob = { admin = false } }
  flat  = flatten([for name, user in local.users : [for right in user.admin ? ["read", "write"] : ["read"] : { name = name, right = right }]])
}

resource "terraform_data" "counted" {
  count = 2
  input = "number ${count.index}"
}

resource "terraform_data" "none" {
  count = length([]) > 0 ? 1 : 0
  input = "never"
}

resource "terraform_data" "keyed" {
  for_each = local.users
  input    = { name = each.key, admin = each.value.admin }
}

resource "terraform_data" "set" {
  for_each = toset(["x", "y"])
  input    = "${each.key}${each.value}"
}

resource "terraform_data" "pairs" {
  for_each = { for item in local.flat : "${item.name}.${item.right}" => item }
  input    = each.value.right
}

resource "terraform_data" "chained" {
  for_each = terraform_data.keyed
  input    = each.value.input.name
}

resource "terraform_data" "references" {
  input = {
    first    = terraform_data.counted[0].input
    all      = terraform_data.counted[*].input
    legacy   = terraform_data.counted.*.input
    alice    = terraform_data.keyed["alice"].input.admin
    names    = [for key, item in terraform_data.keyed : item.input.name]
    values   = values(terraform_data.keyed)[*].input.name
    none     = one(terraform_data.none[*].input)
    tried    = try(terraform_data.none[0].input, "nothing there")
    amount   = length(terraform_data.counted)
    id       = terraform_data.counted[0].id
    joined   = join(",", terraform_data.counted[*].input)
    computed = "prefix-${terraform_data.keyed["bob"].id}"
  }
}
