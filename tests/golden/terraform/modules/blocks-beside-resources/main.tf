
terraform {
}
moved {
  from = terraform_data.old
  to   = terraform_data.cluster
}
removed {
  from = terraform_data.gone
  lifecycle { destroy = false }
}
check "health" {
  assert {
    condition     = terraform_data.cluster.input.engine == "aurora-postgresql"
    error_message = "no"
  }
}
variable "instances" {
  type = map(object({ class = optional(string, "db.r6g.large"), promotion_tier = optional(number), params = optional(map(string), {}) }))
  default = {
    "1"  = {}
    "2"  = { class = "db.r6g.xlarge", promotion_tier = 1 }
    "10" = { params = { log_statement = "ddl" } }
  }
  validation {
    condition     = length(var.instances) > 0
    error_message = "none"
  }
}
variable "azs" { default = ["a", "b", "c"] }
resource "terraform_data" "cluster" {
  input = { engine = "aurora-postgresql", az = slice(var.azs, 0, min(2, length(var.azs))), port = tonumber("5432") }
  lifecycle {
    ignore_changes = [input]
    precondition {
      condition     = length(var.azs) > 0
      error_message = "x"
    }
  }
}
resource "terraform_data" "instance" {
  for_each = var.instances
  input = {
    id    = "${terraform_data.cluster.input.engine}-${each.key}"
    class = each.value.class
    tier  = coalesce(each.value.promotion_tier, index(keys(var.instances), each.key))
    az    = element(var.azs, index(keys(var.instances), each.key))
    group = length(each.value.params) > 0 ? "own-${each.key}" : null
  }
}
resource "terraform_data" "params" {
  for_each = merge([for k, i in var.instances : { for n, v in i.params : "${k}.${n}" => { instance = k, name = n, value = v } }]...)
  input    = each.value
}
resource "terraform_data" "subnets" {
  count = 3
  input = cidrsubnet("10.0.0.0/16", 8, count.index)
}
resource "terraform_data" "agg" {
  input = {
    all   = terraform_data.subnets[*].input
    by    = { for k, i in terraform_data.instance : k => i.input.class }
    first = terraform_data.instance["1"].input.id
    ids   = [for i in values(terraform_data.instance) : i.input.az]
    s     = { for s in ["x-a", "x-b", "y-c"] : split("-", s)[0] => split("-", s)[1]... }
    rx    = regex("^(?P<engine>[a-z-]+)(?P<v>\\d+)?$", "aurora-postgresql16")
    host  = cidrhost("10.0.0.0/24", -2)
    tsub  = substr("abcdef", -3, 2)
    t     = title("o'neil blue-green api_gateway")
    chunk = chunklist(["a", "b", "c"], 2)
    tp    = transpose({ a = ["1", "2"], b = ["2"] })
    mk    = matchkeys(["i1", "i2"], ["a", "b"], ["b"])
    num   = 5 / 3 > 1.6 && 7 % 3 == 1
    big   = 0.1 + 0.2
    neg   = -7 % 3
    fl    = floor(-1.5)
    pi    = parseint("ff", 16)
    ts    = timeadd("2024-01-01T00:00:00Z", "24h")
    fd    = formatdate("DD MMM YYYY hh:mm ZZZ", "2024-02-03T04:05:06Z")
    en    = base64encode("héllo")
    sen   = nonsensitive(sensitive("x"))
    hd = trimspace(<<EOT
   line ${upper("x")}
EOT
    )
    fm   = formatlist("%s=%d", ["a", "b"], [1, 2])
    jn   = jsonencode({ b = [1, 2.50, null], a = "<&>" })
    str  = tostring(1.0)
    unq  = distinct(["b", "a", "b"])
    mp   = tomap({ a = 1, b = "x" })
    tl   = tolist([1, "a", true])
    nest = { for a in ["x", "y"] : a => { for b in range(2) : "${a}${b}" => b * 2 if b != 0 || a == "x" } }
  }
}
