
variable "enabled" { default = true }
variable "name" { default = null }
variable "create_group" { default = false }
resource "terraform_data" "password" {}
resource "terraform_data" "group" {
  count = var.create_group ? 1 : 0
  input = "group"
}
resource "terraform_data" "maybe" {
  count = var.enabled ? 1 : 0
  input = { k = "static", n = count.index }
}
locals {
  pw     = terraform_data.password.id
  url    = "postgresql://app:${local.pw}@db:5432/app?sslmode=require"
  params = concat([{ name = "a", value = "1" }], var.enabled ? [{ name = "b", value = "2" }] : [], [{ name = "c", value = local.pw }])
}
resource "terraform_data" "use" {
  count = var.enabled ? 1 : 0
  input = {
    password  = local.pw
    url       = local.url
    pre       = startswith(local.url, "postgresql://")
    group     = try(terraform_data.group[0].input, "default.postgres16")
    group2    = one(terraform_data.group[*].input)
    group3    = join("", terraform_data.group[*].id)
    group4    = var.create_group ? terraform_data.group[0].id : "literal"
    name      = coalesce(var.name, "fallback")
    either    = local.pw == "x" ? "a" : "b"
    list      = [local.pw, "k"]
    len       = length([local.pw, "k"])
    map       = merge({ a = 1 }, { b = local.pw }, { c = 3 })
    keys      = keys({ a = local.pw, b = 2 })
    params    = local.params
    names     = [for p in local.params : p.name]
    filtered  = [for p in local.params : p.name if p.value != "2"]
    lk        = lookup({ a = local.pw, b = "k" }, "b", "d")
    cz        = coalesce(local.pw, "z")
    tos       = toset(["a", local.pw])
    fmt       = format("%s-%s", "a", local.pw)
    mapped    = { for p in local.params : p.name => p.value }
    nested    = { x = { y = { z = local.pw, w = true } } }
    can1      = can(local.pw)
    flat      = flatten([["a"], [local.pw], [["b"]]])
    cont      = contains(["a", local.pw], "a")
    idx       = element(["a", local.pw, "c"], 2)
    slice     = slice(["a", local.pw, "c"], 0, 1)
    alltrue   = alltrue([true, local.pw == "x"])
    anytrue   = anytrue([true, local.pw == "x"])
    neg       = !(local.pw == "x")
    sub       = substr(local.url, 0, 10)
    zip       = zipmap(["a", "b"], [local.pw, "v"])
    vals      = values({ a = local.pw, b = "v" })
    cond_null = local.pw == "x" ? null : "v"
    tern_list = local.pw == "x" ? ["a"] : []
    type_num  = local.pw == "x" ? 1 : 2
    s         = [for k, v in { a = local.pw } : k]
    dist      = distinct(["a", "a", local.pw])
    compact   = compact(["a", "", local.pw])
    rev       = reverse(["a", local.pw])
    obj_eq    = { a = local.pw } == { a = "v" }
    obj_ne    = { a = local.pw, b = 1 } == { a = local.pw, b = 2 }
    lcomp     = [local.pw, 1] == ["x", 2]
    jd        = jsondecode("{\"a\": [1, null, true]}")
    yml       = yamlencode({ a = 1, b = [true, null] })
  }
}
output "x" { value = terraform_data.maybe[*].input }
resource "terraform_data" "after" { input = { m = terraform_data.maybe[*].input, u = terraform_data.use[0].input.name, uu = terraform_data.use[*].input.len, out = terraform_data.use[0].output } }
resource "terraform_data" "sets" {
  input = {
    objs   = toset([{ a = local.pw }, { a = "k" }])
    one    = toset([local.pw])
    len2   = length(toset(["a", local.pw]))
    union  = setunion(["a"], [local.pw])
    inter  = setintersection(["a"], ["b", local.pw])
    known  = setproduct(["a", "b"], [1, 2])
    sub    = setsubtract(["a", "b"], ["b"])
    fore   = [for o in toset([{ a = local.pw, n = "k" }]) : o.n]
    tolist = tolist(toset(["b", "a"]))
  }
}
