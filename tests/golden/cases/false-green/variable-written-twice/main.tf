resource "aws_ecs_task_definition" "api" {
  family = "api"
  container_definitions = jsonencode([{
    name = "api"
    environment = [
      { name = "SESSION_COOKIE_SECURE", value = "false" },
      { name = "SESSION_COOKIE_SECURE", value = "true" },
      { name = "DEBUG", value = "false" },
      { name = "DEBUG", value = "false" },
    ]
  }])
}
