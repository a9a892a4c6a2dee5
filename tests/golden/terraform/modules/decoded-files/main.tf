
locals {
  cfg      = yamldecode(file("${path.module}/config/app.yaml"))
  users    = csvdecode(file("${path.module}/config/users.csv"))
  env      = merge(local.cfg.common, local.cfg.environments["prod"])
  rendered = templatefile("${path.module}/tpl/task.json.tftpl", { name = "api", env = local.env, tls = true, ports = [80, 443] })
  hba      = <<-EOT
    # generated
    %{for u in local.users~}
    hostssl all ${u.name} ${u.cidr} scram-sha-256
    %{endfor~}
    %{if length(local.users) > 5}many%{else}few%{endif}
  EOT
  flat     = flatten([for s, d in local.cfg.services : [for p in d.ports : { service = s, port = p, tls = try(d.tls, false) }]])
}
resource "terraform_data" "task" { input = jsondecode(local.rendered) }
resource "terraform_data" "text" { input = local.rendered }
resource "terraform_data" "hba" { input = local.hba }
resource "terraform_data" "svc" {
  for_each = { for x in local.flat : "${x.service}-${x.port}" => x }
  input    = each.value
}
resource "terraform_data" "env" { input = { for k, v in local.env : upper(k) => try(tostring(v), jsonencode(v)) } }
resource "terraform_data" "files" { input = [for f in fileset("${path.module}/config", "*.{yaml,csv}") : trimsuffix(basename(f), ".yaml")] }
resource "terraform_data" "sum" { input = md5(file("config/app.yaml")) }
