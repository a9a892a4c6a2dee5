# One flag, said to every platform that Terraform can hand environment variables to.

resource "aws_amplify_app" "application" {
  name                  = "application"
  environment_variables = { SESSION_COOKIE_SECURE = "true" }
}

resource "aws_amplify_branch" "application" {
  branch_name           = "main"
  environment_variables = { SESSION_COOKIE_SECURE = "true" }
}

resource "aws_apprunner_service" "application" {
  service_name = "application"
  source_configuration {
    image_repository {
      image_configuration {
        runtime_environment_variables = { SESSION_COOKIE_SECURE = "true" }
      }
    }
  }
}

resource "aws_batch_job_definition" "application" {
  name                 = "application"
  container_properties = jsonencode({ environment = [{ name = "SESSION_COOKIE_SECURE", value = "true" }] })
}

resource "aws_codebuild_project" "application" {
  name = "application"
  environment {
    environment_variable {
      name  = "SESSION_COOKIE_SECURE"
      value = "true"
    }
  }
}

resource "aws_elastic_beanstalk_environment" "application" {
  name = "application"
  setting {
    namespace = "aws:elasticbeanstalk:application:environment"
    name      = "SESSION_COOKIE_SECURE"
    value     = "true"
  }
  setting {
    namespace = "aws:autoscaling:asg"
    name      = "MinSize"
    value     = "1"
  }
}

resource "aws_elastic_beanstalk_configuration_template" "application" {
  name = "application"
  setting {
    namespace = "aws:elasticbeanstalk:application:environment"
    name      = "SESSION_COOKIE_SECURE"
    value     = "true"
  }
  setting {
    namespace = "aws:autoscaling:asg"
    name      = "MinSize"
    value     = "1"
  }
}

resource "aws_ecs_task_definition" "application" {
  family                = "application"
  container_definitions = jsonencode([{ name = "web", environment = [{ name = "SESSION_COOKIE_SECURE", value = "true" }] }])
}

resource "aws_lambda_function" "application" {
  function_name = "application"
  environment {
    variables = { SESSION_COOKIE_SECURE = "true" }
  }
}

resource "aws_lightsail_container_service_deployment_version" "application" {
  service_name = "application"
  container {
    container_name = "web"
    environment    = { SESSION_COOKIE_SECURE = "true" }
  }
}

resource "azurerm_container_app" "application" {
  name = "application"
  template {
    container {
      name = "web"
      env {
        name  = "SESSION_COOKIE_SECURE"
        value = "true"
      }
    }
  }
}

resource "azurerm_container_app_job" "application" {
  name = "application"
  template {
    container {
      name = "web"
      env {
        name  = "SESSION_COOKIE_SECURE"
        value = "true"
      }
    }
  }
}

resource "azurerm_container_group" "application" {
  name = "application"
  container {
    name                  = "web"
    environment_variables = { SESSION_COOKIE_SECURE = "true" }
  }
}

resource "azurerm_linux_web_app" "application" {
  name         = "application"
  app_settings = { SESSION_COOKIE_SECURE = "true" }
}

resource "azurerm_windows_web_app" "application" {
  name         = "application"
  app_settings = { SESSION_COOKIE_SECURE = "true" }
}

resource "azurerm_app_service" "application" {
  name         = "application"
  app_settings = { SESSION_COOKIE_SECURE = "true" }
}

resource "azurerm_linux_web_app_slot" "application" {
  name         = "application"
  app_settings = { SESSION_COOKIE_SECURE = "true" }
}

resource "azurerm_windows_web_app_slot" "application" {
  name         = "application"
  app_settings = { SESSION_COOKIE_SECURE = "true" }
}

resource "azurerm_linux_function_app" "application" {
  name         = "application"
  app_settings = { SESSION_COOKIE_SECURE = "true" }
}

resource "azurerm_windows_function_app" "application" {
  name         = "application"
  app_settings = { SESSION_COOKIE_SECURE = "true" }
}

resource "azurerm_function_app_flex_consumption" "application" {
  name         = "application"
  app_settings = { SESSION_COOKIE_SECURE = "true" }
}

resource "azurerm_function_app" "application" {
  name         = "application"
  app_settings = { SESSION_COOKIE_SECURE = "true" }
}

resource "azurerm_linux_function_app_slot" "application" {
  name         = "application"
  app_settings = { SESSION_COOKIE_SECURE = "true" }
}

resource "azurerm_windows_function_app_slot" "application" {
  name         = "application"
  app_settings = { SESSION_COOKIE_SECURE = "true" }
}

resource "azurerm_logic_app_standard" "application" {
  name         = "application"
  app_settings = { SESSION_COOKIE_SECURE = "true" }
}

resource "azurerm_static_web_app" "application" {
  name         = "application"
  app_settings = { SESSION_COOKIE_SECURE = "true" }
}

resource "azurerm_spring_cloud_java_deployment" "application" {
  name                  = "application"
  environment_variables = { SESSION_COOKIE_SECURE = "true" }
}

resource "azurerm_spring_cloud_container_deployment" "application" {
  name                  = "application"
  environment_variables = { SESSION_COOKIE_SECURE = "true" }
}

resource "azurerm_spring_cloud_build_deployment" "application" {
  name                  = "application"
  environment_variables = { SESSION_COOKIE_SECURE = "true" }
}

resource "google_cloud_run_service" "application" {
  name = "application"
  template {
    spec {
      containers {
        name = "web"
        env {
          name  = "SESSION_COOKIE_SECURE"
          value = "true"
        }
      }
    }
  }
}

resource "google_cloud_run_v2_service" "application" {
  name = "application"
  template {
    containers {
      name = "web"
      env {
        name  = "SESSION_COOKIE_SECURE"
        value = "true"
      }
    }
  }
}

