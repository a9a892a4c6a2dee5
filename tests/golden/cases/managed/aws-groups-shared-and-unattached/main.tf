# Two instances share one group; another group, a list of users and a group for another engine are used by nobody here.
resource "aws_db_parameter_group" "shared" {
  name_prefix = "shared"
  family      = "postgres16"

  parameter {
    name  = "rds.force_ssl"
    value = "0"
  }
}

resource "aws_db_parameter_group" "spare" {
  name   = "spare"
  family = "postgres16"
}

resource "aws_db_parameter_group" "mysql" {
  name   = "mysql"
  family = "mysql8.0"
}

resource "aws_elasticache_user_group" "spare" {
  engine        = "redis"
  user_group_id = "spare"
  user_ids      = ["default"]
}

resource "aws_db_instance" "orders" {
  identifier           = "orders"
  engine               = "postgres"
  engine_version       = "16.4"
  parameter_group_name = aws_db_parameter_group.shared.name
}

resource "aws_db_instance" "billing" {
  identifier           = "billing"
  engine               = "postgres"
  engine_version       = "16.4"
  parameter_group_name = aws_db_parameter_group.shared.id
}

# A module that is not on disk gets this one: nobody knows what it does with it.
resource "aws_db_parameter_group" "handed_on" {
  name   = "handed-on"
  family = "postgres16"
}

module "reporting" {
  source          = "example/unheard-of/aws"
  parameter_group = aws_db_parameter_group.handed_on.name
}
