#ifndef LYCEUM_SANDBOX_COMMON_H
#define LYCEUM_SANDBOX_COMMON_H
// What every part of lyceum-sandbox uses: failures as sentences, and messages with descriptors.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "protocol.h"

enum { fds_max = 3, path_max = 256, uid_inside = 1000 };

struct message {
  union {
    uint32_t type;
    struct sb_job job;
    struct sb_file file;
    struct sb_result result;
    struct sb_text text;
    struct sb_signal signal;
    char bytes[sb_message_max + 1];
  };

  size_t size;
  int fds[fds_max];
  int fd_count;
};

// Why the last thing failed, for a person. fail() gives false, so that it can be returned.
extern char why[512];
bool fail(const char* format, ...) __attribute__((format(printf, 1, 2)));
bool fail_errno(const char* format, ...) __attribute__((format(printf, 1, 2)));

bool send_message(int socket, const void* bytes, size_t size, const int* fds, int fd_count);
bool send_text(int socket, enum sb_type type, const char* text);
bool send_path(int socket, enum sb_type type, uint32_t mode, const char* path, int fd);
// 1: a message, 0: the other end has closed, -1: failed. Descriptors are the caller's to close.
int receive_message(int socket, struct message* out);
void close_fds(struct message* message);

bool write_at(int dir, const char* name, const char* text);
// The file's text without its last newline; empty if there is none.
void read_at(int dir, const char* name, char* out, size_t size);
uint64_t monotonic_ns(void);
void default_signals(void);

// "w/a/b.txt": relative, under w/ or out/, printable, no "." or ".." or empty part.
bool good_path(const char* path);

#endif
