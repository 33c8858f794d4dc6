#include "common.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

char why[512];

bool fail(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(why, sizeof why, format, arguments);
  va_end(arguments);
  return false;
}

bool fail_errno(const char* format, ...) {
  const int error = errno;
  va_list arguments;
  va_start(arguments, format);
  const int length = vsnprintf(why, sizeof why, format, arguments);
  va_end(arguments);
  if (length >= 0 && (size_t)length < sizeof why)
    snprintf(why + length, sizeof why - (size_t)length, ": %s", strerror(error));
  return false;
}

bool send_message(int socket, const void* bytes, size_t size, const int* fds, int fd_count) {
  struct iovec part = {.iov_base = (void*)bytes, .iov_len = size};

  union {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(sizeof(int) * fds_max)];
  } control = {0};
  struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1};
  if (fd_count > 0) {
    header.msg_control = control.bytes;
    header.msg_controllen = CMSG_SPACE(sizeof(int) * (size_t)fd_count);
    struct cmsghdr* rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int) * (size_t)fd_count);
    memcpy(CMSG_DATA(rights), fds, sizeof(int) * (size_t)fd_count);
  }
  ssize_t sent;
  do sent = sendmsg(socket, &header, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent == (ssize_t)size || fail_errno("cannot send");
}

bool send_text(int socket, enum sb_type type, const char* text) {
  char bytes[sizeof(struct sb_text) + sizeof why];
  const struct sb_text head = {.type = type, .value = sb_version};
  const size_t length = strnlen(text, sizeof why - 1);
  memcpy(bytes, &head, sizeof head);
  memcpy(bytes + sizeof head, text, length);
  return send_message(socket, bytes, sizeof head + length, NULL, 0);
}

bool send_path(int socket, enum sb_type type, uint32_t mode, const char* path, int fd) {
  char bytes[sizeof(struct sb_file) + path_max];
  const struct sb_file head = {.type = type, .mode = mode};
  const size_t length = strnlen(path, path_max - 1);
  memcpy(bytes, &head, sizeof head);
  memcpy(bytes + sizeof head, path, length);
  bytes[sizeof head + length] = 0;
  return send_message(socket, bytes, sizeof head + length + 1, &fd, 1);
}

int receive_message(int socket, struct message* out) {
  struct iovec part = {.iov_base = out->bytes, .iov_len = sb_message_max};

  union {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(sizeof(int) * fds_max)];
  } control;
  struct msghdr header = {.msg_iov = &part,
                          .msg_iovlen = 1,
                          .msg_control = control.bytes,
                          // Not all of it: what pads it is room for one more.
                          .msg_controllen = CMSG_LEN(sizeof(int) * fds_max)};
  ssize_t got;
  do got = recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
  while (got < 0 && errno == EINTR);
  out->fd_count = 0;
  if (got < 0) return errno == ECONNRESET ? 0 : (fail_errno("cannot receive"), -1);
  for (struct cmsghdr* rights = CMSG_FIRSTHDR(&header); rights;
       rights = CMSG_NXTHDR(&header, rights)) {
    if (rights->cmsg_level != SOL_SOCKET || rights->cmsg_type != SCM_RIGHTS) continue;
    out->fd_count = (int)((rights->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    memcpy(out->fds, CMSG_DATA(rights), sizeof(int) * (size_t)out->fd_count);
  }
  if (got == 0) return close_fds(out), 0;  // an empty message may have brought some
  out->size = (size_t)got;
  out->bytes[got] = 0;  // strings end, whatever was sent
  if ((header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) || got < (ssize_t)sizeof(uint32_t)) {
    close_fds(out);
    return fail("a message of the wrong size"), -1;
  }
  return 1;
}

void close_fds(struct message* message) {
  for (int i = 0; i < message->fd_count; i++) close(message->fds[i]);
  message->fd_count = 0;
}

bool write_at(int dir, const char* name, const char* text) {
  const int fd = openat(dir, name, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return fail_errno("cannot open %s", name);
  const size_t length = strlen(text);
  const bool written = write(fd, text, length) == (ssize_t)length;
  if (!written) fail_errno("cannot write \"%s\" to %s", text, name);
  close(fd);
  return written;
}

void read_at(int dir, const char* name, char* out, size_t size) {
  out[0] = 0;
  const int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  const ssize_t got = read(fd, out, size - 1);
  close(fd);
  if (got <= 0) return;
  out[got] = 0;
  if (out[got - 1] == '\n') out[got - 1] = 0;
}

uint64_t monotonic_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

void default_signals(void) {
  for (int signal_number = 1; signal_number < NSIG; signal_number++) {
    if (signal_number != SIGKILL && signal_number != SIGSTOP) signal(signal_number, SIG_DFL);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

bool good_path(const char* path) {
  const size_t length = strlen(path);
  if (length >= path_max) return fail("a path is too long");
  const char* part = path;
  if (strncmp(path, "w/", 2) == 0)
    part += 2;
  else if (strncmp(path, "out/", 4) == 0)
    part += 4;
  else
    return fail("a path outside of w/ and out/");
  for (const char* at = path; *at; at++) {
    if ((unsigned char)*at < 0x20 || *at == 0x7f) return fail("a path with a control character");
  }
  for (;;) {
    const char* end = strchrnul(part, '/');
    const size_t size = (size_t)(end - part);
    const bool dots =
        (size == 1 && part[0] == '.') || (size == 2 && part[0] == '.' && part[1] == '.');
    if (size == 0 || dots) return fail("a path with an empty, \".\" or \"..\" part");
    if (!*end) return true;
    part = end + 1;
  }
}
