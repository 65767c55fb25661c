/* Loaded into an engine: the wall clock as a file says, so many seconds off. The monotonic clock stays as it is. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int clock_gettime(clockid_t id, struct timespec *t) {
  static int (*real)(clockid_t, struct timespec *);
  if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
  const int result = real(id, t);
  if (id != CLOCK_REALTIME || result != 0) return result;
  FILE *file = fopen(getenv("WALL_CLOCK_OFF_BY"), "r");
  long seconds = 0;
  if (file) {
    if (fscanf(file, "%ld", &seconds) != 1) seconds = 0;
    fclose(file);
  }
  t->tv_sec += seconds;
  return result;
}
