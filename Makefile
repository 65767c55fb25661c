# The whole shop in containers (docker/compose.yaml): make build start stop restart logs clean tidy.
# For fingers that type make, the words of ./run that are about the sources are here, too.
.PHONY: build start stop restart logs clean tidy test check asan tsan format

COMPOSE ?= docker compose
compose = $(COMPOSE) -f docker/compose.yaml
serve = $(compose) up --detach --wait

build: docker/.env       # the images
	$(compose) build
start: docker/.env       # everything, and waits until it serves
	$(serve)
stop: docker/.env        # what is under way is finished first; all data stays
	$(compose) stop
restart: docker/.env
	$(compose) stop
	$(serve)
logs: docker/.env
	$(compose) logs --follow --tail 100
clean: docker/.env       # the containers and all their data: topic, Redis, ledgers, figures
	$(compose) down --volumes --remove-orphans
tidy: clean              # and the images that were built here
	$(compose) down --rmi local

# Secrets of this machine alone; what is written there stays.
docker/.env:
	umask 077 && { cat docker/.env.sample && printf '\nSAGA_SECRET=whsec_%s\nGRAFANA_PASSWORD=%s\n' \
	  "$$(openssl rand -base64 32)" "$$(openssl rand -hex 16)"; } > $@.new && mv $@.new $@

test check asan tsan format:
	./run $@
