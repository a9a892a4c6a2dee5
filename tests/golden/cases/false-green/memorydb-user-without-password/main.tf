resource "aws_memorydb_cluster" "sessions" {
  name        = "sessions"
  node_type   = "db.t4g.small"
  acl_name    = aws_memorydb_acl.sessions.name
  tls_enabled = true
}

resource "aws_memorydb_acl" "sessions" {
  name       = "sessions"
  user_names = [aws_memorydb_user.application.user_name, aws_memorydb_user.legacy.user_name]
}

resource "aws_memorydb_user" "application" {
  user_name     = "application"
  access_string = "on ~app::* +@read"

  authentication_mode {
    type      = "password"
    passwords = [random_password.application.result]
  }
}

resource "aws_memorydb_user" "legacy" {
  user_name     = "legacy"
  access_string = "on nopass ~* +@all"

  authentication_mode {
    type = "iam"
  }
}

resource "random_password" "application" {
  length = 32
}

# The ready-made list lets anybody in.
resource "aws_memorydb_cluster" "open" {
  name      = "open"
  node_type = "db.t4g.small"
  acl_name  = "open-access"
}
