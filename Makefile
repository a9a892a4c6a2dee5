# The same commands as in the README, for those who have make.
.PHONY: test demo pin package clean

test:
	bash .ci/test

demo:
	bash .ci/demo

pin:
	bash .ci/pin

package:
	bash -c '. .ci/environment && prepare && .venv/bin/python -m build --no-isolation'

clean:
	rm -rf .venv dist build scanner-demo .mypy_cache .ruff_cache .import_linter_cache
