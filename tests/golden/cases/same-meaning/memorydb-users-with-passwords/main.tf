resource "aws_memorydb_cluster" "sessions" {
  name      = "sessions"
  node_type = "db.t4g.small"
  acl_name  = aws_memorydb_acl.sessions.id
}

resource "aws_memorydb_acl" "sessions" {
  name       = "sessions"
  user_names = [aws_memorydb_user.application.id, "worker"]
}

resource "aws_memorydb_user" "application" {
  user_name     = "application"
  access_string = "on ~app::* +@read"

  authentication_mode {
    type      = "password"
    passwords = [random_password.application.result]
  }
}

resource "aws_memorydb_user" "worker" {
  user_name     = "worker"
  access_string = "on ~app::* +@read"

  authentication_mode {
    type = "iam"
  }
}

resource "random_password" "application" {
  length = 32
}
