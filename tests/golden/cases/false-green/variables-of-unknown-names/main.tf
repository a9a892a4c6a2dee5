variable "settings" {
  type = map(string)
}

resource "aws_lambda_function" "api" {
  function_name = "api"
  environment {
    variables = var.settings
  }
}

resource "helm_release" "ingress" {
  name  = "ingress"
  chart = "ingress-nginx"
}
