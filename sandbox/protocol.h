#ifndef LYCEUM_SANDBOX_PROTOCOL_H
#define LYCEUM_SANDBOX_PROTOCOL_H
// What the runner (unprivileged) and lyceum-sandbox (root) say to each other, over a SOCK_SEQPACKET
// socket: each message is one struct, some followed by strings that end in a zero byte. Contents
// never travel in messages, only as file descriptors. Both ends are of one build.
//
//   sandbox → runner   HELLO, or REFUSED (there can be no sandbox; then the socket closes)
//   runner → sandbox   JOB, then as many FILE as it says
//   sandbox → runner   STARTED, of a live job; a descriptor: its terminal, if it asked for one
//   runner → sandbox   SIGNAL, to a live job, as often as it likes; without effect after its end
//   sandbox → runner   ARTIFACT …, RESULT; or REFUSED (nothing was run)
//   The runner closes the socket to end the job under way.

#include <stdint.h>

enum { sb_version = 4, sb_message_max = 65536 };

enum sb_type {
  sb_type_hello = 1,
  sb_type_refused,  // sb_text
  sb_type_job,      // sb_job, argv, envp, collect; descriptors: stdin, then stdout and stderr if it
                    // says so
  sb_type_file,     // sb_file, path; a descriptor: content, a regular file
  sb_type_artifact,  // sb_file, path; a descriptor: content, sealed
  sb_type_result,    // sb_result; descriptors: what was kept of stdout, of stderr, as it says
  sb_type_started,   // sb_text
  sb_type_signal     // sb_signal
};

// Why a program came to its end.
enum sb_reason {
  sb_exited = 1,  // exit_code
  sb_signaled,    // signal
  sb_cpu,         // over cpu_ns
  sb_wall,        // over wall_ns
  sb_output,      // over output_max, or over artifact_bytes or 200 artifacts
  sb_memory,      // killed by the kernel for want of memory
  sb_lost         // the sandbox's own init died: our fault, or the machine's
};

// Flags of a job.
enum {
  sb_out_writable = 1,  // the program may write to /out
  sb_own_stdout = 2,    // stdout is a descriptor of the job; nothing of it is kept or counted
  sb_own_stderr = 4,    // so is stderr
  // Somebody sits at the other end: STARTED is told and SIGNAL is taken. The pipes are this
  // program's alone, so it may open all of them by their names.
  sb_live = 8
};

// Flags of a file, beside its mode. They are for jobs with a recipe: those come first.
enum {
  sb_kept = 1 << 16,  // the same for every job with this recipe
  // Kept, and no file, whatever its content: what a program that is started before its job comes
  // waits at. To open it takes until then; for a program that is started with its job it is absent.
  sb_gate = 1 << 17
};

struct sb_limits {
  uint64_t cpu_ns;
  uint64_t wall_ns;
  uint64_t memory_bytes;
  uint64_t disk_bytes;  // /w, /out, /tmp and /dev/shm together; it counts as memory too
  uint64_t file_bytes;  // one file
  uint64_t stack_bytes;
  uint64_t output_keep;     // of stdout and of stderr, each
  uint64_t output_max;      // the program is killed beyond it
  uint64_t artifact_bytes;  // all that is collected
  uint32_t processes;       // and threads
  uint32_t cores;           // processor time per second
  uint32_t open_files;
  uint32_t flags;
};

// stdin: a regular file, or the reading end of a pipe without a name; a stdout or stderr of its
// own: the writing end of one. Never a socket: descriptors of one sandbox could cross it into
// another.
struct sb_job {
  uint32_t type;
  uint32_t argc, envc;
  uint32_t collectc;  // files under /out to give back when it exits: "main", or "" for all
  uint32_t filec;     // FILE messages that follow
  // 0, or a number of the runner's for jobs that do not differ in their strings and in the files
  // that they keep, and whose limits on stack, file size and descriptors may be those of the first;
  // with stdin as a file and no outputs of their own. After such a job, the next one's files are
  // written ahead, and where one is a gate, its program is started and waits: with a pipe as stdin.
  uint32_t recipe;
  // Of a live job: not 0 for a terminal as stdin, stdout and stderr, a pair of pseudo-terminals
  // that nobody else can reach. Then it brings an empty file as stdin, and no outputs.
  uint16_t rows, columns;
  struct sb_limits limits;
};

// Paths: "w/…" or "out/…", no "." or "..", no empty part. Mode: 0644 or 0755, and flags.
struct sb_file {
  uint32_t type;
  uint32_t mode;
};

struct sb_result {
  uint32_t type;
  uint32_t reason;
  int32_t exit_code;
  int32_t signal;
  uint64_t cpu_ns, wall_ns, memory_bytes;
  uint64_t stdout_bytes, stderr_bytes;  // all that was written
  uint32_t kept;                        // 1: there is a descriptor for stdout, 2: for stderr
  int32_t forbidden_call;               // its number, with SIGSYS; -1: not known, 0: none
  uint32_t warm;                        // 1: what its recipe keeps was there before it
};

// For the program and those of its process group: HUP, INT, QUIT, USR1, USR2, TERM or KILL.
struct sb_signal {
  uint32_t type;
  uint32_t number;
};

struct sb_text {
  uint32_t type;
  uint32_t value;  // hello: sb_version
};

#endif
