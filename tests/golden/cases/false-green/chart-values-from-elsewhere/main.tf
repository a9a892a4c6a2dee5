variable "overrides" {}

# What comes last wins, and nobody knows what it is.
resource "helm_release" "cache" {
  name       = "cache"
  repository = "oci://registry-1.docker.io/bitnamicharts"
  chart      = "redis"
  values = [
    yamlencode({ auth = { enabled = true }, tls = { enabled = true } }),
    var.overrides,
  ]
}
