# What is told here is added to what somebody else makes.
resource "heroku_app_config_association" "application" {
  app_id = "application"
  vars   = { SESSION_COOKIE_SECURE = "true" }
}

resource "kubernetes_config_map_v1_data" "application" {
  metadata {
    name = "application"
  }
  data = { SESSION_COOKIE_SECURE = "true" }
}

resource "kubernetes_env" "application" {
  metadata {
    name = "application"
  }
  env {
    name  = "SESSION_COOKIE_SECURE"
    value = "true"
  }
}
