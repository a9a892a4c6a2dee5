# The ConfigMap is made elsewhere and comes after nothing: it may switch the flag off for every name not written here.
resource "kubernetes_deployment" "web" {
  metadata {
    name = "web"
  }
  spec {
    template {
      spec {
        container {
          name = "web"
          env {
            name  = "DEBUG"
            value = "false"
          }
          env_from {
            config_map_ref {
              name = "made-elsewhere"
            }
          }
        }
      }
    }
  }
}
