#include "seccomp.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common.h"

// Not an allow-list of what six runtimes happen to call today, but a deny-list of what a program
// under test has no business with, and a ceiling: calls that are newer than this file do not exist.
// "never" ends the program (status SV): nothing innocent calls it. The slot is told, which kills;
// were it not there, the call would fail. "absent" and "refused" are for what innocent libraries
// try first and do without.
#define NEVER SECCOMP_RET_USER_NOTIF
#define ABSENT (SECCOMP_RET_ERRNO | ENOSYS)
#define REFUSED (SECCOMP_RET_ERRNO | EPERM)
#define TESTED 1  // no action of the kernel's: see tests[]

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "lyceum-sandbox knows the system calls of x86-64 and arm64 only"
#endif

enum { newest_call = 450 };  // set_mempolicy_home_node, Linux 5.17

// What a call's argument must be: an int, so that the low half is all of it.
enum test_kind { has_bits, is_one_of, is_none_of };

struct test {
  uint32_t call;
  unsigned argument;
  enum test_kind kind;
  uint32_t action;  // when it holds; else the call is allowed
  unsigned count;
  uint32_t values[7];
};

static const struct test tests[] = {
    {__NR_clone,
     0,
     has_bits,
     NEVER,
     1,
     {CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID |
      CLONE_NEWNET}},
    {__NR_socket, 0, is_none_of, SECCOMP_RET_ERRNO | EAFNOSUPPORT, 1, {AF_UNIX}},
    // Locks and leases on shared files are seen by neighbours; asking for them would be listening.
    {__NR_fcntl,
     1,
     is_one_of,
     REFUSED,
     7,
     {5,       // F_GETLK
      36,      // F_OFD_GETLK
      1024,    // F_SETLEASE
      1026,    // F_NOTIFY
      1031,    // F_SETPIPE_SZ: charged to who made the pipe
      1036,    // F_SET_RW_HINT: kept in the file
      1038}},  // F_SET_FILE_RW_HINT
    {__NR_ioctl, 1, is_one_of, REFUSED, 2, {0x5412 /* TIOCSTI */, 0x541c /* TIOCLINUX */}},
    {__NR_personality, 0, is_none_of, REFUSED, 3, {0, 0xffffffff, 0x40000 /* ADDR_NO_RANDOMIZE */}},
    // Filters upon filters cost kernel memory.
    {__NR_prctl, 0, is_one_of, REFUSED, 1, {PR_SET_SECCOMP}},
};

struct rule {
  uint32_t call;
  uint32_t action;
};

