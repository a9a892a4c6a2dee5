locals {
  names = ["red", "green"]
  plain = <<EOT
one ${length(local.names)}
  two "quoted" \n $${not} %%{neither}
EOT
  indented = <<-EOT
      first
    second ${local.names[0]}

      third
    EOT
  directive = <<-EOT
    start
      %{for name in local.names~}
    - ${name}
      %{endfor~}
    end
    %{if length(local.names) > 1}
    many
    %{else}
    few
    %{endif}
  EOT
  trimmed = <<-EOT
      a ${~"b"~}
      c
    %{~if true}
      d
    %{endif~}

      e
  EOT
  empty = <<EOT
EOT
  json = jsonencode({ text = <<-EOT
    in an object
    EOT
  })
}

resource "terraform_data" "heredocs" {
  input = [local.plain, local.indented, local.directive, local.trimmed, local.empty, local.json]
}

resource "terraform_data" "files" {
  input = {
    file     = file("${path.module}/data.txt")
    exists   = [fileexists("data.txt"), fileexists("nothing.txt")]
    template = templatefile("list.tftpl", { names = local.names, title = "colours" })
    broken   = try(templatefile("list.tftpl", {}), "a name is missing")
    found    = fileset(path.module, "*.t{xt,ftpl}")
    deep     = fileset(path.module, "**/*.txt")
    digest   = filesha256("data.txt")
    base64   = filebase64("data.txt")
    missing  = try(file("nothing.txt"), "no file")
  }
}

resource "terraform_data" "joined" {
  input = "%{for i, name in local.names}${i > 0 ? "," : ""}${name}%{endfor}"
}
