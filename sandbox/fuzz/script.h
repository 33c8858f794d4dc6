#ifndef LYCEUM_SANDBOX_FUZZ_SCRIPT_H
#define LYCEUM_SANDBOX_FUZZ_SCRIPT_H
// A fuzzer's bytes as messages with descriptors: real ones, to be sent over a real socket. Each
// message is
//   a byte      bits 0 to 2: how many descriptors (5 to 7: none); bit 3: filled up beyond the
//               largest message there may be; bits 4 and 5: to whom, bits 6 and 7: when, both as
//               the fuzzer likes
//   bytes       the kind of each descriptor
//   two bytes   its size, the lower first
//   the message itself

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../common.h"

enum { script_fds_max = 4 };  // one more than anybody takes

struct script {
  const uint8_t* at;
  size_t left;
};

struct line {
  unsigned to;
  unsigned when;
  unsigned fd_count;
  const uint8_t* kinds;
  const uint8_t* text;
  size_t size;
  bool filled_up;
};

static void must(bool yes) {
  if (!yes) abort();
}

static const uint8_t* take_bytes(struct script* script, size_t count) {
  const uint8_t* bytes = script->at;
  script->at += count;
  script->left -= count;
  return bytes;
}

// False at the end.
static bool next_line(struct script* script, struct line* line) {
  if (script->left < 3) return false;
  const uint8_t head = *take_bytes(script, 1);
  line->to = head >> 4 & 3;
  line->when = head >> 6;
  line->filled_up = head >> 3 & 1;
  line->fd_count = (head & 7) <= script_fds_max ? head & 7 : 0;
  if (script->left < line->fd_count + 2U) return false;
  line->kinds = take_bytes(script, line->fd_count);
  const uint8_t* size = take_bytes(script, 2);
  line->size = (size_t)size[0] | (size_t)size[1] << 8;
  if (line->size > script->left) line->size = script->left;
  line->text = take_bytes(script, line->size);
  return true;
}

static int memory_file(off_t size) {
  const int fd = memfd_create("content", MFD_CLOEXEC);
  must(fd >= 0 && ftruncate(fd, size) == 0);
  return fd;
}

// Another way to what a descriptor means. The descriptor is closed.
static int opened_again(int fd, int flags) {
  char path[32];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  const int again = open(path, flags | O_CLOEXEC);
  close(fd);
  return again;
}

static int end_of(int fds[2], int end) {
  close(fds[!end]);
  return fds[end];
}

static int pipe_end(int end) {
  int fds[2];
  must(pipe2(fds, O_CLOEXEC) == 0);
  return end_of(fds, end);
}

static int socket_end(void) {
  int fds[2];
  must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
  return end_of(fds, 0);
}

// A pipe that has a name.
static int named_pipe(void) {
  char path[64];
  snprintf(path, sizeof path, "/dev/shm/lyceum-fuzz-%d", getpid());
  must(mkfifo(path, 0600) == 0);
  const int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  unlink(path);
  return fd;
}

static int make_descriptor(uint8_t kind) {
  switch (kind % 14) {
    case 0:
      return opened_again(memory_file(kind), O_RDONLY);
    case 1:
      return memory_file(kind);
    case 2:
      return pipe_end(0);
    case 3:
      return pipe_end(1);
    case 4:
      return socket_end();
    case 5:
      return open("/dev/null", O_RDWR | O_CLOEXEC);
    case 6:
      return open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    case 7:
      return eventfd(0, EFD_CLOEXEC);
    case 8:
      return open("/", O_PATH | O_CLOEXEC);
    case 9:
      return opened_again(memory_file((off_t)1 << 60), O_RDONLY);
    case 10:
      return named_pipe();
    case 11:
      return open("/proc/version", O_RDONLY | O_CLOEXEC);
    case 12:
      return opened_again(pipe_end(0), O_RDWR);
    default:
      return opened_again(memory_file(0), O_PATH);
  }
}

// What does not fit into the socket is not sent: nobody would read on.
static void send_line(const struct line* line, int socket) {
  static char bytes[2 * sb_message_max];
  const size_t size = line->size + (line->filled_up ? sb_message_max : 0);
  memset(bytes, 'a', size);
  memcpy(bytes, line->text, line->size);
  int fds[script_fds_max];

  union {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(sizeof fds)];
  } control = {0};
  struct iovec part = {.iov_base = bytes, .iov_len = size};
  struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1};
  for (unsigned i = 0; i < line->fd_count; i++)
    must((fds[i] = make_descriptor(line->kinds[i])) >= 0);
  if (line->fd_count > 0) {
    header.msg_control = control.bytes;
    header.msg_controllen = CMSG_SPACE(sizeof(int) * line->fd_count);
    struct cmsghdr* rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int) * line->fd_count);
    memcpy(CMSG_DATA(rights), fds, sizeof(int) * line->fd_count);
  }
  const ssize_t ignored = sendmsg(socket, &header, MSG_NOSIGNAL | MSG_DONTWAIT);
  (void)ignored;
  for (unsigned i = 0; i < line->fd_count; i++) close(fds[i]);
}

// Two ends that hold much, and at which nobody waits forever.
static void open_sockets(int ends[2]) {
  const int room = 1 << 20;
  const struct timeval patience = {.tv_sec = 1};
  must(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0);
  for (int i = 0; i < 2; i++) {
    setsockopt(ends[i], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    setsockopt(ends[i], SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  }
}

// How many descriptors are open, of as many as a run may open.
static int count_open(void) {
  int count = 0;
  for (int fd = 0; fd < 64; fd++) count += fcntl(fd, F_GETFD) >= 0;
  return count;
}

#endif
