# For fingers that type make; the work is in ./run.
.PHONY: build test check asan tsan format clean
build test check asan tsan format clean:
	./run $@