resource "google_cloud_run_v2_worker_pool" "application" {
  name = "application"
  template {
    containers {
      name = "web"
      env {
        name  = "SESSION_COOKIE_SECURE"
        value = "true"
      }
    }
  }
}

resource "google_cloud_run_v2_job" "application" {
  name = "application"
  template {
    template {
      containers {
        name = "web"
        env {
          name  = "SESSION_COOKIE_SECURE"
          value = "true"
        }
      }
    }
  }
}

resource "google_cloudfunctions2_function" "application" {
  name = "application"
  service_config {
    environment_variables = { SESSION_COOKIE_SECURE = "true" }
  }
}

resource "google_cloudfunctions_function" "application" {
  name                  = "application"
  environment_variables = { SESSION_COOKIE_SECURE = "true" }
}

resource "google_app_engine_standard_app_version" "application" {
  service       = "application"
  env_variables = { SESSION_COOKIE_SECURE = "true" }
}

resource "google_app_engine_flexible_app_version" "application" {
  service       = "application"
  env_variables = { SESSION_COOKIE_SECURE = "true" }
}

resource "docker_container" "application" {
  name = "application"
  env  = ["SESSION_COOKIE_SECURE=true"]
}

resource "docker_service" "application" {
  name = "application"
  task_spec {
    container_spec {
      env = { SESSION_COOKIE_SECURE = "true" }
    }
  }
}

resource "heroku_app" "application" {
  name        = "application"
  config_vars = { SESSION_COOKIE_SECURE = "true" }
}

resource "digitalocean_app" "application" {
  spec {
    name = "application"
    service {
      name = "web"
      env {
        key   = "SESSION_COOKIE_SECURE"
        value = "true"
      }
    }
  }
}

resource "kubernetes_daemonset" "application" {
  metadata {
    name = "application"
  }
  spec {
    template {
      spec {
        container {
          name = "web"
          env {
            name  = "SESSION_COOKIE_SECURE"
            value = "true"
          }
        }
      }
    }
  }
}

resource "kubernetes_daemon_set_v1" "application" {
  metadata {
    name = "application"
  }
  spec {
    template {
      spec {
        container {
          name = "web"
          env {
            name  = "SESSION_COOKIE_SECURE"
            value = "true"
          }
        }
      }
    }
  }
}

resource "kubernetes_job" "application" {
  metadata {
    name = "application"
  }
  spec {
    template {
      spec {
        container {
          name = "web"
          env {
            name  = "SESSION_COOKIE_SECURE"
            value = "true"
          }
        }
      }
    }
  }
}

resource "kubernetes_job_v1" "application" {
  metadata {
    name = "application"
  }
  spec {
    template {
      spec {
        container {
          name = "web"
          env {
            name  = "SESSION_COOKIE_SECURE"
            value = "true"
          }
        }
      }
    }
  }
}

resource "kubernetes_stateful_set" "application" {
  metadata {
    name = "application"
  }
  spec {
    template {
      spec {
        container {
          name = "web"
          env {
            name  = "SESSION_COOKIE_SECURE"
            value = "true"
          }
        }
      }
    }
  }
}

resource "kubernetes_stateful_set_v1" "application" {
  metadata {
    name = "application"
  }
  spec {
    template {
      spec {
        container {
          name = "web"
          env {
            name  = "SESSION_COOKIE_SECURE"
            value = "true"
          }
        }
      }
    }
  }
}

resource "kubernetes_deployment" "application" {
  metadata {
    name = "application"
  }
  spec {
    template {
      spec {
        container {
          name = "web"
          env {
            name  = "SESSION_COOKIE_SECURE"
            value = "true"
          }
        }
      }
    }
  }
}

resource "kubernetes_replication_controller" "application" {
  metadata {
    name = "application"
  }
  spec {
    template {
      spec {
        container {
          name = "web"
          env {
            name  = "SESSION_COOKIE_SECURE"
            value = "true"
          }
        }
      }
    }
  }
}

resource "kubernetes_replication_controller_v1" "application" {
  metadata {
    name = "application"
  }
  spec {
    template {
      spec {
        container {
          name = "web"
          env {
            name  = "SESSION_COOKIE_SECURE"
            value = "true"
          }
        }
      }
    }
  }
}

resource "kubernetes_pod" "application" {
  metadata {
    name = "application"
  }
  spec {
    container {
      name = "web"
      env {
        name  = "SESSION_COOKIE_SECURE"
        value = "true"
      }
    }
  }
}

resource "kubernetes_pod_v1" "application" {
  metadata {
    name = "application"
  }
  spec {
    container {
      name = "web"
      env {
        name  = "SESSION_COOKIE_SECURE"
        value = "true"
      }
    }
  }
}

resource "kubernetes_cron_job" "application" {
  metadata {
    name = "application"
  }
  spec {
    job_template {
      spec {
        template {
          spec {
            container {
              name = "web"
              env {
                name  = "SESSION_COOKIE_SECURE"
                value = "true"
              }
            }
          }
        }
      }
    }
  }
}

resource "kubernetes_config_map" "application" {
  metadata {
    name = "application"
  }
  data = { SESSION_COOKIE_SECURE = "true" }
}

resource "kubernetes_secret" "application" {
  metadata {
    name = "application"
  }
  data = { SESSION_COOKIE_SECURE = "true" }
}

resource "kubernetes_secret_v1" "application" {
  metadata {
    name = "application"
  }
  data = { SESSION_COOKIE_SECURE = "true" }
}

resource "k8s_manifest" "application" {
  content = yamlencode({
    kind     = "ConfigMap"
    metadata = { name = "application" }
    data     = { SESSION_COOKIE_SECURE = "true" }
  })
}
