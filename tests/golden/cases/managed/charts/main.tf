variable "registry" {}

# A value set alone wins over the texts; a text with an unknown part keeps its other parts.
resource "helm_release" "cache" {
  name       = "cache"
  repository = "oci://registry-1.docker.io/bitnamicharts"
  chart      = "valkey"
  values = [
    <<-YAML
      auth:
        enabled: true
      tls:
        enabled: true
      image:
        registry: ${var.registry}
    YAML
  ]

  set {
    name  = "tls.enabled"
    value = "false"
  }
}

resource "helm_release" "orders" {
  name  = "orders"
  chart = "oci://registry-1.docker.io/bitnamicharts/postgresql"
  set = [
    { name = "tls.enabled", value = "true" },
  ]
}

# The chart of somebody else.
resource "helm_release" "other" {
  name       = "other"
  repository = "https://dandydeveloper.github.io/charts"
  chart      = "redis-ha"
  values     = [yamlencode({ auth = true })]
}

resource "helm_release" "web" {
  name   = "web"
  chart  = "./charts/web"
  values = [file("values.yaml")]
}
