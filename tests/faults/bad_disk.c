/* A disk that goes bad while a server runs: preloaded into it, this makes writes, syncs and the making of files fail
   below one directory, with an error number. The file named by BAD_DISK says how:  ERRNO KIND DIRECTORY  (KIND: w writes
   and making, s syncs, a all). No such file: a good disk. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static int fault(char kind, const char* path) {
  const char* name = getenv("BAD_DISK");
  FILE* file = name ? fopen(name, "re") : NULL;
  if (!file) return 0;
  int number = 0;
  char which = 0, directory[512] = "";
  const int read = fscanf(file, "%d %c %511s", &number, &which, directory);
  fclose(file);
  if (read != 3 || (which != 'a' && which != kind)) return 0;
  return strncmp(path, directory, strlen(directory)) == 0 ? number : 0;
}

static int fault_of(char kind, int fd) {
  char link[64], path[512];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t size = readlink(link, path, sizeof path - 1);
  if (size <= 0) return 0;
  path[size] = 0;
  return fault(kind, path);
}

#define REAL(name) __typeof__(&name) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)
#define FAIL_IF(kind, fd)                      \
  do {                                         \
    const int number = fault_of(kind, fd);     \
    if (number) return errno = number, -1;     \
  } while (0)

ssize_t write(int fd, const void* bytes, size_t size) {
  REAL(write);
  FAIL_IF('w', fd);
  return real(fd, bytes, size);
}
ssize_t pwrite(int fd, const void* bytes, size_t size, off_t at) {
  REAL(pwrite);
  FAIL_IF('w', fd);
  return real(fd, bytes, size, at);
}
ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t at) {
  REAL(pwrite64);
  FAIL_IF('w', fd);
  return real(fd, bytes, size, at);
}
ssize_t writev(int fd, const struct iovec* parts, int count) {
  REAL(writev);
  FAIL_IF('w', fd);
  return real(fd, parts, count);
}
int fsync(int fd) {
  REAL(fsync);
  FAIL_IF('s', fd);
  return real(fd);
}
int fdatasync(int fd) {
  REAL(fdatasync);
  FAIL_IF('s', fd);
  return real(fd);
}
int ftruncate(int fd, off_t size) {
  REAL(ftruncate);
  FAIL_IF('w', fd);
  return real(fd, size);
}
int ftruncate64(int fd, off64_t size) {
  REAL(ftruncate64);
  FAIL_IF('w', fd);
  return real(fd, size);
}

static int opening(const char* path, int flags) {
  return (flags & (O_CREAT | O_TRUNC)) && access(path, F_OK) != 0 ? fault('w', path) : 0;
}
#define OPEN(name)                                      \
  int name(const char* path, int flags, ...) {          \
    REAL(name);                                         \
    va_list more;                                       \
    va_start(more, flags);                              \
    const mode_t mode = va_arg(more, mode_t);           \
    va_end(more);                                       \
    const int number = opening(path, flags);            \
    if (number) return errno = number, -1;              \
    return real(path, flags, mode);                     \
  }
OPEN(open)
OPEN(open64)