static struct rule rules[] = {
    {__NR_clone, TESTED},
    {__NR_socket, TESTED},
    {__NR_fcntl, TESTED},
    {__NR_ioctl, TESTED},
    {__NR_personality, TESTED},
    {__NR_prctl, TESTED},
    // Other processes' memory and state.
    {__NR_ptrace, NEVER},
    {__NR_process_vm_readv, NEVER},
    {__NR_process_vm_writev, NEVER},
    {__NR_kcmp, REFUSED},
    {__NR_process_madvise, REFUSED},
    {438 /* pidfd_getfd */, NEVER},
    {448 /* process_mrelease */, REFUSED},
    // Mounts, roots, namespaces.
    {__NR_mount, NEVER},
    {__NR_umount2, NEVER},
    {__NR_pivot_root, NEVER},
    {__NR_chroot, NEVER},
    {__NR_setns, NEVER},
    {__NR_unshare, NEVER},
    {428 /* open_tree */, NEVER},
    {429 /* move_mount */, NEVER},
    {430 /* fsopen */, NEVER},
    {431 /* fsconfig */, NEVER},
    {432 /* fsmount */, NEVER},
    {433 /* fspick */, NEVER},
    {442 /* mount_setattr */, NEVER},
    {__NR_clone3, ABSENT},  // its flags cannot be read by a filter; libc falls back to clone
    // Large or dangerous parts of the kernel.
    {__NR_bpf, NEVER},
    {__NR_perf_event_open, NEVER},
    {__NR_userfaultfd, REFUSED},
    {425 /* io_uring_setup */, ABSENT},
    {426 /* io_uring_enter */, ABSENT},
    {427 /* io_uring_register */, ABSENT},
    {__NR_io_setup, ABSENT},
    {__NR_io_submit, ABSENT},
    {__NR_io_destroy, ABSENT},
    {__NR_io_cancel, ABSENT},
    {__NR_io_getevents, ABSENT},
    {__NR_add_key, NEVER},
    {__NR_request_key, NEVER},
    {__NR_keyctl, NEVER},
    {__NR_open_by_handle_at, NEVER},
    {__NR_name_to_handle_at, REFUSED},
    {__NR_fanotify_init, REFUSED},
    {__NR_fanotify_mark, REFUSED},
    {__NR_quotactl, REFUSED},
    {443 /* quotactl_fd */, REFUSED},
    {__NR_seccomp, REFUSED},
    {447 /* memfd_secret */, REFUSED},
    {444 /* landlock_create_ruleset */, ABSENT},
    {445 /* landlock_add_rule */, ABSENT},
    {446 /* landlock_restrict_self */, ABSENT},
    {__NR_vmsplice, REFUSED},
    {__NR_remap_file_pages, REFUSED},
    {__NR_mbind, REFUSED},
    {__NR_migrate_pages, REFUSED},
    {__NR_move_pages, REFUSED},
    {__NR_set_mempolicy, REFUSED},
    {450 /* set_mempolicy_home_node */, REFUSED},
    // Shared objects with names: none, not even in our own namespace.
    {__NR_shmget, REFUSED},
    {__NR_shmat, REFUSED},
    {__NR_shmctl, REFUSED},
    {__NR_shmdt, REFUSED},
    {__NR_semget, REFUSED},
    {__NR_semop, REFUSED},
    {__NR_semctl, REFUSED},
    {__NR_semtimedop, REFUSED},
    {__NR_msgget, REFUSED},
    {__NR_msgsnd, REFUSED},
    {__NR_msgrcv, REFUSED},
    {__NR_msgctl, REFUSED},
    {__NR_mq_open, REFUSED},
    {__NR_mq_unlink, REFUSED},
    // Whispering to a neighbour through the files that both can read.
    {__NR_flock, REFUSED},
    {__NR_inotify_init1, ABSENT},
    {__NR_inotify_add_watch, ABSENT},
    // The machine.
    {__NR_reboot, NEVER},
    {__NR_swapon, NEVER},
    {__NR_swapoff, NEVER},
    {__NR_kexec_load, NEVER},
    {__NR_kexec_file_load, NEVER},
    {__NR_init_module, NEVER},
    {__NR_finit_module, NEVER},
    {__NR_delete_module, NEVER},
    {__NR_acct, NEVER},
    {__NR_syslog, REFUSED},
    {__NR_vhangup, REFUSED},
    {__NR_settimeofday, REFUSED},
    {__NR_clock_settime, REFUSED},
    {__NR_clock_adjtime, REFUSED},
    {__NR_adjtimex, REFUSED},
    {__NR_sethostname, REFUSED},
    {__NR_setdomainname, REFUSED},
    {__NR_lookup_dcookie, REFUSED},
#if defined(__x86_64__)
    {__NR_inotify_init, ABSENT},
    {__NR_iopl, NEVER},
    {__NR_ioperm, NEVER},
    {__NR_modify_ldt, REFUSED},
    {__NR_create_module, ABSENT},
    {__NR_get_kernel_syms, ABSENT},
    {__NR_query_module, ABSENT},
    {__NR_uselib, REFUSED},
    {__NR_ustat, REFUSED},
    {__NR_sysfs, REFUSED},
    {__NR__sysctl, ABSENT},
    {__NR_nfsservctl, ABSENT},
#else
    {__NR_nfsservctl, ABSENT},
#endif
};

enum {
  rule_count = sizeof rules / sizeof rules[0],
  ranges_max = 2 * rule_count + 4,
  filter_max = 255  // so that a jump reaches every place
};

// Calls from `first` to the next range have one answer.
struct range {
  uint32_t first;
  unsigned answer;  // where it is in the filter
};

static struct range ranges[ranges_max];
static unsigned range_count;

