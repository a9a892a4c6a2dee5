variable "image" {}

locals {
  application = { SESSION_COOKIE_SECURE = "true" }
}

resource "kubernetes_config_map_v1" "application" {
  metadata {
    name = "application"
  }
  data = local.application
}

# The variables of the ConfigMap, taken over whole.
resource "kubernetes_deployment_v1" "web" {
  metadata {
    name = "web"
  }
  spec {
    template {
      spec {
        container {
          name  = "web"
          image = var.image
          env_from {
            config_map_ref {
              name = kubernetes_config_map_v1.application.metadata[0].name
            }
          }
        }
      }
    }
  }
}

resource "kubernetes_cron_job_v1" "nightly" {
  metadata {
    name = "nightly"
  }
  spec {
    job_template {
      spec {
        template {
          spec {
            container {
              name = "nightly"
              env {
                name  = "SESSION_COOKIE_SECURE"
                value = "1"
              }
            }
          }
        }
      }
    }
  }
}

resource "kubernetes_manifest" "worker" {
  manifest = {
    apiVersion = "apps/v1"
    kind       = "StatefulSet"
    metadata   = { name = "worker" }
    spec = {
      template = {
        spec = {
          containers = [{
            name = "worker"
            env  = [for name, value in local.application : { name = name, value = value }]
          }]
        }
      }
    }
  }
}

# The image is not known; the variables beside it are.
resource "kubectl_manifest" "web" {
  yaml_body = <<-YAML
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      template:
        spec:
          containers:
            - name: web
              image: ${var.image}
              env:
                - name: SESSION_COOKIE_SECURE
                  value: "yes"
  YAML
}