// Written from its end, since jumps go forward only: where to is known then.
static struct sock_filter filter[filter_max];
static unsigned start = filter_max;

static unsigned emit(uint16_t code, uint32_t value, unsigned yes, unsigned no) {
  start--;
  filter[start].code = code;
  filter[start].k = value;
  filter[start].jt = (uint8_t)(yes ? yes - start - 1 : 0);
  filter[start].jf = (uint8_t)(no ? no - start - 1 : 0);
  return start;
}

static unsigned answer(uint32_t action) {
  for (unsigned at = start; at < filter_max; at++) {
    if (filter[at].code == (BPF_RET | BPF_K) && filter[at].k == action) return at;
  }
  return emit(BPF_RET | BPF_K, action, 0, 0);
}

static unsigned load(unsigned offset) {
  return emit(BPF_LD | BPF_W | BPF_ABS, offset, 0, 0);
}

static const struct test* test_of(uint32_t call) {
  const struct test* test = tests;
  while (test->call != call) test++;
  return test;
}

static unsigned emit_test(const struct test* test) {
  const unsigned allow = answer(SECCOMP_RET_ALLOW), refuse = answer(test->action);
  const unsigned found = test->kind == is_none_of ? allow : refuse;
  unsigned otherwise = test->kind == is_none_of ? refuse : allow;
  const uint16_t code = test->kind == has_bits ? BPF_JSET : BPF_JEQ;
  for (unsigned i = 0; i < test->count; i++)
    otherwise = emit(BPF_JMP | BPF_K | code, test->values[i], found, otherwise);
  return load((unsigned)offsetof(struct seccomp_data, args) + 8 * test->argument);
}

static void add_range(uint32_t first, unsigned to) {
  if (range_count > 0 && ranges[range_count - 1].first == first) range_count--;
  if (range_count > 0 && ranges[range_count - 1].answer == to) return;
  ranges[range_count++] = (struct range){first, to};
}

static void add_call(uint32_t call, unsigned to) {
  add_range(call, to);
  add_range(call + 1, answer(SECCOMP_RET_ALLOW));
}

static int by_call(const void* a, const void* b) {
  const uint32_t left = ((const struct rule*)a)->call, right = ((const struct rule*)b)->call;
  return left < right ? -1 : left > right;
}

static void find_ranges(void) {
  range_count = 0;
  add_range(0, answer(SECCOMP_RET_ALLOW));
  for (unsigned i = 0; i < rule_count; i++) {
    const struct rule* rule = &rules[i];
    add_call(rule->call,
             rule->action == TESTED ? emit_test(test_of(rule->call)) : answer(rule->action));
  }
  add_range(newest_call + 1, answer(ABSENT));
#if defined(__x86_64__)
  add_range(0x40000000, answer(SECCOMP_RET_KILL_PROCESS));  // x32: the same calls by other names
#endif
}

// Binary search: the kernel runs the filter for every call number when it is installed, and
// translates each of its instructions, so its depth and length are what a start costs.
static unsigned search(unsigned first, unsigned last) {
  if (last - first == 1) return ranges[first].answer;
  const unsigned middle = (first + last) / 2;
  const unsigned above = search(middle, last), below = search(first, middle);
  return emit(BPF_JMP | BPF_JGE | BPF_K, ranges[middle].first, above, below);
}

void seccomp_prepare(void) {
  qsort(rules, rule_count, sizeof rules[0], by_call);
  start = filter_max;
  const unsigned kill = answer(SECCOMP_RET_KILL_PROCESS);
  find_ranges();
  search(0, range_count);
  const unsigned by_number = load(offsetof(struct seccomp_data, nr));
  // int 0x80 has other numbers for everything.
  emit(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, by_number, kill);
  load(offsetof(struct seccomp_data, arch));
}

bool seccomp_install(int* listener) {
  const struct sock_fprog program = {.len = (unsigned short)(filter_max - start),
                                     .filter = filter + start};
  *listener = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
                           &program);
  return *listener >= 0 ||
         fail_errno("cannot install the system call filter (is CONFIG_SECCOMP_FILTER on?)");
}
